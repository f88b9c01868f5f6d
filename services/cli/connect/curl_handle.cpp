#include "services/cli/connect/curl_handle.h"

#include "muster/domain/reason.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {

CurlHandle NewCurlHandle() {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  return CurlHandle(initialized == CURLE_OK ? curl_easy_init() : nullptr);
}

CurlHeaders MakeCurlHeaders(const std::vector<std::string>& headers) {
  curl_slist* list = nullptr;
  for (const std::string& header : headers) {
    list = curl_slist_append(list, header.c_str());
  }
  return CurlHeaders(list);
}

void SetCommonOptions(CURL* handle, const std::string& url) {
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
}

absl::Status CurlError(CURLcode code, const std::string& url) {
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Error(Reason::kDeadline);
  }
  const std::string why = curl_easy_strerror(code);
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return UsageError({"网址不正确：" + url + "。请写成 http://主机:端口。",
                       "This is not a usable address: " + url + ". Write http://host:port."});
  }
  return LocalError(ExitCode::kUnreachable,
                    {"连不上 " + url + "（" + why + "）。请检查地址、端口和服务是否在运行。",
                     "Cannot reach " + url + " (" + why + "). Check the address, the port and that it runs."});
}

}  // namespace muster::cli

#include "services/cli/connect/http_client.h"

#include <curl/curl.h>

#include <memory>

#include "services/cli/app/exit_code.h"
#include "services/cli/connect/curl_handle.h"

namespace muster::cli {
namespace {

constexpr size_t kMaxBodyBytes = 16UL * 1024 * 1024;

/// What the transfer's callbacks work on.
struct Transfer {
  CURL* handle = nullptr;
  const std::function<void(int)>* on_status = nullptr;
  const std::function<bool(std::string_view)>* on_bytes = nullptr;
  const std::function<bool()>* cancelled = nullptr;
  bool told_status = false;
};

int StatusOf(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

size_t OnBytes(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  if (!transfer->told_status) {
    transfer->told_status = true;
    (*transfer->on_status)(StatusOf(transfer->handle));
  }
  const size_t length = size * count;
  return (*transfer->on_bytes)(std::string_view(data, length)) ? length : 0;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Transfer*>(user)->cancelled)() ? 1 : 0;
}

void SetUp(CURL* handle, const HttpRequest& request, curl_slist* headers, Transfer* transfer) {
  SetCommonOptions(handle, request.url);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(request.timeout).count()));
  if (request.post) {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, transfer);
}

HttpReply ReplyOf(CURL* handle) {
  HttpReply reply;
  reply.status = StatusOf(handle);
  const char* type = nullptr;
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  reply.content_type = type == nullptr ? "" : type;
  return reply;
}

}  // namespace

absl::StatusOr<HttpReply> FetchStream(const HttpRequest& request, const std::function<void(int)>& on_status,
                                      const std::function<bool(std::string_view)>& on_bytes,
                                      const std::function<bool()>& cancelled) {
  const CurlHandle handle = NewCurlHandle();
  const CurlHeaders headers = MakeCurlHeaders(request.headers);
  Transfer transfer{handle.get(), &on_status, &on_bytes, &cancelled};
  SetUp(handle.get(), request, headers.get(), &transfer);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK && code != CURLE_WRITE_ERROR && code != CURLE_ABORTED_BY_CALLBACK) {
    return CurlError(code, request.url);
  }
  return ReplyOf(handle.get());
}

absl::StatusOr<HttpReply> Fetch(const HttpRequest& request) {
  std::string body;
  bool too_large = false;
  auto reply = FetchStream(
      request, [](int) {},
      [&](std::string_view bytes) {
        too_large = body.size() + bytes.size() > kMaxBodyBytes;
        body.append(too_large ? std::string_view() : bytes);
        return !too_large;
      },
      [] { return false; });
  if (too_large) {
    return LocalError(ExitCode::kInternal,
                      {request.url + " 的回复太大。", "The reply of " + request.url + " is too large."});
  }
  if (reply.ok()) {
    reply->body = std::move(body);
  }
  return reply;
}

}  // namespace muster::cli

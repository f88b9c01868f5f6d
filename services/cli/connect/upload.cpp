#include "services/cli/connect/upload.h"

#include <nlohmann/json.hpp>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/error_codec.h"
#include "services/cli/connect/http_client.h"

namespace muster::cli {
namespace {

constexpr size_t kPartBytes = 512UL * 1024;
constexpr Duration kUploadPatience = std::chrono::minutes(10);

absl::StatusOr<std::string> UploadOverHttp(const SessionOptions& options, const std::string& content) {
  HttpRequest http;
  http.url = options.url + (options.url.ends_with('/') ? "upload" : "/upload");
  http.post = true;
  http.body = content;
  http.timeout = kUploadPatience;
  http.headers = {"Content-Type: application/octet-stream", "Expect:", "Authorization: Bearer " + options.api_key};
  MUSTER_ASSIGN_OR_RETURN(const HttpReply reply, Fetch(http));
  if (reply.status != 200) {
    return rpc::DecodeConnectError(reply.status, reply.body);
  }
  const auto json = nlohmann::json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json.value("uploadId", "") : absl::StatusOr<std::string>(Error(Reason::kInternal));
}

}  // namespace

absl::StatusOr<std::string> UploadFile(Session& session, const std::string& content) {
  if (session.is_remote()) {
    return UploadOverHttp(session.options(), content);
  }
  registry::v1::UploadPartRequest request;
  for (size_t at = 0; at == 0 || at < content.size(); at += kPartBytes) {
    request.set_request_id(NewUuid(session.clock().Now(), SystemRandom()));
    request.set_content(content.substr(at, kPartBytes));
    request.set_last(at + kPartBytes >= content.size());
    MUSTER_ASSIGN_OR_RETURN(const auto reply, session.Call<registry::v1::UploadPartResponse>(request));
    request.set_upload_id(reply.upload_id());
    request.set_number(request.number() + 1);
  }
  return request.upload_id();
}

}  // namespace muster::cli

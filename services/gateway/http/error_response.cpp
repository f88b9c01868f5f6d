#include "services/gateway/http/error_response.h"

#include "muster/domain/reason.h"
#include "muster/rpc/error_codec.h"

namespace muster::gateway {

HttpResponse ErrorResponse(const absl::Status& status) {
  return ErrorResponse(rpc::HttpStatusOf(status.code()), status);
}

HttpResponse ErrorResponse(int http_status, const absl::Status& status) {
  HttpResponse response;
  response.status = http_status;
  response.content_type = "application/json";
  response.body = rpc::ConnectErrorJson(status);
  if (const auto seconds = rpc::RetryAfterSeconds(status); seconds.has_value()) {
    response.headers.emplace_back("retry-after", std::to_string(*seconds));
  }
  if (http_status == 401) {
    response.headers.emplace_back("www-authenticate", "Bearer");
  }
  return response;
}

HttpResponse MethodNotAllowed(std::string_view allow) {
  HttpResponse response = ErrorResponse(405, Error(Reason::kNotBuilt, {}, {{"what", "this HTTP method here"}}));
  response.headers.emplace_back("allow", allow);
  return response;
}

}  // namespace muster::gateway

#include "muster/rpc/error_codec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "muster/common/v1/error.pb.h"
#include "muster/domain/reason.h"

namespace muster::rpc {
namespace {

constexpr std::string_view kTypePrefix = "type.googleapis.com/";

struct CodeRow {
  absl::StatusCode code;
  std::string_view connect_name;
  int http_status;
};

// Connect protocol reference, "Error Codes".
constexpr auto kCodes = std::to_array<CodeRow>({
    {absl::StatusCode::kCancelled, "canceled", 499},
    {absl::StatusCode::kUnknown, "unknown", 500},
    {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
    {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
    {absl::StatusCode::kNotFound, "not_found", 404},
    {absl::StatusCode::kAlreadyExists, "already_exists", 409},
    {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
    {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
    {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
    {absl::StatusCode::kAborted, "aborted", 409},
    {absl::StatusCode::kOutOfRange, "out_of_range", 400},
    {absl::StatusCode::kUnimplemented, "unimplemented", 501},
    {absl::StatusCode::kInternal, "internal", 500},
    {absl::StatusCode::kUnavailable, "unavailable", 503},
    {absl::StatusCode::kDataLoss, "data_loss", 500},
    {absl::StatusCode::kUnauthenticated, "unauthenticated", 401},
});

const CodeRow& RowOfCode(absl::StatusCode code) {
  const auto found = std::find_if(kCodes.begin(), kCodes.end(), [&](const CodeRow& row) { return row.code == code; });
  return found == kCodes.end() ? kCodes[1] : *found;
}

common::v1::ErrorDetail MakeDetail(const ErrorInfo& info) {
  common::v1::ErrorDetail detail;
  detail.set_reason(std::string(RowOf(info.reason).name));
  detail.set_field(info.field);
  detail.set_message_zh(info.message_zh);
  detail.set_message_en(info.message_en);
  for (const auto& [key, value] : info.metadata) {
    (*detail.mutable_metadata())[key] = value;
  }
  return detail;
}

absl::Status FromDetail(const common::v1::ErrorDetail& detail, absl::StatusCode code) {
  const std::optional<Reason> reason = ReasonFromName(detail.reason());
  if (!reason.has_value()) {
    return absl::Status(code, "the peer answered a reason that is not known here");
  }
  return ErrorWithTexts(*reason, detail.field(), detail.message_zh(), detail.message_en(),
                        {detail.metadata().begin(), detail.metadata().end()});
}

/// An error that carried no detail of ours: made by the transport, or by a peer that is not Muster.
absl::Status WithoutDetail(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnimplemented:
      return Error(Reason::kNotBuilt, {}, {{"what", "this method"}});
    case absl::StatusCode::kDeadlineExceeded:
      return Error(Reason::kDeadline);
    default:
      return absl::Status(code, "the peer answered without a reason");
  }
}

absl::Status FromConnectDetail(const nlohmann::json& body, absl::StatusCode code) {
  const auto details = body.find("details");
  if (details == body.end() || !details->is_array()) {
    return WithoutDetail(code);
  }
  for (const nlohmann::json& item : *details) {
    std::string bytes;
    common::v1::ErrorDetail detail;
    if (item.is_object() && item.value("type", "") == "muster.common.v1.ErrorDetail" &&
        absl::Base64Unescape(item.value("value", ""), &bytes) && detail.ParseFromString(bytes)) {
      return FromDetail(detail, code);
    }
  }
  return WithoutDetail(code);
}

}  // namespace

std::string EncodeDetails(const absl::Status& status) {
  common::v1::RpcStatus encoded;
  encoded.set_code(static_cast<int>(status.code()));
  encoded.set_message(PublicMessage(status));
  google::protobuf::Any* detail = encoded.add_details();
  detail->set_type_url(std::string(kTypePrefix) + "muster.common.v1.ErrorDetail");
  detail->set_value(MakeDetail(GetErrorInfo(status)).SerializeAsString());
  return encoded.SerializeAsString();
}

absl::Status DecodeStatus(int grpc_code, std::string_view, std::string_view details) {
  const auto code = static_cast<absl::StatusCode>(grpc_code);
  if (code == absl::StatusCode::kOk) {
    return absl::OkStatus();
  }
  common::v1::RpcStatus decoded;
  common::v1::ErrorDetail detail;
  if (decoded.ParseFromArray(details.data(), static_cast<int>(details.size()))) {
    for (const google::protobuf::Any& any : decoded.details()) {
      if (any.type_url().ends_with("/muster.common.v1.ErrorDetail") && detail.ParseFromString(any.value())) {
        return FromDetail(detail, code);
      }
    }
  }
  return WithoutDetail(code);
}

std::string PublicMessage(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  return std::string(RowOf(info.reason).name) + ": " + info.message_en;
}

std::string ConnectErrorJson(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  const common::v1::ErrorDetail detail = MakeDetail(info);
  std::string value = absl::Base64Escape(detail.SerializeAsString());
  value.erase(value.find_last_not_of('=') + 1);
  const nlohmann::json body = {{"code", ConnectCodeName(status.code())},
                               {"message", PublicMessage(status)},
                               {"details",
                                {{{"type", "muster.common.v1.ErrorDetail"},
                                  {"value", value},
                                  {"debug",
                                   {{"reason", detail.reason()},
                                    {"field", info.field},
                                    {"messageZh", info.message_zh},
                                    {"messageEn", info.message_en},
                                    {"metadata", info.metadata}}}}}}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::Status DecodeConnectError(int http_status, std::string_view json) {
  const nlohmann::json body = nlohmann::json::parse(json, nullptr, false);
  if (body.is_object() && body.contains("code") && body["code"].is_string()) {
    const std::string name = body["code"];
    for (const CodeRow& row : kCodes) {
      if (row.connect_name == name) {
        return FromConnectDetail(body, row.code);
      }
    }
  }
  // Connect protocol reference, "HTTP to Error Code": what a proxy answered.
  switch (http_status) {
    case 400:
      return absl::InternalError("bad request");
    case 401:
      return Error(Reason::kAuthRequired);
    case 403:
      return absl::PermissionDeniedError("refused");
    case 404:
      return Error(Reason::kNotBuilt, {}, {{"what", "this method"}});
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::UnavailableError("not available");
    default:
      return absl::UnknownError("HTTP status " + std::to_string(http_status));
  }
}

std::string_view ConnectCodeName(absl::StatusCode code) { return RowOfCode(code).connect_name; }

int HttpStatusOf(absl::StatusCode code) { return RowOfCode(code).http_status; }

std::optional<int> RetryAfterSeconds(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kResourceExhausted && status.code() != absl::StatusCode::kUnavailable) {
    return std::nullopt;
  }
  const ErrorInfo info = GetErrorInfo(status);
  const auto found = info.metadata.find("retry_after_s");
  int seconds = 0;
  if (found != info.metadata.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  }
  return std::max(seconds, 1);
}

}  // namespace muster::rpc

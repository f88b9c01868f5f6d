#include "services/cli/app/exit_code.h"

#include <charconv>
#include <string>

#include "absl/strings/cord.h"
#include "muster/domain/reason.h"

namespace muster::cli {
namespace {

constexpr char kPayload[] = "muster.cli";
constexpr char kSeparator = '\x1f';

std::optional<std::string> PayloadOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  return payload.has_value() ? std::optional(std::string(*payload)) : std::nullopt;
}

ExitCode CodeOfReason(Reason reason) {
  switch (reason) {
    case Reason::kNotFound:
      return ExitCode::kNotFound;
    case Reason::kAuthRequired:
    case Reason::kSessionExpired:
    case Reason::kForbidden:
    case Reason::kCsrf:
    case Reason::kApprovalRequired:
      return ExitCode::kNotAllowed;
    case Reason::kRateLimited:
    case Reason::kStoreBusy:
    case Reason::kStoreFull:
    case Reason::kOverloaded:
    case Reason::kDraining:
    case Reason::kDeadline:
    case Reason::kRequestInProgress:
      return ExitCode::kTryAgain;
    case Reason::kInternal:
    case Reason::kInternalInvariant:
      return ExitCode::kInternal;
    default:
      return ExitCode::kRefused;
  }
}

}  // namespace

absl::Status LocalError(ExitCode code, Text text) {
  const absl::StatusCode status_code = code == ExitCode::kUsage         ? absl::StatusCode::kInvalidArgument
                                       : code == ExitCode::kUnreachable ? absl::StatusCode::kUnavailable
                                                                        : absl::StatusCode::kFailedPrecondition;
  absl::Status status(status_code, text.en);
  status.SetPayload(kPayload,
                    absl::Cord(std::to_string(static_cast<int>(code)) + kSeparator + text.zh + kSeparator + text.en));
  return status;
}

absl::Status UsageError(Text text) { return LocalError(ExitCode::kUsage, std::move(text)); }

std::optional<Text> LocalTextOf(const absl::Status& status) {
  const auto payload = PayloadOf(status);
  if (!payload.has_value()) {
    return std::nullopt;
  }
  const size_t first = payload->find(kSeparator);
  const size_t second = payload->find(kSeparator, first + 1);
  return Text{payload->substr(first + 1, second - first - 1), payload->substr(second + 1)};
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) {
    return ExitCode::kOk;
  }
  if (const auto payload = PayloadOf(status); payload.has_value()) {
    int code = static_cast<int>(ExitCode::kInternal);
    std::from_chars(payload->data(), payload->data() + payload->size(), code);
    return static_cast<ExitCode>(code);
  }
  return CodeOfReason(GetErrorInfo(status).reason);
}

}  // namespace muster::cli

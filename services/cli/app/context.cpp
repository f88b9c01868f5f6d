#include "services/cli/app/context.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "muster/base/status_macros.h"
#include "services/cli/connect/credentials.h"

namespace muster::cli {

std::string SocketPath(const std::string& data_dir) { return data_dir + "/run/musterd.sock"; }

SessionOptions Context::OptionsWith(std::string api_key) const {
  return {.socket_path = SocketPath(globals_.data_dir),
          .url = globals_.url,
          .api_key = std::move(api_key),
          .timeout = globals_.timeout,
          .request_id = globals_.request_id};
}

absl::StatusOr<Session*> Context::Open(const std::string& default_identity) {
  if (session_ == nullptr) {
    MUSTER_ASSIGN_OR_RETURN(std::string key, FindApiKey(globals_, default_identity));
    MUSTER_ASSIGN_OR_RETURN(session_, Session::Open(OptionsWith(std::move(key)), clock_));
  }
  return session_.get();
}

absl::StatusOr<std::unique_ptr<Session>> Context::OpenAs(const std::string& identity) const {
  MUSTER_ASSIGN_OR_RETURN(const std::string key, ReadSecretFile(TokenPath(globals_.data_dir, identity)));
  return OpenWithKey(key);
}

absl::StatusOr<std::unique_ptr<Session>> Context::OpenWithKey(const std::string& api_key) const {
  SessionOptions options = OptionsWith(api_key);
  options.request_id.clear();
  return Session::Open(std::move(options), clock_);
}

absl::StatusOr<bool> Context::Confirm(const Text& question) {
  if (globals_.yes) {
    return true;
  }
  if (isatty(STDIN_FILENO) == 0) {
    return UsageError({question.zh + " 请加 --yes 确认。", question.en + " Add --yes to confirm."});
  }
  std::cerr << output_.In(question) << output_.In({" [y/N] ", " [y/N] "}) << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes" || answer == "是";
}

}  // namespace muster::cli

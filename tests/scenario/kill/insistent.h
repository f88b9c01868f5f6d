#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "services/cli/app/exit_code.h"
#include "services/cli/connect/session.h"
#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// A client that does not give up: when the server dies under a call it comes back and sends the same request again,
/// with the same request_id, until it is answered.
class Insistent {
 public:
  Insistent(const Deployment& deployment, std::string api_key)
      : deployment_(deployment), api_key_(std::move(api_key)) {}

  /// The answer: a reply or a refusal. Unanswered after a minute: the last error.
  template <class Reply, class Request>
  absl::StatusOr<Reply> Call(const Request& request) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    absl::StatusOr<Reply> reply = absl::UnavailableError("not tried");
    while (std::chrono::steady_clock::now() < end) {
      if (Connect()) {
        reply = session_->Call<Reply>(request, std::chrono::seconds(5));
        if (reply.ok() || IsAnswer(reply.status())) {
          return reply;
        }
        EXPECT_NE(cli::ExitCodeOf(reply.status()), cli::ExitCode::kInternal)
            << "a fault that the server does not know: " << Request::descriptor()->name() << ": " << reply.status();
      }
      session_ = nullptr;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return reply;
  }

  /// True when there is a connection now.
  bool Connect() {
    if (session_ == nullptr) {
      auto session = cli::Session::Open({.socket_path = deployment_.socket(), .api_key = api_key_});
      session_ = session.ok() ? std::move(*session) : nullptr;
    }
    return session_ != nullptr;
  }
  cli::Session& session() { return *session_; }
  void Drop() { session_ = nullptr; }

 private:
  /// True when the server decided; false when nothing is known of the call.
  static bool IsAnswer(const absl::Status& status) {
    const cli::ExitCode code = cli::ExitCodeOf(status);
    return code != cli::ExitCode::kTryAgain && code != cli::ExitCode::kUnreachable && code != cli::ExitCode::kInternal;
  }

  const Deployment& deployment_;
  const std::string api_key_;
  std::unique_ptr<cli::Session> session_;
};

}  // namespace muster::testing

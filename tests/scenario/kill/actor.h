#pragma once

#include <set>
#include <string>

#include "muster/base/id.h"
#include "muster/domain/reason.h"
#include "tests/scenario/kill/insistent.h"
#include "tests/scenario/kill/ledger.h"

namespace muster::testing {

/// Somebody who acts and keeps account of it: replies, refusals and waits go into the ledger.
class Actor {
 public:
  Actor(const Deployment& deployment, const std::string& api_key, Ledger& ledger)
      : client_(deployment, api_key), ledger_(ledger) {}

  /// Makes a change, asking until it is answered. A refusal fails the test unless its reason is one of `legal`.
  template <class Reply, class Request>
  absl::StatusOr<Reply> Do(Request request, const std::set<Reason>& legal = {}) {
    request.set_request_id(NewUuid(SystemClock().Now(), SystemRandom()));
    const auto reply = Ask<Reply>(request);
    if (reply.ok()) {
      ledger_.Acknowledge(*reply);
    } else {
      const Reason reason = GetErrorInfo(reply.status()).reason;
      if (!legal.contains(reason)) {
        ledger_.EnterIllegal(request.ShortDebugString() + ": " + reply.status().ToString());
        ADD_FAILURE() << request.ShortDebugString() << ": " << reply.status();
      }
      ledger_.Refuse(Request::descriptor()->name(), std::string(RowOf(reason).name));
    }
    return reply;
  }

  /// Reads, asking until it is answered. A refusal fails the test.
  template <class Reply, class Request>
  Reply Read(const Request& request) {
    const auto reply = Ask<Reply>(request);
    EXPECT_TRUE(reply.ok()) << request.ShortDebugString() << ": " << reply.status();
    return reply.ok() ? *reply : Reply();
  }

 private:
  template <class Reply, class Request>
  absl::StatusOr<Reply> Ask(const Request& request) {
    const auto start = std::chrono::steady_clock::now();
    auto reply = client_.Call<Reply>(request);
    ledger_.EnterWait(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start));
    return reply;
  }

  Insistent client_;
  Ledger& ledger_;
};

}  // namespace muster::testing

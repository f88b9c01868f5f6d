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
      : client_(deployment, api_key), ledger_(ledger), session_(ledger.OpenSession()) {}

  /// Makes a change, asking until it is answered; every eighth is asked for once more, as by a client that had not
  /// heard the answer. A refusal fails the test unless its reason is one of `legal`.
  template <class Reply, class Request>
  absl::StatusOr<Reply> Do(Request request, const std::set<Reason>& legal = {}) {
    request.set_request_id(NewUuid(SystemClock().Now(), SystemRandom()));
    const auto reply = Ask<Reply>(request);
    if (reply.ok()) {
      ledger_.Acknowledge(*reply);
      ledger_.Answer(request.request_id(), *reply);
      ledger_.See(session_, *reply);
      if (++changes_ % 8 == 0) {
        Repeat<Reply>(request);
      }
    } else {
      const Reason reason = GetErrorInfo(reply.status()).reason;
      if (!legal.contains(reason)) {
        EnterIllegal(request, reply.status());
      }
      ledger_.Refuse(request.request_id(), Request::descriptor()->name(), std::string(RowOf(reason).name));
    }
    return reply;
  }

  /// Reads, asking until it is answered. A refusal fails the test.
  template <class Reply, class Request>
  Reply Read(const Request& request) {
    const auto reply = Ask<Reply>(request);
    EXPECT_TRUE(reply.ok()) << request.ShortDebugString() << ": " << reply.status();
    if (reply.ok()) {
      ledger_.See(session_, *reply);
    }
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

  template <class Reply, class Request>
  void Repeat(const Request& request) {
    if (const auto reply = Ask<Reply>(request); reply.ok()) {
      ledger_.Answer(request.request_id(), *reply);
    } else {
      EnterIllegal(request, reply.status());
    }
  }

  void EnterIllegal(const Message& request, const absl::Status& answer) {
    const std::string what = request.ShortDebugString() + ": " + answer.ToString();
    ledger_.EnterIllegal(what);
    ADD_FAILURE() << what;
  }

  Insistent client_;
  Ledger& ledger_;
  const int session_;
  int changes_ = 0;
};

}  // namespace muster::testing

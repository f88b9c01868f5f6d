#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/notify/v1/notify.pb.h"
#include "tests/scenario/kill/objects.h"

namespace muster::testing {

/// What the clients of a test were promised and shown, what they were refused, and what reached them. Thread-safe.
class Ledger {
 public:
  /// What replies said of one object, by version.
  using Versions = std::map<int64_t, std::shared_ptr<const Message>>;
  /// By the kind of an object ("Offer") and its id.
  using Objects = std::map<std::string, std::map<std::string, Versions>>;

  /// Enters what the reply to a change promised of one object, or of several.
  void Acknowledge(const Message& reply);
  /// Enters the reply to a change, also when it was sent again: one request has one answer.
  void Answer(const std::string& request_id, const Message& reply);
  /// Enters a refusal: "AnswerOfferRequest", "TEAM_OVERLAP".
  void Refuse(const std::string& request_id, const std::string& request, const std::string& reason);
  /// Somebody who asks one thing after the other.
  int OpenSession();
  /// Enters what a session was shown: of no object may it see an older version later.
  void See(int session, const Message& reply);
  /// Enters an answer that the rules do not allow.
  void EnterIllegal(std::string what);
  /// Enters how long somebody waited for an answer.
  void EnterWait(Duration wait);
  /// A device of the organization that a delivery is for has it; false when it had it before.
  bool Hear(const notify::v1::Delivery& delivery);

  /// All that replies told of.
  Objects acknowledged() const;
  /// How often replies told of an object. Lines do not count beside their request.
  size_t acknowledgements() const;
  /// The ids of requests that were refused.
  std::set<std::string> refused() const;
  int Refusals(const std::string& request, const std::string& reason) const;
  /// The ids of the deliveries that devices have.
  std::set<std::string> heard() const;
  std::vector<std::string> illegal() const;
  Duration longest_wait() const;

  // What contradicts itself, one line for each.

  /// Versions of an object that were told in two ways.
  std::vector<std::string> told_otherwise() const;
  /// Requests with two different answers.
  std::vector<std::string> answered_otherwise() const;
  /// Objects that went back before the eyes of a session.
  std::vector<std::string> gone_back() const;

 private:
  mutable Mutex mutex_;
  Objects objects_ MUSTER_GUARDED_BY(mutex_);
  std::map<std::string, std::string> answers_ MUSTER_GUARDED_BY(mutex_);  ///< by request_id
  std::map<std::pair<int, std::string>, int64_t> seen_ MUSTER_GUARDED_BY(mutex_);
  std::map<std::string, int> refusals_ MUSTER_GUARDED_BY(mutex_);
  std::set<std::string> refused_ MUSTER_GUARDED_BY(mutex_);
  std::set<std::string> heard_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::string> illegal_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::string> told_otherwise_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::string> answered_otherwise_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::string> gone_back_ MUSTER_GUARDED_BY(mutex_);
  Duration longest_wait_ MUSTER_GUARDED_BY(mutex_){};
  size_t acknowledgements_ MUSTER_GUARDED_BY(mutex_) = 0;
  int sessions_ MUSTER_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::testing

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "muster/base/mutex.h"

namespace muster::testing {

/// What the clients of a test were promised and what reached them. Thread-safe.
class Ledger {
 public:
  /// A reply said that the object has this version.
  void Acknowledge(const std::string& kind, const std::string& id, int64_t version);
  /// An offer was acknowledged, which its organization must hear of.
  void Invite(const std::string& offer_id);
  /// The organization heard of an offer.
  void Hear(const std::string& offer_id);

  /// The latest acknowledged version of every object of a kind, by id.
  std::map<std::string, int64_t> Acknowledged(const std::string& kind) const;
  size_t acknowledgements() const;
  std::set<std::string> invited() const;
  /// The offers that nobody has heard of yet.
  std::vector<std::string> Unheard() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::map<std::string, int64_t>> versions_ MUSTER_GUARDED_BY(mutex_);
  std::set<std::string> invited_ MUSTER_GUARDED_BY(mutex_);
  std::set<std::string> heard_ MUSTER_GUARDED_BY(mutex_);
  size_t acknowledgements_ MUSTER_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::testing

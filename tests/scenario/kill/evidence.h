#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scenario/kill/reckoning.h"

namespace muster::testing {

using common::v1::AuditRecord;

/// What the checks of a reckoning look at, put in order. What it was made of must outlive it.
struct Evidence {
  Evidence(const Findings& found, const Ledger& ledger);

  /// Where a record stands in the trail. Later in the trail of one service is later in time.
  size_t PlaceOf(const AuditRecord& record) const { return static_cast<size_t>(&record - found.trail.data()); }
  /// Places in the trail from the record that brings an object into a state until that which ends it: the first that
  /// brings it into one of `ends`. Nowhere when it never was in it; without an end where none is recorded.
  struct Span {
    size_t begin = 0;
    size_t end = 0;
    bool Overlaps(const Span& other) const { return begin < other.end && other.begin < end; }
  };
  Span SpanOf(const std::string& object_id, std::string_view state, const std::set<std::string_view>& ends) const;

  const Findings& found;
  const Ledger& ledger;
  const Ledger::Objects acknowledged;
  const std::set<std::string> heard;                               ///< deliveries that devices have
  std::map<std::string, const Message*> objects;                   ///< all that was found, lines among it, by id
  std::map<std::string, std::vector<const AuditRecord*>> changes;  ///< records of changes, by object, in their order
  std::map<std::string, std::vector<const notify::v1::Delivery*>> deliveries_of;       ///< by what they tell of
  std::map<std::string, std::vector<const dispatch::v1::Offer*>> offers_of;            ///< by line
  std::map<std::string, std::vector<const dispatch::v1::Assignment*>> assignments_of;  ///< by line
};

/// What a map has of a key; nothing where it does not have it.
template <class Value>
std::vector<Value> AllOf(const std::map<std::string, std::vector<Value>>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::vector<Value>() : found->second;
}

/// "assignment 0193... version 2".
std::string NameOf(const AuditRecord& record);

/// True when an object of a kind of the audit trail ("offer") may go from one state to another.
bool IsLegal(const std::string& object_type, const std::string& from, const std::string& to);

// Each adds what does not hold.

void CheckLost(const Evidence& evidence, Problems& problems);
void CheckDoubled(const Evidence& evidence, Problems& problems);
/// Moves, and what the audit trail says of them.
void CheckMoves(const Evidence& evidence, Problems& problems);
/// Quantities, modes, and whom the messages are for.
void CheckRules(const Evidence& evidence, Problems& problems);
void CheckUnreceipted(const Evidence& evidence, Problems& problems);

}  // namespace muster::testing

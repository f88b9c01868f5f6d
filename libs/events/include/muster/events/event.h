#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"

namespace muster::events {

/// A fact that a change has made true, as its owner writes it (CloudEvents 1.0 attributes and a payload). Holds
/// nothing personal.
struct EventRecord {
  EventId id;
  std::string type;     ///< past tense, "muster.dispatch.v1.OfferInvited"
  std::string subject;  ///< id of the object that changed
  Time time{};
  std::string data_type;  ///< full name of the message in `data`
  std::string data;       ///< serialized
  Mode mode = Mode::kReal;
  std::string district_path;                     ///< the district the subject belongs to
  std::vector<OrganizationId> organization_ids;  ///< who may see it besides the district's officials
  int64_t version = 0;                           ///< the subject's version after the change
  std::string traceparent;                       ///< of the call that caused it; may be empty
};

/// An event with its place in its owner's feed.
struct FeedEvent : EventRecord {
  std::string owner;  ///< "dispatch"
  /// Place in the owner's feed, from 1, in commit order. Numbers may be left out.
  int64_t feed_seq = 0;
  /// feed_seq of the event before it of the same owner and mode; 0 for the first.
  int64_t previous_feed_seq = 0;
};

/// The Redis stream that carries an owner's events of one mode: "muster:dispatch:real". Test events have none.
std::string StreamName(const std::string& owner, Mode mode);

}  // namespace muster::events

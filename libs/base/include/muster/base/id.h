#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "muster/base/clock.h"
#include "muster/base/random.h"

namespace muster {

/// A UUIDv7 as lower-case text (RFC 9562, section 5.7): sorted by the millisecond in which it was made.
std::string NewUuid(Time now, Random& random);

/// True for a UUID of any version in its 36-character text form.
bool IsUuid(std::string_view text);

/// An id of one kind of object. Two kinds do not convert into each other. Empty means "none".
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}
  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const Id&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.value_; }

 private:
  std::string value_;
};

using AccountId = Id<struct AccountTag>;
using OrganizationId = Id<struct OrganizationTag>;
using TeamId = Id<struct TeamTag>;
using MemberId = Id<struct MemberTag>;
using IncidentId = Id<struct IncidentTag>;
using ResourceRequestId = Id<struct ResourceRequestTag>;
using RequestLineId = Id<struct RequestLineTag>;
using OfferId = Id<struct OfferTag>;
using AssignmentId = Id<struct AssignmentTag>;
using BookingId = Id<struct BookingTag>;
using DispatchId = Id<struct DispatchTag>;
using DeliveryId = Id<struct DeliveryTag>;
using DocumentId = Id<struct DocumentTag>;
using EventId = Id<struct EventTag>;

}  // namespace muster

template <class Tag>
struct std::hash<muster::Id<Tag>> {
  size_t operator()(const muster::Id<Tag>& id) const { return std::hash<std::string>()(id.value()); }
};

#pragma once

#include <string>
#include <vector>

#include "muster/storage/codec.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// When a team has declared itself free, as one column keeps it.
struct DeclaredTimes {
  std::vector<Window> available;
  std::vector<WeeklyTime> weekly;
  std::vector<Window> blackouts;
};

}  // namespace muster::dispatch

namespace muster::storage {

/// Structures are kept as JSON text; its form is this file's and codecs.cpp's own.
template <class T>
struct JsonCodec {
  static Value ToValue(const T& value);
  static T FromRow(const Row& row, int column);
};

template <>
struct Codec<dispatch::Location> : JsonCodec<dispatch::Location> {};
template <>
struct Codec<dispatch::Area> : JsonCodec<dispatch::Area> {};
template <>
struct Codec<dispatch::CallUpNotice> : JsonCodec<dispatch::CallUpNotice> {};
template <>
struct Codec<dispatch::Cover> : JsonCodec<dispatch::Cover> {};
template <>
struct Codec<dispatch::CheckPoint> : JsonCodec<dispatch::CheckPoint> {};
template <>
struct Codec<dispatch::WorkConfirmation> : JsonCodec<dispatch::WorkConfirmation> {};
template <>
struct Codec<Window> : JsonCodec<Window> {};
template <>
struct Codec<std::vector<Window>> : JsonCodec<std::vector<Window>> {};
template <>
struct Codec<dispatch::DeclaredTimes> : JsonCodec<dispatch::DeclaredTimes> {};
template <>
struct Codec<std::vector<HeldCapability>> : JsonCodec<std::vector<HeldCapability>> {};
template <>
struct Codec<std::vector<TeamId>> : JsonCodec<std::vector<TeamId>> {};
template <>
struct Codec<std::vector<std::string>> : JsonCodec<std::vector<std::string>> {};
template <>
struct Codec<std::vector<dispatch::ResponseLevel>> : JsonCodec<std::vector<dispatch::ResponseLevel>> {};
template <>
struct Codec<std::vector<dispatch::Sector>> : JsonCodec<std::vector<dispatch::Sector>> {};
template <>
struct Codec<std::vector<dispatch::CommandPost>> : JsonCodec<std::vector<dispatch::CommandPost>> {};
template <>
struct Codec<std::vector<dispatch::Department>> : JsonCodec<std::vector<dispatch::Department>> {};
template <>
struct Codec<std::vector<IncidentId>> : JsonCodec<std::vector<IncidentId>> {};
template <>
struct Codec<std::vector<ResourceRequestId>> : JsonCodec<std::vector<ResourceRequestId>> {};
template <>
struct Codec<dispatch::TeamMeans> : JsonCodec<dispatch::TeamMeans> {};
template <>
struct Codec<std::vector<dispatch::ExternalReference>> : JsonCodec<std::vector<dispatch::ExternalReference>> {};

/// Enums without names of their own are kept as their number, which is the wire's.
template <class E>
struct NumberCodec {
  static Value ToValue(E value) { return static_cast<int64_t>(value); }
  static E FromRow(const Row& row, int column) { return static_cast<E>(row.Int(column)); }
};
template <>
struct Codec<dispatch::IncidentKind> : NumberCodec<dispatch::IncidentKind> {};
template <>
struct Codec<dispatch::AnsweredVia> : NumberCodec<dispatch::AnsweredVia> {};
template <>
struct Codec<dispatch::DeclineReason> : NumberCodec<dispatch::DeclineReason> {};
template <>
struct Codec<dispatch::CallUpStep> : NumberCodec<dispatch::CallUpStep> {};

/// Accepted is kept as an empty text: what the version before left in the column.
template <>
struct Codec<RequestState> {
  static Value ToValue(RequestState state) {
    return state == RequestState::kAccepted ? std::string() : std::string(Name(state));
  }
  static RequestState FromRow(const Row& row, int column) {
    return StateFromName<RequestState>(row.Text(column)).value_or(RequestState::kAccepted);
  }
};
template <>
struct Codec<HelpState> : NameCodec<HelpState, StateFromName<HelpState>> {};

template <>
struct Codec<dispatch::QuantityUnit> : NameCodec<dispatch::QuantityUnit, dispatch::QuantityUnitFromName> {};
template <>
struct Codec<dispatch::Agreement> : NameCodec<dispatch::Agreement, dispatch::AgreementFromName> {};
template <>
struct Codec<Place> {
  static Value ToValue(Place value) { return std::string(dispatch::Name(value)); }
  static Place FromRow(const Row& row, int column) {
    return dispatch::PlaceFromName(row.Text(column)).value_or(Place::kOnSite);
  }
};

}  // namespace muster::storage

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"
#include "muster/domain/states.h"
#include "muster/storage/value.h"

namespace muster::storage {

/// How a member of a struct is kept in a column: ToValue and FromRow, specialized per type. A service adds its own
/// types by specializing Codec (for enums with Name() and a parser, derive from NameCodec; for structures, JSON text).
template <class T>
struct Codec;

template <>
struct Codec<int64_t> {
  static Value ToValue(int64_t v) { return v; }
  static int64_t FromRow(const Row& row, int column) { return row.Int(column); }
};
template <>
struct Codec<int32_t> {
  static Value ToValue(int32_t v) { return int64_t{v}; }
  static int32_t FromRow(const Row& row, int column) { return static_cast<int32_t>(row.Int(column)); }
};
template <>
struct Codec<bool> {
  static Value ToValue(bool v) { return int64_t{v ? 1 : 0}; }
  static bool FromRow(const Row& row, int column) { return row.Int(column) != 0; }
};
template <>
struct Codec<double> {
  static Value ToValue(double v) { return v; }
  static double FromRow(const Row& row, int column) { return row.Real(column); }
};
template <>
struct Codec<std::string> {
  static Value ToValue(const std::string& v) { return v; }
  static std::string FromRow(const Row& row, int column) { return std::string(row.Text(column)); }
};
template <>
struct Codec<Blob> {
  static Value ToValue(const Blob& v) { return v; }
  static Blob FromRow(const Row& row, int column) { return Blob{std::string(row.Text(column))}; }
};
template <>
struct Codec<Time> {
  static Value ToValue(Time v) { return ToMicros(v); }
  static Time FromRow(const Row& row, int column) { return FromMicros(row.Int(column)); }
};
template <class Tag>
struct Codec<Id<Tag>> {
  static Value ToValue(const Id<Tag>& v) { return v.value(); }
  static Id<Tag> FromRow(const Row& row, int column) { return Id<Tag>(std::string(row.Text(column))); }
};
template <class T>
struct Codec<std::optional<T>> {
  static Value ToValue(const std::optional<T>& v) { return v ? Codec<T>::ToValue(*v) : Value(); }
  static std::optional<T> FromRow(const Row& row, int column) {
    return row.IsNull(column) ? std::nullopt : std::optional<T>(Codec<T>::FromRow(row, column));
  }
};

/// An enum kept as its stable name. `Parse` answers an optional; an unknown name reads as the first value.
template <class E, auto Parse>
struct NameCodec {
  static Value ToValue(E v) { return std::string(Name(v)); }
  static E FromRow(const Row& row, int column) { return Parse(row.Text(column)).value_or(E{}); }
};
template <>
struct Codec<Mode> : NameCodec<Mode, ModeFromName> {};
template <>
struct Codec<IncidentState> : NameCodec<IncidentState, StateFromName<IncidentState>> {};
template <>
struct Codec<LineState> : NameCodec<LineState, StateFromName<LineState>> {};
template <>
struct Codec<OfferState> : NameCodec<OfferState, StateFromName<OfferState>> {};
template <>
struct Codec<DeliveryState> : NameCodec<DeliveryState, StateFromName<DeliveryState>> {};
template <>
struct Codec<AssignmentState> : NameCodec<AssignmentState, StateFromName<AssignmentState>> {};
template <>
struct Codec<OrganizationState> : NameCodec<OrganizationState, StateFromName<OrganizationState>> {};

}  // namespace muster::storage

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/storage/codec.h"
#include "services/registry/core/people.h"

namespace muster::registry {

/// Text forms of columns that hold a structure. They are canonical (equal values have equal texts), since the audit
/// trail hashes them.
std::string LocationToText(const Location& location);  ///< "31.3,120.6,accuracy,time in microseconds or -,0 or 1"
Location LocationFromText(std::string_view text);
std::string WindowToText(const Window& window);  ///< "start,end" in microseconds
Window WindowFromText(std::string_view text);
std::string ReferencesToText(const std::vector<ExternalReference>& references);  ///< JSON; empty text for none
std::vector<ExternalReference> ReferencesFromText(std::string_view text);
std::string ConsentsToText(const std::vector<Consent>& consents);  ///< JSON; empty text for none
std::vector<Consent> ConsentsFromText(std::string_view text);
std::string WordsToText(const std::vector<std::string>& words);  ///< separated by blanks; the words hold none
std::vector<std::string> WordsFromText(std::string_view text);

}  // namespace muster::registry

namespace muster::storage {

template <>
struct Codec<registry::OrganizationKind> : NameCodec<registry::OrganizationKind, registry::OrganizationKindFromName> {};
template <>
struct Codec<geo::TravelMode> : NameCodec<geo::TravelMode, geo::TravelModeFromName> {};

template <>
struct Codec<CertificateState> : NameCodec<CertificateState, StateFromName<CertificateState>> {};
template <>
struct Codec<MembershipState> : NameCodec<MembershipState, StateFromName<MembershipState>> {};
template <>
struct Codec<RecruitmentState> : NameCodec<RecruitmentState, StateFromName<RecruitmentState>> {};
template <>
struct Codec<ApplicationState> : NameCodec<ApplicationState, StateFromName<ApplicationState>> {};

template <>
struct Codec<registry::Sealed> {
  static Value ToValue(const registry::Sealed& v) { return Blob{v.bytes}; }
  static registry::Sealed FromRow(const Row& row, int column) { return {std::string(row.Text(column))}; }
};

/// A structure kept as text.
template <class T, auto ToText, auto FromText>
struct TextCodec {
  static Value ToValue(const T& v) { return ToText(v); }
  static T FromRow(const Row& row, int column) { return FromText(row.Text(column)); }
};
template <>
struct Codec<registry::Location> : TextCodec<registry::Location, registry::LocationToText, registry::LocationFromText> {
};
template <>
struct Codec<Window> : TextCodec<Window, registry::WindowToText, registry::WindowFromText> {};
template <>
struct Codec<std::vector<registry::ExternalReference>>
    : TextCodec<std::vector<registry::ExternalReference>, registry::ReferencesToText, registry::ReferencesFromText> {};
template <>
struct Codec<std::vector<registry::Consent>>
    : TextCodec<std::vector<registry::Consent>, registry::ConsentsToText, registry::ConsentsFromText> {};
template <>
struct Codec<std::vector<std::string>>
    : TextCodec<std::vector<std::string>, registry::WordsToText, registry::WordsFromText> {};

}  // namespace muster::storage

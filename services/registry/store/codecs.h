#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/storage/codec.h"
#include "services/registry/core/model.h"
#include "services/registry/core/organization_records.h"
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
std::string InspectionsToText(const std::vector<Inspection>& inspections);  ///< JSON; empty text for none
std::vector<Inspection> InspectionsFromText(std::string_view text);
/// JSON of what an officer vouches for; the rest is not kept.
std::string WishedToText(const Organization& wished);
Organization WishedFromText(std::string_view text);
std::string ConsentsToText(const std::vector<Consent>& consents);  ///< JSON; empty text for none
std::vector<Consent> ConsentsFromText(std::string_view text);
std::string WordsToText(const std::vector<std::string>& words);  ///< separated by blanks; the words hold none
std::vector<std::string> WordsFromText(std::string_view text);
std::string EquipmentToText(const std::vector<Equipment>& list);  ///< JSON; empty text for none
std::vector<Equipment> EquipmentFromText(std::string_view text);
std::string LimitsToText(const TeamLimits& limits);  ///< JSON; empty text for none
TeamLimits LimitsFromText(std::string_view text);
std::string PartnersToText(const std::vector<Partner>& partners);  ///< "id:1 id:0": accepted or asked
std::vector<Partner> PartnersFromText(std::string_view text);
std::string WeeklyToText(
    const std::vector<WeeklyTime>& list);  ///< "days,start,length,from or -,until or -" with blanks
std::vector<WeeklyTime> WeeklyFromText(std::string_view text);

}  // namespace muster::registry

namespace muster::storage {

template <>
struct Codec<registry::OrganizationKind> : NameCodec<registry::OrganizationKind, registry::OrganizationKindFromName> {};
template <>
struct Codec<registry::ChangeState> : NameCodec<registry::ChangeState, registry::ChangeStateFromName> {};
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
struct Codec<std::vector<registry::Inspection>>
    : TextCodec<std::vector<registry::Inspection>, registry::InspectionsToText, registry::InspectionsFromText> {};
template <>
struct Codec<registry::Organization>
    : TextCodec<registry::Organization, registry::WishedToText, registry::WishedFromText> {};
template <>
struct Codec<std::vector<registry::Equipment>>
    : TextCodec<std::vector<registry::Equipment>, registry::EquipmentToText, registry::EquipmentFromText> {};
template <>
struct Codec<registry::TeamLimits> : TextCodec<registry::TeamLimits, registry::LimitsToText, registry::LimitsFromText> {
};
template <>
struct Codec<std::vector<registry::Partner>>
    : TextCodec<std::vector<registry::Partner>, registry::PartnersToText, registry::PartnersFromText> {};
template <>
struct Codec<std::vector<registry::Consent>>
    : TextCodec<std::vector<registry::Consent>, registry::ConsentsToText, registry::ConsentsFromText> {};
template <>
struct Codec<std::vector<std::string>>
    : TextCodec<std::vector<std::string>, registry::WordsToText, registry::WordsFromText> {};

}  // namespace muster::storage

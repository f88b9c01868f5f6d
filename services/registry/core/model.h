#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/eligibility.h"
#include "muster/domain/states.h"
#include "muster/geo/position.h"
#include "muster/geo/travel.h"
#include "services/registry/core/inspection.h"

namespace muster::registry {

using AvailabilityId = Id<struct AvailabilityTag>;

/// The name of an object in another system.
struct ExternalReference {
  std::string system;
  std::string id;
  bool operator==(const ExternalReference&) const = default;
};

/// A position (WGS-84) and how good it is.
struct Location {
  geo::Position position;
  double accuracy_m = 0;     ///< 0: unknown
  std::optional<Time> time;  ///< when it was measured; none for a fixed place
  bool approximate = false;  ///< only the centre of a district
  bool operator==(const Location&) const = default;
};

/// Ciphertext, a wrapped key or a keyed digest: opaque here. Rules never see a name or a phone number.
struct Sealed {
  std::string bytes;
  bool empty() const { return bytes.empty(); }
  bool operator==(const Sealed&) const = default;
};

enum class OrganizationKind {
  kAssociation,        ///< 社会团体
  kServiceAgency,      ///< 社会服务机构
  kFoundation,         ///< 基金会
  kFiledGroup,         ///< 备案社区社会组织: filed with a street office, no legal person
  kGovernmentRescue,   ///< 政府专业救援队
  kSocialWorkStation,  ///< 社工站
  kRequestingUnit,     ///< street office, community, hospital, school
  kEnterprise,
};

/// "filed_group".
std::string_view Name(OrganizationKind kind);
std::optional<OrganizationKind> OrganizationKindFromName(std::string_view name);
/// True for kinds that are legal persons with a credit code of their own.
bool NeedsCreditCode(OrganizationKind kind);

struct Organization {
  OrganizationId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  std::string name;
  OrganizationKind kind = OrganizationKind::kAssociation;
  std::string credit_code;  ///< normalized; may be empty
  std::string filing_office;
  std::string filing_number;
  std::string district_path;
  std::string address;
  std::optional<Location> location;
  OrganizationState state = OrganizationState::kDraft;
  std::optional<Time> registration_end;  ///< none: open-ended
  int32_t rating = 0;                    ///< 1 to 5 for 1A to 5A; 0: not rated
  std::optional<Time> rating_end;
  std::optional<Time> blacklisted_until;
  Sealed contact_key;  ///< the wrapped data key of the contact person; empty when there is none
  Sealed contact_name;
  Sealed contact_phone;
  std::vector<ExternalReference> external_refs;
  std::string supervisor;                 ///< the authority in charge of its work
  std::vector<std::string> help_offered;  ///< capability codes
  std::string party_branch;
  std::string fundraising_number;           ///< of its qualification to raise funds in public; empty: none
  std::optional<Window> fundraising_valid;  ///< with the number
  std::string credit_code_reason;           ///< why a code whose check fails is accepted; empty where it fits
  std::string blacklist_reason;
  std::vector<Inspection> inspections;  ///< in order of year and date
  OrganizationId merged_into;           ///< empty: none
  Sealed contact_index;                 ///< blind index of the contact's phone; empty: none
};

/// Things that a team brings along, or that somebody offers.
struct Equipment {
  std::string kind;  ///< code of libs/domain's list: "boat"
  int32_t count = 0;
  std::string note;
  bool operator==(const Equipment&) const = default;
};

/// What a team does not do.
struct TeamLimits {
  std::vector<std::string> codes;  ///< of libs/domain's list: "no_deep_water"
  std::string text;
  int32_t max_hours_per_day = 0;  ///< 0: not limited
  bool operator==(const TeamLimits&) const = default;
};

/// An organization that was asked to take part in a team of another.
struct Partner {
  OrganizationId organization_id;
  bool accepted = false;
  bool operator==(const Partner&) const = default;
};

struct Team {
  TeamId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  OrganizationId organization_id;
  std::string name;
  MemberId leader_member_id;  ///< empty: none yet
  int32_t headcount = 1;
  std::optional<Location> base;     ///< where it starts from
  std::optional<Location> current;  ///< where it was last seen, as an update said
  geo::TravelMode travel_mode = geo::TravelMode::kCar;
  int32_t turnout_minutes = 0;  ///< from the call to departure
  int32_t range_km = 0;         ///< 0: anywhere
  bool works_remotely = false;
  std::vector<std::string> languages;  ///< BCP 47
  std::string district_path;
  bool disbanded = false;
  std::optional<Window> suspended;
  std::vector<ExternalReference> external_refs;
  std::vector<Equipment> equipment;
  TeamLimits limits;
  std::vector<Partner> partners;             ///< sorted by id
  std::vector<HeldCapability> capabilities;  ///< rows of their own in the store
  /// Where it was last seen, as ReportPosition said: a row of its own in the store. It comes several times a minute, so
  /// it is no part of the team's version and of what the audit trail keeps.
  std::optional<Location> reported;
};

/// The later of the two positions that are known of it.
const std::optional<Location>& LastSeen(const Team& team);

/// What a person has agreed to.
struct Consent {
  std::string purpose;  ///< "dispatch"
  std::string text_version;
  Time given{};
  std::optional<Time> withdrawn;  ///< none: in force
  bool operator==(const Consent&) const = default;
};

/// A person; who it is is sealed.
struct Member {
  MemberId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  OrganizationId organization_id;  ///< empty: a volunteer on their own
  std::string district_path;
  Sealed person_key;  ///< the wrapped data key of the person
  Sealed name;
  Sealed phone;
  Sealed id_number;             ///< empty: not given
  Sealed phone_index;           ///< blind index of the phone
  std::vector<Sealed> digests;  ///< blind indexes of name and identity number; only where the person was just sealed
  std::vector<std::string> skills;
  Sealed birth_date;  ///< "1990-05-17"; empty: not known
  Sealed guardian_name;
  Sealed guardian_phone;
  std::optional<Time> guardian_consent;  ///< when the guardian of somebody below 18 consented
  std::string insurer;                   ///< of the insurance against accidents; empty: none told
  Sealed policy_number;
  std::optional<Window> cover;
  std::vector<Consent> consents;   ///< in the order in which they were recorded
  AccountId account_id;            ///< the person's own; empty: none
  Sealed person_index;             ///< blind index of phone and identity number together; empty without the latter
  std::optional<Time> erase_time;  ///< when the person was forgotten
  std::vector<TeamId> team_ids;    ///< rows of their own in the store, sorted
};

/// A time in which a team declares itself free.
struct Availability {
  AvailabilityId id;
  TeamId team_id;
  Window window;
  Time create_time{};
};

/// What others need to know of a team's organization.
struct Standing {
  OrganizationState state = OrganizationState::kDraft;
  std::optional<Time> registration_end;
  std::optional<Time> blacklisted_until;
  std::string organization_name;
  OrganizationKind organization_kind = OrganizationKind::kAssociation;
  bool operator==(const Standing&) const = default;
};

Standing StandingOf(const Organization& organization);

/// ILLEGAL_TRANSITION unless the organization is approved and not barred now: what is not may not gather people.
/// `purpose`: "recruiting".
absl::Status CheckMayMobilize(const Standing& standing, Time now, std::string_view purpose);

/// A team as matching and dispatch need it.
struct TeamProfile {
  Team team;
  Standing standing;
  std::vector<Window> available;                ///< in order of start
  std::vector<WeeklyTime> weekly = {};          ///< with no windows either: always
  std::vector<std::string> blackout_days = {};  ///< "2026-10-01", in order
};

/// The part of a profile that eligibility looks at; bookings and latest work are dispatch's and stay empty.
TeamFacts FactsOf(const TeamProfile& profile);

}  // namespace muster::registry

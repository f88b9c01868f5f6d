#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "muster/domain/capability.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/model.h"
#include "services/registry/core/organization_records.h"

namespace muster::registry {

/// Between the messages of muster.registry.v1 and the core. Output-only fields of the input are ignored. Each error
/// names a field below `prefix` ("organization", "teams[3]").

/// Everything but the contact. Errors: INVALID_FIELD (kind, unless `any_kind`), BAD_GEOMETRY, BAD_TIME.
absl::StatusOr<Organization> OrganizationFromProto(const v1::Organization& message, const std::string& prefix,
                                                   bool any_kind = false);
/// The contact, normalized.
absl::StatusOr<Person> ContactFromProto(const v1::Organization& message, const std::string& prefix);
/// The contact comes masked out.
v1::Organization ToProto(const Organization& organization, const Person& contact);

/// A requested change; its values come with the fields that it names alone.
v1::OrganizationChange ToProto(const OrganizationChange& change);
v1::OrganizationChangeState ToProto(ChangeState state);
/// Errors: INVALID_FIELD (kind, result), BAD_TIME.
absl::StatusOr<Inspection> InspectionFromProto(const v1::Inspection& message, const std::string& prefix);

/// A capability without a start is valid from `now` on. Errors: INVALID_FIELD, BAD_GEOMETRY, BAD_TIME.
absl::StatusOr<Team> TeamFromProto(const v1::Team& message, Time now, const std::string& prefix);
void ToProto(const Team& team, v1::Team& out);

/// Without the personal fields. Errors: BAD_TIME.
absl::StatusOr<Member> MemberFromProto(const v1::Member& message, const std::string& prefix);
/// The personal fields, as given.
Person PersonFromProto(const v1::Member& message);
/// The person comes masked out.
v1::Member ToProto(const Member& member, const Person& person);

void ToProto(const TeamProfile& profile, v1::TeamProfile& out);
void ToProto(const Availability& availability, v1::Availability& out);
void ToProto(const Capability& capability, v1::Capability& out);

/// UNSPECIFIED is 0 on the wire; the core's first value is 1 there.
v1::OrganizationState ToProto(OrganizationState state);
v1::OrganizationKind ToProto(OrganizationKind kind);
OrganizationState StateFromProto(v1::OrganizationState state);
OrganizationKind KindFromProto(v1::OrganizationKind kind);

}  // namespace muster::registry

#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/facts.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/rpc/handlers.h"

namespace muster::registry {

/// The member with the person masked.
absl::StatusOr<v1::Member> Masked(const Tools& tools, const Member& member);
/// The reply of every change of a member: the one that is changed first.
std::function<absl::StatusOr<std::string>(const RegistryChanges&)> AnswerMember(const Tools& tools);

/// Errors: BAD_TIME.
absl::StatusOr<Consent> ConsentFromProto(const v1::Consent& message, const std::string& field);
/// Adds what came after the first fields of a member; the person masked.
void MoreToProto(const Member& member, const Person& person, v1::Member& out);

/// Without the number. A certificate without a start is valid from `now` on. Errors: BAD_TIME.
absl::StatusOr<Certificate> CertificateFromProto(const v1::Certificate& message, Time now, const std::string& prefix);
/// The number masked.
absl::StatusOr<v1::Certificate> Masked(const Tools& tools, const Certificate& certificate);

void ToProto(const Membership& membership, v1::Membership& out);
void ToProto(const Application& application, v1::Application& out);

/// Errors: BAD_TIME; a window that is not in `message` stays empty.
absl::StatusOr<Recruitment> RecruitmentFromProto(const v1::Recruitment& message, const std::string& prefix);
void ToProto(const Recruitment& recruitment, v1::Recruitment& out);

}  // namespace muster::registry

#pragma once

#include <string>
#include <vector>

#include "services/registry/core/model.h"

namespace muster::registry {

using CertificateId = Id<struct CertificateTag>;
using MembershipId = Id<struct MembershipTag>;
using RecruitmentId = Id<struct RecruitmentTag>;
using ApplicationId = Id<struct ApplicationTag>;
using UnmaskingId = Id<struct UnmaskingTag>;

/// A certificate of a person or of a team: exactly one of the two holds it.
struct Certificate {
  CertificateId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  MemberId member_id;
  TeamId team_id;
  std::string capability;  ///< what it shows; empty: another qualification
  int32_t level = 0;       ///< 0: has no levels
  std::string qualification;
  std::string issuer;
  Sealed number_key;  ///< the wrapped data key of the number; empty when there is no number
  Sealed number;
  std::string scan_upload_id;
  Time valid_from{};
  Time valid_until{};  ///< not included
  CertificateState state = CertificateState::kUnverified;
  std::string revoke_reason;
};

/// The agreement of a person and a team.
struct Membership {
  MembershipId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  TeamId team_id;
  MemberId member_id;
  OrganizationId organization_id;  ///< the team's
  std::string district_path;       ///< the team's
  MembershipState state = MembershipState::kAsked;
  bool asked_by_team = false;
  AccountId asker_account_id;
  std::string reason;
};

/// People wanted for a need.
struct Recruitment {
  RecruitmentId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  OrganizationId organization_id;  ///< empty: the authority itself
  std::string title_zh;
  std::string title_en;
  std::string capability;
  std::string district_path;
  int32_t places = 0;
  int32_t filled = 0;
  Window needed;  ///< when the people are needed
  std::string screening;
  RecruitmentState state = RecruitmentState::kOpen;
};

/// A person who wants a place.
struct Application {
  ApplicationId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  RecruitmentId recruitment_id;
  MemberId member_id;
  OrganizationId organization_id;  ///< the drive's
  std::string district_path;       ///< the drive's
  ApplicationState state = ApplicationState::kApplied;
  std::string reason;
};

/// Personal fields that somebody has seen in clear.
struct Unmasking {
  UnmaskingId id;
  MemberId member_id;
  std::string note;  ///< purpose and fields, for the audit trail
};

/// What commands about people have read beside Facts.
struct PeopleFacts {
  std::optional<Certificate> certificate;
  int64_t certificate_count = 0;           ///< of the holder, revoked ones too
  std::vector<Certificate> certificates;   ///< of the member
  std::optional<Membership> membership;    ///< the one concerned
  std::vector<Membership> memberships;     ///< of the member: asked and accepted
  std::optional<Recruitment> recruitment;  ///< the one concerned
  std::optional<Standing> drive_standing;  ///< of the organization of `recruitment`; none: the city's own
  std::vector<Recruitment> recruitments;   ///< those of `applications`
  std::optional<Application> application;
  std::vector<Application> applications;  ///< of the member: applied and accepted
  bool person_taken = false;              ///< another member has the same phone and identity number
  MemberId member_of_account;             ///< the member that the caller's account stands for already
  bool leads_a_team = false;              ///< the member leads a team that stands
  std::vector<Time> unmaskings;           ///< of the caller within the last hour, oldest first
};

}  // namespace muster::registry

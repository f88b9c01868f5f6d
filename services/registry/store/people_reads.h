#pragma once

#include <optional>
#include <string>
#include <vector>

#include "muster/domain/principal.h"
#include "services/registry/core/facts.h"
#include "services/registry/store/reads.h"

namespace muster::registry {

/// Reads for commands about people, as those of reads.h.

void ReadCertificate(const Principal& principal, const CertificateId& id, std::optional<Certificate>& into,
                     Reads& reads);
/// The holder of a certificate: a member or a team.
void ReadHolderOf(const CertificateId& id, Facts& facts, Reads& reads);
/// How many certificates the holder has.
void ReadCertificateCount(const Certificate& certificate, int64_t& into, Reads& reads);
void ReadMembership(const Principal& principal, const MembershipId& id, std::optional<Membership>& into, Reads& reads);
void ReadRecruitment(const Principal& principal, const RecruitmentId& id, std::optional<Recruitment>& into,
                     Reads& reads);
/// How the organization of a drive stands, or of the drive of an application.
void ReadStandingOf(const RecruitmentId& id, std::optional<Standing>& into, Reads& reads);
void ReadStandingOf(const ApplicationId& id, std::optional<Standing>& into, Reads& reads);
void ReadApplication(const Principal& principal, const ApplicationId& id, std::optional<Application>& into,
                     Reads& reads);

/// What rules look up beyond what the principal sees.

/// The person and the team of a membership that the principal was shown.
void ReadSidesOf(const MembershipId& id, Facts& facts, Reads& reads);
/// The person and the drive of an application that the principal was shown.
void ReadSidesOf(const ApplicationId& id, Facts& facts, Reads& reads);
/// The member with this person index; an empty index finds nobody.
void ReadMemberByPerson(const Sealed& person_index, std::optional<Member>& into, Reads& reads);
/// What a member has asked for, or is part of: memberships and applications with their drives.
void ReadAgreementsOf(const MemberId& id, PeopleFacts& into, Reads& reads);
/// The same of the member with this person index, memberships only.
void ReadMembershipsByPerson(const Sealed& person_index, std::vector<Membership>& into, Reads& reads);
void ReadCertificatesOf(const MemberId& id, std::vector<Certificate>& into, Reads& reads);
void ReadLeadsATeam(const MemberId& id, bool& into, Reads& reads);
/// Whether a member other than `except` has this index; an empty index is nobody's.
void ReadPersonTaken(const Sealed& person_index, const MemberId& except, bool& into, Reads& reads);
void ReadMemberOfAccount(const AccountId& account, MemberId& into, Reads& reads);
/// When the account has seen personal fields in clear since `start`.
void ReadUnmaskings(const AccountId& account, Time start, std::vector<Time>& into, Reads& reads);

}  // namespace muster::registry

#include "services/registry/store/people_reads.h"

#include <utility>

#include "services/registry/store/codecs.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/scope.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Blob;
using storage::Row;
using storage::Table;
using storage::Value;

std::vector<Value> IdAndPersonalScope(const std::string& id, const Principal& principal) {
  std::vector<Value> parameters = PersonalScope(principal);
  parameters.insert(parameters.begin(), Value(id));
  return parameters;
}

template <class T>
std::string Select(const Table<T>& table, const std::string& where) {
  return "SELECT " + table.select_list() + " FROM " + table.name() + " WHERE " + where;
}

template <class T>
std::function<void(const Row&)> Into(const Table<T>& table, std::optional<T>& into) {
  return [&table, &into](const Row& row) { into = table.Parse(row); };
}

template <class T>
std::function<void(const Row&)> Into(const Table<T>& table, std::vector<T>& into) {
  return [&table, &into](const Row& row) { into.push_back(table.Parse(row)); };
}

std::function<void(const Row&)> IntoTeamsOf(std::optional<Member>& into) {
  return [&into](const Row& row) {
    if (into) {
      into->team_ids.emplace_back(std::string(row.Text(0)));
    }
  };
}

}  // namespace

void ReadCertificate(const Principal& principal, const CertificateId& id, std::optional<Certificate>& into,
                     Reads& reads) {
  static const std::string kSql = Select(CertificateTable(), "id = $1 AND " + CertificateCondition(2));
  reads.push_back({kSql, IdAndPersonalScope(id.value(), principal), Into(CertificateTable(), into)});
}

void ReadHolderOf(const CertificateId& id, Facts& facts, Reads& reads) {
  static const std::string kMember =
      Select(MemberTable(), "id = (SELECT member_id FROM certificate WHERE certificate.id = $1)");
  static const std::string kTeam =
      Select(TeamTable(), "id = (SELECT team_id FROM certificate WHERE certificate.id = $1)");
  reads.push_back({kMember, {id.value()}, Into(MemberTable(), facts.member)});
  reads.push_back({kTeam, {id.value()}, [&facts](const Row& row) {
                     facts.teams.push_back({TeamTable().Parse(row), {}, {}});
                   }});
}

void ReadCertificateCount(const Certificate& certificate, int64_t& into, Reads& reads) {
  reads.push_back(
      {"SELECT COUNT(*) FROM certificate WHERE (member_id = $1 AND member_id <> '') OR (team_id = $2 AND "
       "team_id <> '')",
       {certificate.member_id.value(), certificate.team_id.value()},
       [&into](const Row& row) { into = row.Int(0); }});
}

void ReadMembership(const Principal& principal, const MembershipId& id, std::optional<Membership>& into, Reads& reads) {
  static const std::string kSql = Select(MembershipTable(), "id = $1 AND " + AgreementCondition("membership", 2));
  reads.push_back({kSql, IdAndPersonalScope(id.value(), principal), Into(MembershipTable(), into)});
}

void ReadRecruitment(const Principal& principal, const RecruitmentId& id, std::optional<Recruitment>& into,
                     Reads& reads) {
  static const std::string kSql = Select(RecruitmentTable(), "id = $1 AND " + RecruitmentCondition(2));
  std::vector<Value> parameters = IdAndPersonalScope(id.value(), principal);
  parameters.pop_back();  // the account: drives belong to nobody
  reads.push_back({kSql, std::move(parameters), Into(RecruitmentTable(), into)});
}

void ReadStandingOf(const RecruitmentId& id, std::optional<Standing>& into, Reads& reads) {
  reads.push_back(
      {"SELECT state, registration_end_us, blacklisted_until_us, name FROM organization WHERE id = (SELECT "
       "organization_id FROM recruitment WHERE id = $1)",
       {id.value()},
       [&into](const Row& row) { into = ParseStanding(row, 0); }});
}

void ReadStandingOf(const ApplicationId& id, std::optional<Standing>& into, Reads& reads) {
  reads.push_back(
      {"SELECT state, registration_end_us, blacklisted_until_us, name FROM organization WHERE id = (SELECT "
       "organization_id FROM application WHERE id = $1)",
       {id.value()},
       [&into](const Row& row) { into = ParseStanding(row, 0); }});
}

void ReadApplication(const Principal& principal, const ApplicationId& id, std::optional<Application>& into,
                     Reads& reads) {
  static const std::string kSql = Select(ApplicationTable(), "id = $1 AND " + AgreementCondition("application", 2));
  reads.push_back({kSql, IdAndPersonalScope(id.value(), principal), Into(ApplicationTable(), into)});
}

void ReadSidesOf(const MembershipId& id, Facts& facts, Reads& reads) {
  static const std::string kMember = Select(MemberTable(), "id = (SELECT member_id FROM membership m WHERE m.id = $1)");
  static const std::string kTeam = Select(TeamTable(), "id = (SELECT team_id FROM membership m WHERE m.id = $1)");
  reads.push_back({kMember, {id.value()}, Into(MemberTable(), facts.member)});
  reads.push_back(
      {"SELECT team_id FROM member_team WHERE member_id = (SELECT member_id FROM membership m WHERE m.id = "
       "$1) ORDER BY team_id",
       {id.value()},
       IntoTeamsOf(facts.member)});
  reads.push_back({kTeam, {id.value()}, Into(TeamTable(), facts.member_teams)});
}

void ReadSidesOf(const ApplicationId& id, Facts& facts, Reads& reads) {
  static const std::string kMember =
      Select(MemberTable(), "id = (SELECT member_id FROM application a WHERE a.id = $1)");
  static const std::string kDrive =
      Select(RecruitmentTable(), "id = (SELECT recruitment_id FROM application a WHERE a.id = $1)");
  reads.push_back({kMember, {id.value()}, Into(MemberTable(), facts.member)});
  reads.push_back({kDrive, {id.value()}, Into(RecruitmentTable(), facts.people.recruitment)});
}

void ReadMemberByPerson(const Sealed& person_index, std::optional<Member>& into, Reads& reads) {
  static const std::string kSql = Select(MemberTable(), "person_index = $1 AND length(person_index) > 0");
  reads.push_back({kSql, {Blob{person_index.bytes}}, Into(MemberTable(), into)});
  reads.push_back(
      {"SELECT team_id FROM member_team WHERE member_id = (SELECT id FROM member WHERE person_index = $1 AND "
       "length(person_index) > 0) ORDER BY team_id",
       {Blob{person_index.bytes}},
       IntoTeamsOf(into)});
}

void ReadAgreementsOf(const MemberId& id, PeopleFacts& into, Reads& reads) {
  static const std::string kMemberships =
      Select(MembershipTable(), "member_id = $1 AND state IN ('asked', 'accepted') ORDER BY id");
  static const std::string kApplications =
      Select(ApplicationTable(), "member_id = $1 AND state IN ('applied', 'accepted') ORDER BY id");
  static const std::string kDrives =
      Select(RecruitmentTable(),
             "id IN (SELECT recruitment_id FROM application WHERE member_id = $1 AND application.state IN ('applied', "
             "'accepted')) ORDER BY id");
  reads.push_back({kMemberships, {id.value()}, Into(MembershipTable(), into.memberships)});
  reads.push_back({kApplications, {id.value()}, Into(ApplicationTable(), into.applications)});
  reads.push_back({kDrives, {id.value()}, Into(RecruitmentTable(), into.recruitments)});
}

void ReadMembershipsByPerson(const Sealed& person_index, std::vector<Membership>& into, Reads& reads) {
  static const std::string kSql =
      Select(MembershipTable(),
             "member_id = (SELECT id FROM member WHERE person_index = $1 AND length(person_index) > 0) AND state IN "
             "('asked', 'accepted') ORDER BY id");
  reads.push_back({kSql, {Blob{person_index.bytes}}, Into(MembershipTable(), into)});
}

void ReadCertificatesOf(const MemberId& id, std::vector<Certificate>& into, Reads& reads) {
  static const std::string kSql = Select(CertificateTable(), "member_id = $1 AND member_id <> '' ORDER BY id");
  reads.push_back({kSql, {id.value()}, Into(CertificateTable(), into)});
}

void ReadLeadsATeam(const MemberId& id, bool& into, Reads& reads) {
  // A leader is of the team's own organization.
  reads.push_back(
      {"SELECT id FROM team WHERE organization_id = (SELECT organization_id FROM member WHERE id = $1) AND "
       "leader_member_id = $1 AND disbanded = $2 LIMIT 1",
       {id.value(), int64_t{0}},
       [&into](const Row&) { into = true; }});
}

void ReadPersonTaken(const Sealed& person_index, const MemberId& except, bool& into, Reads& reads) {
  reads.push_back({"SELECT id FROM member WHERE person_index = $1 AND length(person_index) > 0 AND id <> $2",
                   {Blob{person_index.bytes}, except.value()},
                   [&into](const Row&) { into = true; }});
}

void ReadMemberOfAccount(const AccountId& account, MemberId& into, Reads& reads) {
  reads.push_back({"SELECT id FROM member WHERE account_id = $1 AND account_id <> ''",
                   {account.value()},
                   [&into](const Row& row) { into = MemberId(std::string(row.Text(0))); }});
}

void ReadUnmaskings(const AccountId& account, Time start, std::vector<Time>& into, Reads& reads) {
  reads.push_back({"SELECT create_us FROM unmasking WHERE account_id = $1 AND create_us > $2 ORDER BY create_us",
                   {account.value(), ToMicros(start)},
                   [&into](const Row& row) { into.push_back(FromMicros(row.Int(0))); }});
}

}  // namespace muster::registry

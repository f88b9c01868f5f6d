#include "services/registry/store/verify.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "muster/domain/capability.h"
#include "services/registry/core/search_text.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/readiness_tables.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using events::StoreVerifier;
using storage::Row;

constexpr events::Forbidden kForbidden[] = {
    {"I1",
     "SELECT id FROM team WHERE organization_id NOT IN (SELECT id FROM organization)",
     {"队伍所属的组织不存在", "a team without an organization"}},
    {"I1",
     "SELECT team_id FROM team_capability WHERE team_id NOT IN (SELECT id FROM team)",
     {"能力所属的队伍不存在", "a capability without a team"}},
    {"I1",
     "SELECT id FROM availability WHERE team_id NOT IN (SELECT id FROM team)",
     {"可用时段所属的队伍不存在", "a window without a team"}},
    {"I1",
     "SELECT id FROM member WHERE organization_id <> '' AND organization_id NOT IN (SELECT id FROM organization)",
     {"成员所属的组织不存在", "a member of an organization that is not there"}},
    {"I1",
     "SELECT id FROM organization WHERE merged_into <> '' AND merged_into NOT IN (SELECT id FROM organization)",
     {"合并到的组织不存在", "an organization merged into one that is not there"}},
    {"I1",
     "SELECT id FROM organization_change WHERE organization_id NOT IN (SELECT id FROM organization)",
     {"变更申请所属的组织不存在", "a requested change without an organization"}},
    {"I1",
     "SELECT id FROM duplicate_dismissal WHERE first_id NOT IN (SELECT id FROM organization) OR second_id NOT IN "
     "(SELECT id FROM organization)",
     {"标为不重复的组织不存在", "a dismissed pair of an organization that is not there"}},
    {"I5",
     "SELECT team_id FROM team_capability WHERE valid_from_us >= valid_until_us",
     {"证书的终止早于起始", "a certificate that ends before it starts"}},
    {"I5",
     "SELECT id FROM availability WHERE start_us >= end_us",
     {"可用时段的终止早于起始", "a window that ends before it starts"}},
    {"I6",
     "SELECT m.id FROM member_team t JOIN member m ON m.id = t.member_id JOIN team ON team.id = t.team_id WHERE "
     "team.organization_id <> m.organization_id AND NOT EXISTS (SELECT 1 FROM membership a WHERE a.member_id = "
     "t.member_id AND a.team_id = t.team_id AND a.state = 'accepted')",
     {"成员在别的组织的队伍中，而双方没有约定", "a member in a team of another organization without an agreement"}},
    {"I6",
     "SELECT a.id FROM membership a WHERE a.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM member_team t WHERE "
     "t.member_id = a.member_id AND t.team_id = a.team_id)",
     {"约定有效而成员不在队伍中", "an agreement in force with a member who is not in the team"}},
    {"I1",
     "SELECT id FROM certificate WHERE (member_id <> '' AND member_id NOT IN (SELECT id FROM member)) OR (team_id <> "
     "'' "
     "AND team_id NOT IN (SELECT id FROM team))",
     {"证书没有持有人", "a certificate without a holder"}},
    {"I1",
     "SELECT id FROM application WHERE recruitment_id NOT IN (SELECT id FROM recruitment) OR member_id NOT IN (SELECT "
     "id "
     "FROM member)",
     {"报名所属的招募或成员不存在", "an application without a drive or a person"}},
    {"I5",
     "SELECT r.id FROM recruitment r WHERE r.filled > r.places OR r.filled <> (SELECT COUNT(*) FROM application a "
     "WHERE "
     "a.recruitment_id = r.id AND a.state = 'accepted')",
     {"招募的已用名额与录用人数不符", "a drive whose filled places are not the people accepted"}},
    {"I5",
     "SELECT id FROM certificate WHERE valid_from_us >= valid_until_us",
     {"证书的终止早于起始", "a certificate that ends before it starts"}},
    {"I6",
     "SELECT team.id FROM team JOIN member m ON m.id = team.leader_member_id WHERE m.organization_id <> "
     "team.organization_id",
     {"队长属于别的组织", "a team led by a member of another organization"}},
    {"I6",
     "SELECT o.id FROM organization o WHERE o.merged_into <> '' AND (o.state <> 'withdrawn' OR EXISTS (SELECT 1 FROM "
     "team WHERE team.organization_id = o.id) OR EXISTS (SELECT 1 FROM member WHERE member.organization_id = o.id) OR "
     "EXISTS (SELECT 1 FROM organization_change c WHERE c.organization_id = o.id AND c.state = 'open'))",
     {"已合并的组织仍有队伍、成员或待审申请，或未注销",
      "a merged organization that is not withdrawn or still has teams, members or an open request"}},
    {"I6",
     "SELECT id FROM organization WHERE (length(contact_index) <> 0 AND length(contact_index) <> 16) OR "
     "(length(contact_index) <> 0 AND length(contact_phone) = 0)",
     {"联系电话的索引不符", "a contact whose phone index does not fit"}},
    {"I6",
     "SELECT id FROM member WHERE erase_us IS NULL AND (length(phone_index) <> 16 OR length(person_key) = 0 OR "
     "length(name) = 0)",
     {"个人资料未加密，或无法按电话查到", "a person who is not sealed or cannot be found by phone"}},
    {"I6",
     "SELECT m.id FROM member m WHERE m.erase_us IS NOT NULL AND (length(m.phone_index) + length(m.person_key) + "
     "length(m.name) + length(m.phone) + length(m.id_number) + length(m.birth_date) + length(m.guardian_name) + "
     "length(m.guardian_phone) + length(m.policy_number) + length(m.person_index) + length(m.account_id) > 0 OR EXISTS "
     "(SELECT 1 FROM member_team t WHERE t.member_id = m.id) OR EXISTS (SELECT 1 FROM member_digest d WHERE "
     "d.member_id = "
     "m.id) OR EXISTS (SELECT 1 FROM certificate c WHERE c.member_id "
     "= "
     "m.id AND length(c.number_key) + length(c.number) > 0))",
     {"已注销的人仍留有个人资料", "a forgotten person of whom something is left"}},
    {"I6",
     "SELECT m.id FROM member m WHERE m.erase_us IS NULL AND NOT EXISTS (SELECT 1 FROM member_digest d WHERE "
     "d.member_id = m.id)",
     {"无法按姓名查到的人员", "a person who cannot be found by name"}},
};

/// Later ones that belong to what is declared and told.
constexpr events::Forbidden kForbiddenReadiness[] = {
    {"I1",
     "SELECT id FROM readiness WHERE (subject_kind = 'team' AND subject_id NOT IN (SELECT id FROM team)) OR "
     "(subject_kind = 'organization' AND subject_id <> organization_id)",
     {"响应状态所属的组织或队伍不存在", "readiness of an organization or team that is not there"}},
    {"I1",
     "SELECT id FROM capacity WHERE (subject_kind = 'team' AND subject_id NOT IN (SELECT id FROM team)) OR "
     "(subject_kind = 'organization' AND subject_id <> organization_id)",
     {"申报力量的组织或队伍不存在", "capacity of an organization or team that is not there"}},
};

constexpr events::Problem kUnknownCapability{"分类表中没有这项能力", "a capability that the taxonomy does not have"};

constexpr events::Problem kNotFoundByText{"按名称查不到，或按旧名称查到", "not found by its name, or by an old one"};

/// Imports write one record for a batch, none for each object.
constexpr bool kMayBeImported = true;

bool IsLegalTeamMove(std::string_view from, std::string_view to) { return from == "active" && to == "disbanded"; }

/// Adds a kind of object whose hash covers rows of another table too, joined by `join` and read by `add` from column
/// `at` on. They come ordered by the object's id, so one object is in memory at a time.
template <class T>
void AddJoined(StoreVerifier& verifier, const storage::Table<T>& table, events::IsLegal is_legal,
               const std::string& columns, const std::string& join,
               std::function<void(const Row& row, int at, T& object)> add, std::function<std::string(const T&)> state) {
  struct Current {
    events::LastRecord last;
    T object;
  };
  verifier.AddKind({table.name(), std::move(is_legal), kMayBeImported});
  const auto current = std::make_shared<std::optional<Current>>();
  const auto finish = [current, &verifier, state = std::move(state)] {
    if (current->has_value()) {
      const T& object = (*current)->object;
      verifier.Compare((*current)->last, {object.id.value(), object.version, state(object), HashOf(object)},
                       kMayBeImported);
      current->reset();
    }
  };
  const std::string rows = "(SELECT " + table.select_list() + " FROM " + table.name() + ") r";
  verifier.AddRead(
      StoreVerifier::WithLastRecord(rows, "r.*, " + columns, join),
      [current, finish, &table, add = std::move(add)](const Row& row) {
        if (!current->has_value() || (*current)->object.id.value() != row.Text(events::LastRecord::kColumns)) {
          finish();
          *current = {events::LastRecord::Parse(row), table.Parse(row, events::LastRecord::kColumns)};
        }
        const int at = events::LastRecord::kColumns + table.size();
        if (!row.IsNull(at)) {
          add(row, at, (*current)->object);
        }
      },
      finish);
}

void AddOrganizations(StoreVerifier& verifier) {
  verifier.AddKind({OrganizationTable().name(), events::MovesOf<Organization>(), kMayBeImported});
  const std::string rows = "(SELECT " + OrganizationTable().select_list() + " FROM organization) r";
  verifier.AddRead(StoreVerifier::WithLastRecord(rows, "r.*", ""), [&verifier](const Row& row) {
    const Organization object = OrganizationTable().Parse(row, events::LastRecord::kColumns);
    verifier.Compare(events::LastRecord::Parse(row),
                     {object.id.value(), object.version, std::string(Name(object.state)), HashOf(object)},
                     kMayBeImported);
  });
}

bool IsLegalChangeMove(std::string_view from, std::string_view to) { return from == "open" && to != "open"; }

void AddTeams(StoreVerifier& verifier) {
  AddJoined<Team>(
      verifier, TeamTable(), IsLegalTeamMove, "c.capability, c.level, c.valid_from_us, c.valid_until_us",
      " LEFT JOIN team_capability c ON c.team_id = r.id ORDER BY r.id, c.place",
      [](const Row& row, int at, Team& team) { team.capabilities.push_back(ParseCapability(row, at)); },
      [](const Team& team) { return team.disbanded ? "disbanded" : "active"; });
}

void AddMembers(StoreVerifier& verifier) {
  AddJoined<Member>(
      verifier, MemberTable(), events::MovesOf<Member>(), "t.team_id",
      " LEFT JOIN member_team t ON t.member_id = r.id ORDER BY r.id, t.team_id",
      [](const Row& row, int at, Member& member) { member.team_ids.emplace_back(std::string(row.Text(at))); },
      [](const Member&) { return ""; });
}

void CheckCapabilities(StoreVerifier& verifier) {
  verifier.AddRead("SELECT team_id, capability FROM team_capability", [&verifier](const Row& row) {
    if (FindCapability(row.Text(1)) == nullptr) {
      verifier.Report("I1", std::string(row.Text(0)), kUnknownCapability);
    }
  });
}

/// What is searched of an object must be what it holds. `expected` makes the text from a row, `stored_at` is the column
/// of the stored one.
void CheckSearched(StoreVerifier& verifier, const std::string& sql, int stored_at,
                   std::function<std::string(const Row& row)> expected) {
  verifier.AddRead(sql, [&verifier, stored_at, expected = std::move(expected)](const Row& row) {
    if (row.IsNull(stored_at) || row.Text(stored_at) != expected(row)) {
      verifier.Report("I6", std::string(row.Text(0)), kNotFoundByText);
    }
  });
}

void CheckSearch(StoreVerifier& verifier) {
  CheckSearched(verifier,
                "SELECT o.id, o.name, o.credit_code, o.filing_number, s.text FROM organization o LEFT JOIN "
                "organization_search s ON s.object_id = o.id",
                4, [](const Row& row) {
                  Organization organization;
                  organization.name = std::string(row.Text(1));
                  organization.credit_code = std::string(row.Text(2));
                  organization.filing_number = std::string(row.Text(3));
                  return SearchFormOf(organization);
                });
  CheckSearched(verifier, "SELECT t.id, t.name, s.text FROM team t LEFT JOIN team_search s ON s.object_id = t.id", 2,
                [](const Row& row) {
                  Team team;
                  team.name = std::string(row.Text(1));
                  return SearchFormOf(team);
                });
}

}  // namespace

absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database) {
  StoreVerifier verifier;
  for (const events::Forbidden& forbidden : kForbidden) {
    verifier.Forbid(forbidden);
  }
  for (const events::Forbidden& forbidden : kForbiddenReadiness) {
    verifier.Forbid(forbidden);
  }
  CheckCapabilities(verifier);
  CheckSearch(verifier);
  AddOrganizations(verifier);
  verifier.Audited(OrganizationChangeTable(), IsLegalChangeMove);
  verifier.Audited(DismissalTable(), events::MovesOf<DuplicateDismissal>());
  verifier.Audited(ReadinessTable());
  verifier.Audited(CapacityTable());
  verifier.Audited(ReminderTable());
  AddTeams(verifier);
  AddMembers(verifier);
  verifier.Audited(CertificateTable());
  verifier.Audited(MembershipTable());
  verifier.Audited(RecruitmentTable());
  verifier.Audited(ApplicationTable());
  return verifier.Run(database);
}

}  // namespace muster::registry

#include "services/registry/store/verify.h"

#include <map>
#include <utility>

#include "muster/base/status_macros.h"
#include "services/registry/core/capability.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/reads.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

using storage::Read;
using storage::Row;

constexpr size_t kMaxViolations = 1000;

/// A statement that selects the ids of rows that must not be.
struct Forbidden {
  std::string_view sql;
  const char* invariant;
  const char* problem;
};

constexpr Forbidden kForbidden[] = {
    {"SELECT id FROM team WHERE organization_id NOT IN (SELECT id FROM organization)", "REFERENCES",
     "a team without an organization"},
    {"SELECT team_id FROM team_capability WHERE team_id NOT IN (SELECT id FROM team)", "REFERENCES",
     "a capability without a team"},
    {"SELECT id FROM availability WHERE team_id NOT IN (SELECT id FROM team)", "REFERENCES", "a window without a team"},
    {"SELECT id FROM member WHERE organization_id <> '' AND organization_id NOT IN (SELECT id FROM organization)",
     "REFERENCES", "a member of an organization that is not there"},
    {"SELECT m.id FROM member_team t JOIN member m ON m.id = t.member_id JOIN team ON team.id = t.team_id WHERE "
     "team.organization_id <> m.organization_id",
     "REFERENCES", "a member in a team of another organization"},
    {"SELECT team.id FROM team JOIN member m ON m.id = team.leader_member_id WHERE m.organization_id <> "
     "team.organization_id",
     "REFERENCES", "a team led by a member of another organization"},
    {"SELECT id FROM member WHERE length(phone_index) <> 16 OR length(person_key) = 0 OR length(name) = 0", "PERSONS",
     "a person who is not sealed or cannot be found by phone"},
    {"SELECT team_id FROM team_capability WHERE valid_from_us >= valid_until_us", "WINDOWS",
     "a certificate that ends before it starts"},
    {"SELECT id FROM availability WHERE start_us >= end_us", "WINDOWS", "a window that ends before it starts"},
};

/// What the audit trail says that an object is.
struct Audited {
  int64_t version = 0;
  std::string state;
  std::string hash;
  bool matched = false;  ///< the object was found in its table
};

class Verifier {
 public:
  std::vector<Read> Reads() {
    std::vector<Read> reads;
    for (const Forbidden& forbidden : kForbidden) {
      reads.push_back({forbidden.sql, {}, [this, &forbidden](const Row& row) {
                         Report(forbidden.invariant, std::string(row.Text(0)), forbidden.problem);
                       }});
    }
    reads.push_back({"SELECT team_id, capability FROM team_capability", {}, [this](const Row& row) {
                       if (FindCapability(row.Text(1)) == nullptr) {
                         Report("REFERENCES", std::string(row.Text(0)), "a capability that the taxonomy does not have");
                       }
                     }});
    reads.push_back(
        {"SELECT object_id, object_version, from_state, to_state, before_hash, after_hash FROM audit WHERE "
         "object_type IN ('organization', 'team', 'member') AND result = 'ok' ORDER BY row_id",
         {},
         [this](const Row& row) { Replay(row); }});
    AppendObjects(reads);
    return reads;
  }

  VerifyResult Result() {
    for (const auto& [id, team] : teams_) {
      Compare(id, team.version, team.disbanded ? "disbanded" : "active", HashOf(team));
    }
    for (const auto& [id, member] : members_) {
      Compare(id, member.version, "", HashOf(member));
    }
    for (const auto& [id, audited] : audited_) {
      if (!audited.matched) {
        Report("I4", id, "the audit trail tells of an object that is not there");
      }
    }
    return std::move(result_);
  }

 private:
  void Report(const char* invariant, std::string id, const char* problem) {
    if (result_.violations.size() < kMaxViolations) {
      result_.violations.push_back({invariant, std::move(id), problem});
    }
  }

  /// Takes the next record of an object: it must go on where the one before it ended.
  void Replay(const Row& row) {
    ++result_.checked_rows;
    const std::string id(row.Text(0));
    const auto [found, is_first] = audited_.try_emplace(id);
    Audited& last = found->second;
    const int64_t version = row.Int(1);
    if (is_first ? version != 1 && version != 2
                 : version != last.version + 1 || row.Text(2) != last.state || row.Text(4) != last.hash) {
      Report("I4", id, "an audited change does not follow the one before it");
    }
    last = {version, std::string(row.Text(3)), std::string(row.Text(5))};
  }

  void AppendObjects(std::vector<Read>& reads) {
    static const std::string kOrganizations = "SELECT " + OrganizationTable().select_list() + " FROM organization";
    static const std::string kTeams = "SELECT " + TeamTable().select_list() + " FROM team";
    static const std::string kMembers = "SELECT " + MemberTable().select_list() + " FROM member";
    reads.push_back({kOrganizations, {}, [this](const Row& row) {
                       if (IsAudited(row)) {
                         const Organization object = OrganizationTable().Parse(row);
                         Compare(object.id.value(), object.version, std::string(Name(object.state)), HashOf(object));
                       }
                     }});
    reads.push_back({kTeams, {}, [this](const Row& row) {
                       if (IsAudited(row)) {
                         teams_.emplace(row.Text(0), TeamTable().Parse(row));
                       }
                     }});
    reads.push_back(
        {"SELECT team_id, capability, level, valid_from_us, valid_until_us FROM team_capability ORDER BY "
         "team_id, place",
         {},
         [this](const Row& row) {
           const auto team = teams_.find(row.Text(0));
           if (team != teams_.end()) {
             team->second.capabilities.push_back(ParseCapability(row, 1));
           }
         }});
    reads.push_back({kMembers, {}, [this](const Row& row) {
                       if (IsAudited(row)) {
                         members_.emplace(row.Text(0), MemberTable().Parse(row));
                       }
                     }});
    reads.push_back(
        {"SELECT member_id, team_id FROM member_team ORDER BY member_id, team_id", {}, [this](const Row& row) {
           const auto member = members_.find(row.Text(0));
           if (member != members_.end()) {
             member->second.team_ids.emplace_back(std::string(row.Text(1)));
           }
         }});
  }

  /// True for an object with records of its own; one without must be as it was imported.
  bool IsAudited(const Row& row) {
    ++result_.checked_rows;
    if (audited_.contains(row.Text(0))) {
      return true;
    }
    if (row.Int(1) != 1) {
      Report("I4", std::string(row.Text(0)), "an object was changed without an audit record");
    }
    return false;
  }

  void Compare(const std::string& id, int64_t version, const std::string& state, const std::string& hash) {
    Audited& audited = audited_.at(id);
    audited.matched = true;
    if (audited.version != version || audited.state != state || audited.hash != hash) {
      Report("I4", id, "the row is not what its last audit record says");
    }
  }

  VerifyResult result_;
  std::map<std::string, Audited, std::less<>> audited_;
  std::map<std::string, Team, std::less<>> teams_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace

absl::StatusOr<VerifyResult> VerifyStore(storage::Database& database) {
  Verifier verifier;
  const std::vector<Read> reads = verifier.Reads();
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  return verifier.Result();
}

}  // namespace muster::registry

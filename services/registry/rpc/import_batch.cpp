#include "services/registry/rpc/import_batch.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/events/audit.h"
#include "muster/geo/district.h"
#include "services/registry/rpc/import_records.h"
#include "services/registry/store/import_lookup.h"
#include "services/registry/store/import_store.h"

namespace muster::registry {
namespace {

/// On whose word the rows are stored. Each was held to what its importer may do when it was read.
Origin OriginOfImport(const DataImport& import) {
  Origin origin;
  origin.action = "ImportSheet";
  origin.principal.account_id = import.account_id;
  origin.principal.organization_id = import.organization_id;
  origin.principal.roles = {Role::kCivilAffairsOfficer};
  origin.principal.district_path = import.officer ? import.authority_path : std::string(geo::kCityPath);
  return origin;
}

/// What the store has of each row of a batch, as its reads find out.
class FoundRows {
 public:
  template <class T>
  void Read(const std::vector<T>& rows, std::vector<storage::Read>& reads) {
    found_.assign(rows.size(), FoundRow());
    for (size_t i = 0; i < rows.size(); ++i) {
      ReadFound(rows[i], found_[i], reads);
    }
  }

  /// Marks those whose owner has ended. `is_gone` answers for a row.
  template <class T, class IsGone>
  void MarkOwners(const std::vector<T>& rows, const IsGone& is_gone) {
    for (size_t i = 0; i < rows.size(); ++i) {
      found_[i].owner_gone = is_gone(rows[i]);
    }
  }

  /// Takes out those that are not to be stored, and tells of them.
  template <class T>
  void Sift(const DataImport& import, const std::vector<RowPlace>& places, std::vector<T>& rows,
            BatchOutcome& outcome) const {
    std::vector<T> left;
    for (size_t i = 0; i < rows.size(); ++i) {
      switch (Judge(import, places[i], found_[i], outcome.problems)) {
        case Verdict::kStore:
          left.push_back(std::move(rows[i]));
          break;
        case Verdict::kSkip:
          ++outcome.already_there;
          break;
        case Verdict::kRefuse:
          --outcome.good;
          ++outcome.bad;
          break;
      }
    }
    rows = std::move(left);
  }

 private:
  std::vector<FoundRow> found_;
};

/// The record of an import that has come to its end by this step: what became of the rows.
void AuditEnd(const DataImport& before, const DataImport& after, Time now, Random& random, storage::Changes& changes) {
  if (after.at_work()) {
    return;
  }
  events::AuditEntry entry = OriginOfImport(after).Audit("data_import", after.id.value());
  entry.from_state = Name(before.state);
  entry.to_state = Name(after.state);
  entry.note = std::string(Name(after.what)) + ": " + std::to_string(after.rows_stored) + " stored, " +
               std::to_string(after.rows_bad) + " refused, " + std::to_string(after.rows_already_there) +
               " already there";
  changes.writes.push_back(events::AuditWrite(entry, now, random));
}

/// Whether what rows belong to still stands when they are stored: the rows were read, checked and sealed before.
class Owners {
 public:
  void Read(const ImportBatch& rows, std::vector<storage::Read>& reads) {
    organizations_.clear();
    teams_.clear();
    for (const Team& team : rows.teams) {
      organizations_[team.organization_id] = false;
    }
    for (const Member& member : rows.members) {
      organizations_[member.organization_id] = false;
      for (const TeamId& team : member.team_ids) {
        teams_[team] = false;
      }
    }
    for (auto& [id, stands] : organizations_) {
      reads.push_back({"SELECT 1 FROM organization WHERE id = $1 AND state NOT IN ('revoked', 'withdrawn')",
                       {id.value()},
                       [&stands = stands](const storage::Row&) { stands = true; }});
    }
    for (auto& [id, stands] : teams_) {
      reads.push_back({"SELECT 1 FROM team WHERE id = $1 AND disbanded = 0",
                       {id.value()},
                       [&stands = stands](const storage::Row&) { stands = true; }});
    }
  }

  bool IsGone(const Team& team) const { return !organizations_.at(team.organization_id); }
  bool IsGone(const Member& member) const {
    return (!member.organization_id.empty() && !organizations_.at(member.organization_id)) ||
           std::any_of(member.team_ids.begin(), member.team_ids.end(),
                       [this](const TeamId& team) { return !teams_.at(team); });
  }

 private:
  std::map<OrganizationId, bool> organizations_;
  std::map<TeamId, bool> teams_;
};

/// In order of row; in the storing pass without the notes, which the checking pass has told.
void Arrange(const DataImport& import, std::vector<ImportProblem>& problems) {
  if (import.storing) {
    std::erase_if(problems, [](const ImportProblem& problem) { return problem.is_note(); });
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const ImportProblem& a, const ImportProblem& b) { return a.row < b.row; });
}

class BatchCommand final : public storage::Command {
 public:
  BatchCommand(DataImport import, PreparedBatch batch, Random& random)
      : import_(std::move(import)), batch_(std::move(batch)), random_(random) {}

  std::vector<storage::Read> Reads() override {
    stored_.reset();
    std::vector<storage::Read> reads{ReadImport(import_.id, stored_)};
    organizations_.Read(batch_.rows.organizations, reads);
    teams_.Read(batch_.rows.teams, reads);
    members_.Read(batch_.rows.members, reads);
    owners_.Read(batch_.rows, reads);
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    if (!stored_ || stored_->version != import_.version) {
      return Error(Reason::kVersionConflict, "import",
                   {{"current_version", std::to_string(stored_ ? stored_->version : 0)}});
    }
    ImportBatch rows = batch_.rows;
    BatchOutcome outcome = batch_.outcome;
    const auto is_gone = [this](const auto& row) { return owners_.IsGone(row); };
    teams_.MarkOwners(rows.teams, is_gone);
    members_.MarkOwners(rows.members, is_gone);
    organizations_.Sift(import_, batch_.places, rows.organizations, outcome);
    teams_.Sift(import_, batch_.places, rows.teams, outcome);
    members_.Sift(import_, batch_.places, rows.members, outcome);
    Arrange(import_, outcome.problems);
    if (import_.stores()) {
      MUSTER_RETURN_IF_ERROR(Store(rows, outcome, now, changes));
    }
    InsertProblems(import_.id, import_.problem_count, outcome.problems, changes.writes);
    DataImport after = After(import_, outcome);
    after.version = import_.version + 1;
    after.update_time = now;
    changes.writes.push_back(DataImportTable().Update(after));
    AuditEnd(import_, after, now, random_, changes);
    return absl::OkStatus();
  }

 private:
  absl::Status Store(const ImportBatch& rows, BatchOutcome& outcome, Time now, storage::Changes& changes) {
    const Origin origin = OriginOfImport(import_);
    MUSTER_ASSIGN_OR_RETURN(const ImportChanges decided,
                            registry::Decide(rows, batch_.facts, Context{now, origin.principal, &random_}));
    AppendImported(decided, rows.source, origin, NewUuid(now, random_), now, random_, changes);
    outcome.stored = decided.stored();
    return absl::OkStatus();
  }

  const DataImport import_;
  const PreparedBatch batch_;
  Random& random_;
  std::optional<DataImport> stored_;
  FoundRows organizations_;
  FoundRows teams_;
  FoundRows members_;
  Owners owners_;
};

}  // namespace

std::unique_ptr<storage::Command> NewBatchCommand(DataImport import, PreparedBatch batch, Random& random) {
  return std::make_unique<BatchCommand>(std::move(import), std::move(batch), random);
}

std::unique_ptr<storage::Command> NewMoveCommand(const DataImport& import, DataImport after, Random& random) {
  after.version = import.version + 1;
  return storage::MakeCommand([] { return std::vector<storage::Read>(); },
                              [import, after = std::move(after), &random](Time now, storage::Changes& changes) mutable {
                                after.update_time = now;
                                changes.writes.push_back(DataImportTable().Update(after));
                                AuditEnd(import, after, now, random, changes);
                                return absl::OkStatus();
                              });
}

}  // namespace muster::registry

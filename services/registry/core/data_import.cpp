#include "services/registry/core/data_import.h"

#include <algorithm>
#include <array>

#include "muster/domain/reason.h"

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 5> kStates{"pending", "running", "done", "failed", "cancelled"};

ImportProblem BadRows(int64_t count) {
  const std::string number = std::to_string(count);
  return {0, "", std::string(RowOf(Reason::kInvalidField).name),
          "有 " + number +
              " 行不合格，按“全部或全不”的方式没有存入任何一行。请按问题清单改正后重新导入，或选择只存合格的行。",
          number +
              " rows are bad, so nothing was stored, as asked. Correct them as the list of problems says and import "
              "again, or choose to store the good rows only."};
}

ImportProblem SpoiltRows(int64_t count) {
  const std::string number = std::to_string(count);
  return {
      0, "", std::string(RowOf(Reason::kUnknownReference).name),
      "存入期间，有 " + number +
          " 行涉及的组织、队伍或人员被他人更改或登记，这些行没有存入，其余已存入。请按问题清单改正后重新导入同一文件，"
          "已有的行会跳过。",
      "While the rows were stored, someone changed or registered the organizations, teams or people that " + number +
          " of them are about: those were not stored, the others were. Correct them as the list of problems says and "
          "import the file again; what is there is skipped."};
}

}  // namespace

std::string_view Name(ImportState state) { return kStates[static_cast<size_t>(state)]; }

std::optional<ImportState> ImportStateFromName(std::string_view name) {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  return found == kStates.end() ? std::nullopt : std::optional(static_cast<ImportState>(found - kStates.begin()));
}

int DataImport::percent() const {
  if (state == ImportState::kDone) {
    return 100;
  }
  const bool two_passes = all_or_nothing && !dry_run;
  const int64_t all = rows_total * (two_passes ? 2 : 1);
  const int64_t done = rows_read + (storing ? rows_total : 0);
  return all == 0 ? 0 : static_cast<int>(std::min<int64_t>(done * 100 / all, 99));
}

DataImport After(DataImport import, const BatchOutcome& outcome) {
  import.rows_read += outcome.read;
  import.rows_good += import.storing ? -outcome.bad : outcome.good;  // the checking pass has counted the good ones
  import.rows_bad += outcome.bad;
  import.rows_stored += outcome.stored;
  import.rows_already_there += outcome.already_there;
  import.problem_count += static_cast<int64_t>(outcome.problems.size());
  if (!outcome.last) {
    return import;
  }
  if (import.all_or_nothing && !import.dry_run && !import.storing) {
    if (import.rows_bad > 0) {
      import.state = ImportState::kFailed;
      import.failure = BadRows(import.rows_bad);
    } else {
      import.storing = true;
      import.rows_read = 0;
      import.rows_already_there = 0;
    }
    return import;
  }
  import.state = ImportState::kDone;
  if (import.storing && import.rows_bad > 0) {
    import.state = ImportState::kFailed;
    import.failure = SpoiltRows(import.rows_bad);
  }
  return import;
}

}  // namespace muster::registry

#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/states.h"
#include "muster/events/audit.h"
#include "muster/storage/database.h"
#include "muster/storage/table.h"

namespace muster::events {

/// Something that must never be.
struct Violation {
  std::string invariant;  ///< "I4"
  std::string object_id;
  std::string problem_zh;  ///< for people
  std::string problem_en;
};

struct VerifyResult {
  std::vector<Violation> violations;  ///< at most 1,000
  int64_t checked_rows = 0;
};

/// What is wrong, for people.
struct Problem {
  const char* zh;
  const char* en;
};

/// Rows that must not be: `sql` selects their ids and lives as long as the program.
struct Forbidden {
  const char* invariant;
  std::string_view sql;
  Problem problem;
};

/// Whether an object may go from one state to another, by their names; called with two different ones.
using IsLegal = std::function<bool(std::string_view from, std::string_view to)>;

/// The moves of libs/domain's table where `T` has a member `state` of such a machine; else the state never moves.
template <class T>
IsLegal MovesOf() {
  if constexpr (requires(T object) { MachineOf<decltype(object.state)>().moves; }) {
    using State = decltype(T::state);
    return [](std::string_view from, std::string_view to) {
      const auto before = StateFromName<State>(from);
      const auto after = StateFromName<State>(to);
      return before && after && IsLegalMove(*before, *after);
    };
  } else {
    return [](std::string_view, std::string_view) { return false; };
  }
}

/// The last audit record of a row.
struct LastRecord {
  static constexpr int kColumns = 3;  ///< of a statement by StoreVerifier::WithLastRecord
  bool is_there = false;
  int64_t version = 0;
  std::string state;
  std::string hash;

  static LastRecord Parse(const storage::Row& row);
};

/// The row of an object as the audit trail should know it.
struct AuditedRow {
  std::string id;
  int64_t version = 0;
  std::string state;  ///< empty where its kind has none
  std::string hash;
};

/// Checks one owner's store, on one snapshot, reading row by row: its memory does not grow with the store. Every check
/// names the invariant that it belongs to. Without anything added it checks what every owner keeps:
/// - I3: the relay has not marked more as published than there is, nor dropped what it had not published;
/// - I4: every audit record of a change goes on where the one before it of the same object ended, by a legal move, and
///   tells of a kind of object that was added here;
/// - I7: what a request changed was changed once, and its reply is kept as long as others of that time;
/// - I8: every event of the outbox tells of a change in the audit trail.
/// Use it once.
class StoreVerifier {
 public:
  /// I4: every row of `table` is what the last audit record of its object says, and no audited object is gone.
  /// `may_be_imported`: version 1 may have come without a record of its own. I15: every event about a row has the row's
  /// mode. `table` must live as long as the program.
  template <class T>
  void Audited(const storage::Table<T>& table, IsLegal is_legal = MovesOf<T>(), bool may_be_imported = false) {
    const std::string rows = "(SELECT " + table.select_list() + " FROM " + table.name() + ") r";
    if constexpr (kStateIsLater<T>) {
      AddLaterStates(table.name(), std::string(Name(T().state)), std::move(is_legal));
      is_legal = [](std::string_view, std::string_view) { return false; };
    }
    AddKind({table.name(), std::move(is_legal), may_be_imported});
    AddRead(WithLastRecord(rows, "r.*", ""), [this, &table, may_be_imported](const storage::Row& row) {
      const T object = table.Parse(row, LastRecord::kColumns);
      Compare(LastRecord::Parse(row),
              {std::string(row.Text(LastRecord::kColumns)), object.version, StateOf(object), table.Hash(object)},
              may_be_imported);
    });
    if (table.has_later_columns()) {
      AddRead(WithLaterRecord(rows), [this, &table](const storage::Row& row) {
        CompareLater(row.IsNull(0) ? storage::kNothingLater : row.Text(0), std::string(row.Text(1)),
                     table.LaterHash(table.Parse(row, 1)));
      });
    }
    if constexpr (requires(T object) { object.mode; }) {
      CompareModes(table.name());
    }
  }

  /// A kind of object whose rows are compared by AddRead and Compare.
  struct Kind {
    std::string name;  ///< of its table, and in audit.object_type
    IsLegal is_legal;
    bool may_be_imported = false;
  };
  void AddKind(Kind kind);
  /// A statement over rows named r, which have a column id, beginning with the columns of LastRecord. `more`: further
  /// joins and the order.
  static std::string WithLastRecord(const std::string& rows, const std::string& columns, const std::string& more);
  void Compare(const LastRecord& last, const AuditedRow& row, bool may_be_imported);

  void Forbid(const Forbidden& forbidden);
  /// `at_end` is called after the last row.
  void AddRead(const std::string& sql, std::function<void(const storage::Row&)> each,
               std::function<void()> at_end = {});
  /// For the visitors of AddRead.
  void CountRow() { ++result_.checked_rows; }
  void Report(const char* invariant, std::string object_id, const Problem& problem);

  /// Errors: those of the store.
  absl::StatusOr<VerifyResult> Run(storage::Database& database);

 private:
  /// Where the trail of the object that is being replayed has come to.
  struct Replayed {
    std::string id;
    int64_t version = 0;
    std::string state;
    std::string hash;
  };

  template <class T>
  static std::string StateOf(const T& object) {
    if constexpr (requires { object.state; } && !kStateIsLater<T>) {
      return std::string(Name(object.state));
    } else {
      return {};
    }
  }

  /// A statement over rows: the hash of the later columns in their last record, then the row.
  static std::string WithLaterRecord(const std::string& rows);
  void CompareLater(std::string_view recorded, std::string id, std::string_view hash);
  /// The states that are named beside the changes go on from one another. `first`: of an object of the version before,
  /// which names none.
  void AddLaterStates(const std::string& table, const std::string& first, IsLegal is_legal);
  void CompareModes(const std::string& table);
  void AddTrail();
  void Replay(const storage::Row& row);
  bool Follows(const storage::Row& row, const Kind& kind) const;

  std::map<std::string, Kind, std::less<>> kinds_;
  std::vector<storage::Read> reads_;
  std::vector<std::function<void()>> at_end_;
  Replayed last_;
  VerifyResult result_;
};

}  // namespace muster::events

#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/domain/reason.h"
#include "muster/geo/position.h"
#include "services/registry/core/import_columns.h"
#include "services/registry/core/import_values.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/model.h"
#include "services/registry/core/sheet_dates.h"

namespace muster::registry {

/// What is wrong with a row, and what to do; never a value of it.
struct RowProblem {
  int column = 0;  ///< from 1; 0: the whole row
  Reason reason = Reason::kInvalidField;
  std::string zh;
  std::string en;
  bool only_warns = false;  ///< a note: the row is good all the same
};

/// Who imports, as far as it limits what may be imported.
struct Importer {
  bool officer = false;  ///< civil-affairs officer: whatever lies in `district_path`
  std::string district_path;
  OrganizationId organization_id;  ///< else: manager of this organization, whose teams and members alone may come
};

/// A row of a sheet as what it is to become. Only the members of its kind are filled in.
struct ImportRow {
  int64_t number = 0;  ///< as the sheet counts it
  std::vector<RowProblem> problems;

  Organization organization;
  Person contact;

  Team team;
  Member member;
  Person person;
  std::string organization_ref;         ///< as written: credit code, name or id; empty: not given
  std::vector<std::string> team_names;  ///< of a member
  std::string address;                  ///< of a team: where it stands, if nothing better is known
  std::string id;                       ///< that the registry gave it, where an export is read again
  const ListedState* listed = nullptr;  ///< what the sheet says of its state; null: nothing
  bool masked = false;                  ///< a cell holds stars, as exports have them: it is taken as not given

  bool good() const {
    return std::all_of(problems.begin(), problems.end(), [](const RowProblem& problem) { return problem.only_warns; });
  }
};

/// Turns cells into what they mean. Everything that can be told from the row alone is checked here, and all of it: a
/// row may have several problems.
class RowConverter {
 public:
  RowConverter(SheetContent what, SheetHeader header, geo::CoordinateSystem system, Importer importer, Time now);

  ImportRow Convert(int64_t number, const std::vector<std::string>& cells) const;

  /// Adds what a check of the rules answered; its field names the column.
  void AddProblem(const absl::Status& status, ImportRow& row) const;
  /// Adds a note, which keeps no row out.
  void AddNote(std::string_view field, std::string zh, std::string en, ImportRow& row) const;
  /// "C 统一社会信用代码": the column that holds a field, as the sheet has it; empty for none.
  std::string ColumnName(std::string_view field) const { return header_.NameOf(ColumnOf(field)); }
  /// True for a row that holds no data: blanks alone, the headings once more, a total or who filled the sheet in.
  bool IsIdle(const std::vector<std::string>& cells) const;
  /// Adds a problem of a field with texts of its own.
  void AddProblem(Reason reason, std::string_view field, std::string zh, std::string en, ImportRow& row) const;

  const SheetHeader& header() const { return header_; }

 private:
  class Cells;
  void ConvertOrganization(const Cells& cells, ImportRow& row) const;
  void ConvertTeam(const Cells& cells, ImportRow& row) const;
  void ConvertMember(const Cells& cells, ImportRow& row) const;
  void CheckCells(const Cells& cells, ImportRow& row) const;
  std::string District(const Cells& cells, bool required, ImportRow& row) const;
  std::optional<Location> Place(const Cells& cells, const std::string& district_path, ImportRow& row) const;
  DaySpan Days(const Cells& cells, const std::string& field, ImportRow& row) const;
  std::optional<Time> End(const Cells& cells, const std::string& field, ImportRow& row) const;
  void ListedStateOf(const Cells& cells, ImportRow& row) const;
  void NoteStreet(const Cells& cells, const std::string& district_path, ImportRow& row) const;
  void NoteDistance(const Location& location, const std::string& district_path, ImportRow& row) const;
  /// The text of a personal cell; nothing where it is masked.
  std::string Unmasked(const Cells& cells, const std::string& field, ImportRow& row) const;
  void Guardian(const Cells& cells, Person& person, ImportRow& row) const;
  int Number(const Cells& cells, const std::string& field, int otherwise, ImportRow& row) const;
  void Capabilities(const Cells& cells, ImportRow& row) const;
  bool AddCapability(const std::string& part, const DaySpan& all, ImportRow& row) const;
  int ColumnOf(std::string_view field) const;

  const SheetContent what_;
  const SheetHeader header_;
  const geo::CoordinateSystem system_;
  const Importer importer_;
  const Time now_;
};

}  // namespace muster::registry

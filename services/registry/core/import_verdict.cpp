#include "services/registry/core/import_verdict.h"

#include <utility>

#include "muster/domain/principal.h"
#include "muster/domain/reason.h"

namespace muster::registry {
namespace {

ImportProblem Problem(const RowPlace& place, const std::string& column, Reason reason, std::string zh, std::string en) {
  return {place.number, column, std::string(RowOf(reason).name), std::move(zh), std::move(en)};
}

ImportProblem Note(const RowPlace& place, const std::string& column, std::string zh, std::string en) {
  return {place.number, column, "", std::move(zh), std::move(en)};
}

ImportProblem Foreign(const RowPlace& place) {
  return Problem(place, place.key_column, Reason::kDuplicate,
                 "这个代码或备案号已由其他区划的组织使用，没有导入。请核对；如确属本区，请与该区民政部门联系。",
                 "This code or filing number belongs to an organization of another district; the row is not imported. "
                 "Check it, or ask the officer of that district.");
}

ImportProblem Ended(const RowPlace& place, const FoundRow& found) {
  const std::string zh = found.merged ? "已并入其他组织" : "已" + StateWord(found.state, false);
  const std::string en = found.merged ? "merged into another" : found.state;
  return Problem(
      place, place.key_column, Reason::kIllegalTransition,
      "系统中的这个组织" + zh + "，没有导入。请删去这一行；若确已重新登记，请单独登记它（muster org create）。",
      "The registry has this organization as " + en +
          "; the row is not imported. Remove it; if the organization was registered anew, register it by "
          "itself (muster org create).");
}

ImportProblem OwnerGone(const RowPlace& place) {
  return Problem(
      place, place.key_column, Reason::kIllegalTransition,
      "所属的组织或队伍在导入期间已合并、注销或解散。请更正后重新导入这一行。",
      "The organization or team that it belongs to was merged, revoked or disbanded during the import. Put it "
      "right and import the row again.");
}

ImportProblem Elsewhere(const RowPlace& place) {
  return Problem(
      place, place.key_column, Reason::kDuplicate,
      "此人（同一电话和证件号）已在别处登记，没有导入。请删去这一行，再邀请其加入队伍（muster volunteer invite，"
      "按电话和证件号）。",
      "This person (same phone and identity number) is registered elsewhere; the row is not imported. Remove "
      "it, and ask the person into a team (muster volunteer invite, by phone and identity number).");
}

ImportProblem NotActive(const RowPlace& place) {
  const std::string zh(place.listed->zh);
  const std::string en(place.listed->en);
  return Problem(place, place.state_column, Reason::kInvalidField,
                 "未导入：" + zh + "。导入只收状态正常的；请删去这一行，或改正其状态。",
                 "Not imported: " + en + ". Only what is active is imported; remove the row, or correct its state.");
}

ImportProblem Hidden(const RowPlace& place) {
  return Problem(place, place.key_column, Reason::kInvalidField,
                 "这一行含有星号，是脱敏显示的内容，系统中也没有对应的人。请填写真实的值。",
                 "The row holds stars, which is the masked form, and the registry has no such person. Give the real "
                 "values.");
}

/// "地址、评估等级".
std::pair<std::string, std::string> HeadingsOf(SheetContent what, const std::vector<std::string_view>& fields) {
  std::pair<std::string, std::string> names;
  for (const std::string_view field : fields) {
    const SheetColumn* column = FindColumn(what, field);
    names.first += (names.first.empty() ? "" : "、") + std::string(column == nullptr ? field : column->heading_zh);
    names.second += (names.second.empty() ? "" : ", ") + std::string(column == nullptr ? field : column->heading_en);
  }
  return names;
}

/// What a skipped row says otherwise than the registry.
void TellDifferences(const DataImport& import, const RowPlace& place, const FoundRow& found,
                     std::vector<ImportProblem>& problems) {
  if (place.listed != nullptr && !place.listed->active && !found.ended) {
    problems.push_back(Note(place, place.state_column,
                            "提示：名册上是“" + std::string(place.listed->zh) +
                                "”，系统中仍在；导入不改动它。如属实，请办理状态变更（muster org review）。",
                            "Note: the sheet has it as " + std::string(place.listed->en) +
                                ", the registry does not; an import changes nothing. If it is so, change its state "
                                "(muster org review)."));
  }
  if (!found.differing.empty()) {
    const auto [zh, en] = HeadingsOf(import.what, found.differing);
    problems.push_back(
        Note(place, place.key_column,
             "提示：已在系统中，跳过；以下各项与系统不同，导入不改动：" + zh + "。如需更改请单独修改。",
             "Note: it is there already and skipped; these differ from the registry, and an import changes "
             "nothing: " +
                 en + ". Change them by themselves where needed."));
  }
}

}  // namespace

Verdict Judge(const DataImport& import, const RowPlace& place, const FoundRow& found,
              std::vector<ImportProblem>& problems) {
  const bool foreign =
      import.officer && !found.district_path.empty() && !DistrictCovers(import.authority_path, found.district_path);
  const bool listed_ended = place.listed != nullptr && !place.listed->active;
  if (foreign) {
    problems.push_back(Foreign(place));
    return Verdict::kRefuse;
  }
  if (found.there || (found.ended && listed_ended)) {
    TellDifferences(import, place, found, problems);
    return Verdict::kSkip;
  }
  if (found.ended && import.what == SheetContent::kOrganizations) {
    problems.push_back(Ended(place, found));
    return Verdict::kRefuse;
  }
  if (found.owner_gone) {
    problems.push_back(OwnerGone(place));
    return Verdict::kRefuse;
  }
  if (found.elsewhere) {
    problems.push_back(Elsewhere(place));
    return Verdict::kRefuse;
  }
  if (listed_ended) {
    problems.push_back(NotActive(place));
    return Verdict::kRefuse;
  }
  if (place.masked && import.what == SheetContent::kMembers) {
    problems.push_back(Hidden(place));
    return Verdict::kRefuse;
  }
  if (place.masked) {
    problems.push_back(Note(place, "", "提示：脱敏的联系人没有存入，请补填。",
                            "Note: the masked contact is not stored; give it later."));
  }
  return Verdict::kStore;
}

}  // namespace muster::registry

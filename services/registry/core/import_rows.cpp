#include "services/registry/core/import_rows.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/principal.h"
#include "muster/geo/distance.h"
#include "muster/geo/district.h"
#include "muster/geo/street.h"
#include "muster/sheet/writer.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/half_width.h"
#include "services/registry/core/organization_rules.h"
#include "services/registry/core/person_rules.h"
#include "services/registry/core/team_rules.h"

namespace muster::registry {
namespace {

/// Kept with a credit code whose check does not fit, as the reason for which it is accepted.
constexpr char kAsInTheSheet[] = "as in the imported sheet";

/// The prefix under which the rules name the fields of a row.
constexpr std::string_view kRow = "row.";

/// The most code points of a cell, by the field that it is for (as the API limits them).
size_t MaxLength(const std::string& field) {
  static const std::map<std::string, size_t> kLengths{
      {"name", 200},         {"filing_office", 200}, {"filing_number", 100}, {"address", 500},  {"contact_name", 100},
      {"contact_phone", 32}, {"credit_code", 64},    {"phone", 32},          {"id_number", 32}, {"organization", 200}};
  const auto found = kLengths.find(field);
  return found == kLengths.end() ? 1000 : found->second;
}

/// The column that a field of the rules stands in: "row.district_path" in "district".
std::string ColumnFieldOf(std::string_view field) {
  field = field.starts_with(kRow) ? field.substr(kRow.size()) : field;
  field = field.substr(0, field.find_first_of("[."));
  static const std::map<std::string_view, std::string> kOthers{
      {"district_path", "district"}, {"position", "latitude"}, {"guardian_consent_time", "guardian_consent"}};
  const auto found = kOthers.find(field);
  return found == kOthers.end() ? std::string(field) : found->second;
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = from.empty() ? std::string::npos : text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

/// Without blanks around it, NBSP among them, and with LF alone as line end; an apostrophe that an export has put
/// before what a spreadsheet would run is taken off.
std::string CleanCell(std::string text) {
  ReplaceAll(text, "\xC2\xA0", " ");
  ReplaceAll(text, "\r\n", "\n");
  text = std::string(TrimBlanks(text));
  const bool guarded = text.size() > 1 && text[0] == '\'' && sheet::FormulaSafe(text.substr(1)) == text;
  return guarded ? text.substr(1) : text;
}

/// How a total, or the line of who filled a sheet in, begins.
bool IsFooter(const std::string& first_cell) {
  static const std::set<std::string> kTotals{"合计", "总计", "小计", "共计", "total"};
  const std::string plain = PlainHeading(first_cell);
  if (kTotals.contains(plain)) {
    return true;
  }
  for (const char* word : {"填表人", "填报人", "制表人", "审核人", "负责人签字", "单位负责人", "填表日期", "填报日期",
                           "制表日期", "填表单位", "填报单位", "备注", "注"}) {
    if (plain.starts_with(word)) {
      return true;
    }
  }
  return false;
}

/// The cells of a row by field, trimmed.
class RowConverter::Cells {
 public:
  Cells(const SheetHeader& header, const std::vector<std::string>& cells) : header_(header), cells_(cells) {}

  /// Of the column with the best heading that holds anything.
  std::string Get(const std::string& field) const {
    const auto found = header_.columns.find(field);
    std::string text = found == header_.columns.end() ? "" : At(found->second);
    const auto others = text.empty() ? header_.others.find(field) : header_.others.end();
    for (size_t i = 0; others != header_.others.end() && text.empty() && i < others->second.size(); ++i) {
      text = At(others->second[i]);
    }
    return text;
  }

  /// The same in half-width characters: for values that are no names.
  std::string GetPlain(const std::string& field) const { return std::string(TrimBlanks(HalfWidth(Get(field)))); }

 private:
  std::string At(int column) const {
    const auto at = static_cast<size_t>(column) - 1;
    return at < cells_.size() ? CleanCell(cells_[at]) : std::string();
  }

  const SheetHeader& header_;
  const std::vector<std::string>& cells_;
};

namespace {

std::string OrganizationRefOf(const auto& cells) {
  const std::string id = cells.Get("organization_id");
  return IsUuid(id) ? id : cells.Get("organization");
}

}  // namespace

RowConverter::RowConverter(SheetContent what, SheetHeader header, geo::CoordinateSystem system, Importer importer,
                           Time now)
    : what_(what), header_(std::move(header)), system_(system), importer_(std::move(importer)), now_(now) {}

int RowConverter::ColumnOf(std::string_view field) const {
  const auto found = header_.columns.find(ColumnFieldOf(field));
  return found == header_.columns.end() ? 0 : found->second;
}

void RowConverter::AddProblem(const absl::Status& status, ImportRow& row) const {
  if (status.ok()) {
    return;
  }
  const ErrorInfo info = GetErrorInfo(status);
  RowProblem problem{ColumnOf(info.field), info.reason, info.message_zh, info.message_en};
  const SheetColumn* column = FindColumn(what_, ColumnFieldOf(info.field));
  ReplaceAll(problem.zh, info.field, column == nullptr ? info.field : "“" + std::string(column->heading_zh) + "”");
  ReplaceAll(problem.en, info.field, column == nullptr ? info.field : "\"" + std::string(column->heading_en) + "\"");
  row.problems.push_back(std::move(problem));
}

void RowConverter::AddProblem(Reason reason, std::string_view field, std::string zh, std::string en,
                              ImportRow& row) const {
  row.problems.push_back({ColumnOf(field), reason, std::move(zh), std::move(en)});
}

void RowConverter::AddNote(std::string_view field, std::string zh, std::string en, ImportRow& row) const {
  AddProblem(Reason::kInvalidField, field, std::move(zh), std::move(en), row);
  row.problems.back().only_warns = true;
}

bool RowConverter::IsIdle(const std::vector<std::string>& cells) const {
  std::string first;
  bool same = true;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string text = CleanCell(cells[i]);
    first = first.empty() ? text : first;
    same =
        same && (i < header_.headings.size() ? PlainHeading(text) == PlainHeading(header_.headings[i]) : text.empty());
  }
  if (first.empty() || same) {
    return true;
  }
  const Cells named(header_, cells);
  const auto columns = ColumnsOf(what_);
  const bool lacks = std::any_of(columns.begin(), columns.end(), [&](const SheetColumn& column) {
    return column.required && named.Get(std::string(column.field)).empty();
  });
  return lacks && IsFooter(first);
}

ImportRow RowConverter::Convert(int64_t number, const std::vector<std::string>& cells) const {
  ImportRow row;
  row.number = number;
  const Cells named(header_, cells);
  CheckCells(named, row);
  if (!row.good()) {
    return row;
  }
  switch (what_) {
    case SheetContent::kOrganizations:
      ConvertOrganization(named, row);
      break;
    case SheetContent::kTeams:
      ConvertTeam(named, row);
      break;
    case SheetContent::kMembers:
      ConvertMember(named, row);
      break;
  }
  return row;
}

void RowConverter::CheckCells(const Cells& cells, ImportRow& row) const {
  for (const auto& [field, column] : header_.columns) {
    const std::string text = cells.Get(field);
    if (text.size() > MaxLength(field) && CodePointCount(text) > MaxLength(field)) {
      AddProblem(Error(Reason::kTooLong, std::string(kRow) + field, {{"limit", std::to_string(MaxLength(field))}}),
                 row);
    } else if (HasIllegalCharacter(text)) {
      AddProblem(Error(Reason::kIllegalChar, std::string(kRow) + field), row);
    }
  }
}

std::string RowConverter::District(const Cells& cells, bool required, ImportRow& row) const {
  const std::string text = cells.GetPlain("district");
  if (text.empty() && !required) {
    return {};
  }
  const auto path = DistrictFromText(text, cells.GetPlain("street"));
  if (!path) {
    AddProblem(Reason::kInvalidField, "district",
               "区划缺失或不认识。请填写市、区的名称、6 位代码或路径，如“昆山市”、320583、3205/320583。",
               "The district is missing or unknown. Give its name, its code of 6 digits or its path: Kunshan, 320583, "
               "3205/320583.",
               row);
    return {};
  }
  if (importer_.officer && !DistrictCovers(importer_.district_path, *path)) {
    AddProblem(Reason::kForbidden, "district", "不在您的辖区内。请删去这一行，或请该区的民政部门导入。",
               "It lies outside your district. Remove the row, or have the officer of that district import it.", row);
  }
  NoteStreet(cells, *path, row);
  return *path;
}

void RowConverter::NoteStreet(const Cells& cells, const std::string& district_path, ImportRow& row) const {
  const bool has_street = std::count(district_path.begin(), district_path.end(), '/') > 1;
  if (!has_street && !cells.Get("street").empty()) {
    AddNote(
        "street", "提示：这个街道不在街道目录中，区划只记到区。需要时请改填 9 位街道代码。",
        "Note: the street is not in the list of streets; the row is kept under its district. Give the street's code "
        "of 9 digits where it matters.",
        row);
  }
}

void RowConverter::NoteDistance(const Location& location, const std::string& district_path, ImportRow& row) const {
  constexpr double kFarMeters = 60'000;  // no district of the city reaches as far from its seat
  const geo::District* district = geo::FindDistrictByPath(district_path);
  if (district != nullptr && geo::DistanceMeters(location.position, district->seat) > kFarMeters) {
    AddNote("latitude", "提示：位置离所属区划很远。请核对经纬度是否填反、坐标系是否正确。",
            "Note: the position is far from the district. Check whether latitude and longitude are swapped, and the "
            "coordinate system.",
            row);
  }
}

std::optional<Location> RowConverter::Place(const Cells& cells, const std::string& district_path,
                                            ImportRow& row) const {
  const std::string latitude = cells.GetPlain("latitude");
  const std::string longitude = cells.GetPlain("longitude");
  if (latitude.empty() && longitude.empty()) {
    const geo::Street* street = geo::FindStreetByPath(district_path);
    street = street == nullptr ? geo::FindStreetInAddress(district_path, cells.Get("address")) : street;
    return street == nullptr ? std::nullopt : std::optional(Approximate(street->centre));
  }
  const auto lat = NumberFromText(latitude);
  const auto lon = NumberFromText(longitude);
  if (!lat || !lon) {
    AddProblem(Reason::kBadGeometry, "latitude", "经度、纬度须同时填写，且是以度为单位的数字，如 31.30、120.62。",
               "Give latitude and longitude, both as numbers in degrees: 31.30, 120.62.", row);
    return std::nullopt;
  }
  const auto position = geo::ToWgs84({*lat, *lon}, system_, "row.position");
  if (!position.ok()) {
    AddProblem(position.status(), row);
    return std::nullopt;
  }
  Location location;
  location.position = *position;
  NoteDistance(location, district_path, row);
  return location;
}

DaySpan RowConverter::Days(const Cells& cells, const std::string& field, ImportRow& row) const {
  const std::string text = cells.GetPlain(field);
  if (MeansNoEnd(text)) {
    DaySpan none;
    none.open_ended = !text.empty();
    return none;
  }
  const auto days = DaySpanFromText(text);
  if (!days && LooksLikeSerialDate(text)) {
    AddProblem(Reason::kBadTime, field,
               "这是没有设成日期格式的数字。请在表格软件中把这一列的单元格格式设为“日期”后重新保存。",
               "This is a number that is not formatted as a date. Format the cells of the column as dates and save the "
               "sheet again.",
               row);
  } else if (!days) {
    AddProblem(Reason::kBadTime, field,
               "日期看不懂。请写成 2026-12-31，起止日期写成 2024-05-12至2028-05-11，长期有效请留空或写“长期”。",
               "The date is not understood. Write 2026-12-31, a range as 2024-05-12至2028-05-11; leave it empty where "
               "there is no end.",
               row);
  }
  return days.value_or(DaySpan());
}

std::optional<Time> RowConverter::End(const Cells& cells, const std::string& field, ImportRow& row) const {
  const size_t before = row.problems.size();
  const DaySpan days = Days(cells, field, row);
  if (days.start && !days.end && !days.open_ended && row.problems.size() == before) {
    AddProblem(Reason::kBadTime, field, "只写了起始日期。请填写截止日期，如 2026-12-31；长期有效请写“长期”。",
               "Only the first day is given. Give the last one: 2026-12-31; leave it empty where there is no end.",
               row);
  }
  return days.end;
}

int RowConverter::Number(const Cells& cells, const std::string& field, int otherwise, ImportRow& row) const {
  const std::string text = cells.GetPlain(field);
  if (text.empty()) {
    return otherwise;
  }
  const auto number = CountFromText(text);
  if (!number) {
    AddProblem(Reason::kInvalidField, field, "须是整数。请只填数字。", "It must be a whole number. Give digits only.",
               row);
  }
  return number.value_or(otherwise);
}

void RowConverter::ListedStateOf(const Cells& cells, ImportRow& row) const {
  const std::string text = cells.GetPlain("state");
  row.listed = text.empty() ? nullptr : ListedStateFromText(text);
  if (row.listed == nullptr && !text.empty()) {
    AddProblem(Reason::kInvalidField, "state", "登记状态看不懂。请填写：正常、暂停、撤销、吊销、注销，或留空。",
               "The state is not understood. Give active, suspended, revoked or withdrawn, or leave it empty.", row);
  }
}

std::string RowConverter::Unmasked(const Cells& cells, const std::string& field, ImportRow& row) const {
  std::string text = cells.Get(field);
  const bool masked = text.find('*') != std::string::npos;
  row.masked = row.masked || masked;
  return masked ? std::string() : text;
}

void RowConverter::ConvertOrganization(const Cells& cells, ImportRow& row) const {
  Organization& to = row.organization;
  to.state = OrganizationState::kApproved;
  to.name = cells.Get("name");
  to.credit_code = NormalizeCreditCode(cells.Get("credit_code"));
  to.filing_office = cells.Get("filing_office");
  to.filing_number = cells.Get("filing_number");
  to.address = cells.Get("address");
  row.id = cells.Get("id");
  ListedStateOf(cells, row);
  const std::string kind_text = cells.Get("kind");
  const auto kind = kind_text.empty() ? KindFromCreditCode(to.credit_code) : KindFromText(kind_text);
  if (!kind) {
    AddProblem(Reason::kInvalidField, "kind",
               "组织类型缺失或不认识。请填写：社会团体、社会服务机构、基金会、备案社区社会组织、社工站、企业等。",
               "The kind is missing or unknown. Give association, service_agency, foundation, filed_group, "
               "social_work_station, enterprise...",
               row);
  }
  to.kind = kind.value_or(OrganizationKind::kAssociation);
  const auto rating = RatingFromText(cells.GetPlain("rating"));
  if (!rating) {
    AddProblem(Reason::kOutOfRange, "rating", "评估等级看不懂。请填写 1A 至 5A，未评估请留空。",
               "The rating is not understood. Give 1A to 5A; leave it empty where there is none.", row);
  }
  to.rating = rating.value_or(0);
  to.rating_end = End(cells, "rating_end", row);
  to.registration_end = End(cells, "registration_end", row);
  to.district_path = District(cells, true, row);
  to.location = Place(cells, to.district_path, row);
  const auto contact = NormalizeContact({security::SensitiveText(Unmasked(cells, "contact_name", row)),
                                         security::SensitiveText(Unmasked(cells, "contact_phone", row)),
                                         {}},
                                        "row");
  contact.ok() ? void(row.contact = *contact) : AddProblem(contact.status(), row);
  Normalize(to);
  const CreditCodeFault fault = FindCreditCodeFault(to.credit_code);
  if (fault == CreditCodeFault::kOrganizationCheck || fault == CreditCodeFault::kCheck) {
    to.credit_code_reason = kAsInTheSheet;
    AddNote("credit_code", "提示：信用代码的校验位不符，将按名册原样录入。请与证书核对。",
            "Note: the check of the credit code does not fit; it is taken as the sheet has it. Compare it with the "
            "certificate.",
            row);
  }
  AddProblem(CheckGiven(to.name, "row.name"), row);
  if (kind && !to.district_path.empty()) {
    Organization rest = to;  // a missing name is told already
    rest.name = to.name.empty() ? "-" : to.name;
    AddProblem(CheckOrganization(rest, true, "row"), row);
  }
}

bool RowConverter::AddCapability(const std::string& part, const DaySpan& all, ImportRow& row) const {
  const size_t colon = part.find(':');
  const size_t second = colon == std::string::npos ? colon : part.find(':', colon + 1);
  const std::string level_text = colon == std::string::npos ? "0" : part.substr(colon + 1, second - colon - 1);
  const std::string code = CapabilityFromText(TrimBlanks(part.substr(0, colon)));
  const auto level = CountFromText(level_text);
  const auto own = second == std::string::npos ? std::optional(all) : DaySpanFromText(part.substr(second + 1));
  const Capability* capability = FindCapability(code);
  if (capability == nullptr || !level || !own) {
    AddProblem(Reason::kInvalidField, "capabilities",
               "有不认识的能力。请用能力目录中的名称或代码，需要时加“:级别”或“:级别:截止日期”，用分号隔开。",
               "A capability is unknown. Use names or codes of the taxonomy, with \":level\" or \":level:last day\" "
               "where needed, separated by semicolons.",
               row);
    return false;
  }
  if (capability->graded && !importer_.officer) {
    AddProblem(Reason::kForbidden, "capabilities", "救援专业的级别由民政部门填写。请删去这一项。",
               "Grades of rescue specialities are entered by officers. Remove it.", row);
  }
  if (!own->end) {
    AddProblem(Reason::kBadTime, "capability_end", "有能力就要有“能力有效期至”。请填写日期，如 2027-12-31。",
               "Capabilities need \"Capability ends\". Give a date: 2027-12-31.", row);
    return false;
  }
  row.team.capabilities.push_back(
      {code, *level == 0 ? capability->LowestLevel() : *level, {own->start.value_or(now_), *own->end}});
  return true;
}

void RowConverter::Capabilities(const Cells& cells, ImportRow& row) const {
  const size_t before = row.problems.size();
  const DaySpan days = Days(cells, "capability_end", row);
  if (row.problems.size() != before) {
    return;
  }
  for (const std::string& part : ListFromText(cells.GetPlain("capabilities"))) {
    if (!AddCapability(part, days, row)) {
      return;
    }
  }
}

void RowConverter::ConvertTeam(const Cells& cells, ImportRow& row) const {
  Team& to = row.team;
  row.id = cells.Get("id");
  row.organization_ref = OrganizationRefOf(cells);
  row.address = cells.Get("address");
  ListedStateOf(cells, row);
  to.name = cells.Get("name");
  to.headcount = Number(cells, "headcount", 0, row);
  to.turnout_minutes = Number(cells, "turnout_minutes", 0, row);
  to.range_km = Number(cells, "range_km", 0, row);
  for (const std::string& language : ListFromText(cells.GetPlain("languages"))) {
    to.languages.push_back(LanguageFromText(language));
  }
  const auto mode = TravelModeFromText(cells.GetPlain("travel_mode"));
  const auto remote = YesOrNo(cells.GetPlain("works_remotely"));
  if (!mode) {
    AddProblem(Reason::kInvalidField, "travel_mode", "出行方式不认识。请填写：步行、自行车、汽车、货车、公交。",
               "The way of travel is unknown. Give walk, bicycle, car, van or bus.", row);
  }
  if (!remote) {
    AddProblem(Reason::kInvalidField, "works_remotely", "请填写“是”或“否”。", "Give yes or no.", row);
  }
  to.travel_mode = mode.value_or(geo::TravelMode::kCar);
  to.works_remotely = remote.value_or(false);
  to.district_path = District(cells, false, row);
  to.base = Place(cells, to.district_path, row);
  Capabilities(cells, row);
}

void RowConverter::Guardian(const Cells& cells, Person& person, ImportRow& row) const {
  person.guardian_name = security::SensitiveText(Unmasked(cells, "guardian_name", row));
  person.guardian_phone = security::SensitiveText(Unmasked(cells, "guardian_phone", row));
  const std::string born = cells.GetPlain("birth_date");
  if (!born.empty() && born.find('*') == std::string::npos) {
    const DaySpan day = Days(cells, "birth_date", row);
    person.birth_date = security::SensitiveText(day.end ? DayBefore(*day.end) : "");
  }
  const std::string consent = cells.GetPlain("guardian_consent");
  const auto days = DaySpanFromText(consent);
  if (days && days->end) {
    row.member.guardian_consent = *days->end - std::chrono::days(1);
  } else if (!consent.empty()) {
    Days(cells, "guardian_consent", row);
  }
}

void RowConverter::ConvertMember(const Cells& cells, ImportRow& row) const {
  Member& to = row.member;
  row.id = cells.Get("id");
  row.organization_ref = OrganizationRefOf(cells);
  row.team_names = ListFromText(cells.Get("teams"));
  to.district_path = District(cells, false, row);
  for (const std::string& part : ListFromText(cells.GetPlain("skills"))) {
    to.skills.push_back(CapabilityFromText(part));
  }
  Person given{security::SensitiveText(Unmasked(cells, "name", row)),
               security::SensitiveText(Unmasked(cells, "phone", row)),
               security::SensitiveText(Unmasked(cells, "id_number", row))};
  Guardian(cells, given, row);
  if (row.masked) {
    return;  // a person who is there already, or else refused: who it is cannot be read
  }
  const auto person = NormalizePerson(given, "row");
  if (!person.ok()) {
    AddProblem(person.status(), row);
    return;
  }
  row.person = *person;
  AddProblem(CheckAge(row.person, to.guardian_consent, now_, "row"), row);
}

}  // namespace muster::registry

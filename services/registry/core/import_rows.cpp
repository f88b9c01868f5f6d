#include "services/registry/core/import_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/principal.h"
#include "muster/geo/street.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/import_values.h"
#include "services/registry/core/organization_rules.h"
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
  static const std::map<std::string_view, std::string> kOthers{{"district_path", "district"}, {"position", "latitude"}};
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

/// The cells of a row by field, trimmed.
class RowConverter::Cells {
 public:
  Cells(const SheetHeader& header, const std::vector<std::string>& cells) : header_(header), cells_(cells) {}

  std::string Get(const std::string& field) const {
    const auto found = header_.columns.find(field);
    const auto at = found == header_.columns.end() ? cells_.size() : static_cast<size_t>(found->second) - 1;
    return at < cells_.size() ? std::string(TrimBlanks(cells_[at])) : std::string();
  }

 private:
  const SheetHeader& header_;
  const std::vector<std::string>& cells_;
};

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
  const std::string text = cells.Get("district");
  if (text.empty() && !required) {
    return {};
  }
  const auto path = DistrictFromText(text, cells.Get("street"));
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
  return *path;
}

std::optional<Location> RowConverter::Place(const Cells& cells, const std::string& district_path,
                                            ImportRow& row) const {
  const std::string latitude = cells.Get("latitude");
  const std::string longitude = cells.Get("longitude");
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
  return location;
}

std::optional<Time> RowConverter::End(const Cells& cells, const std::string& field, ImportRow& row) const {
  const std::string text = cells.Get(field);
  if (MeansNoEnd(text)) {
    return std::nullopt;
  }
  const auto end = DayEndFromText(text);
  if (!end) {
    AddProblem(Reason::kBadTime, field, "日期看不懂。请写成 2026-12-31，长期有效请留空或写“长期”。",
               "The date is not understood. Write 2026-12-31; leave it empty where there is no end.", row);
  }
  return end;
}

int RowConverter::Number(const Cells& cells, const std::string& field, int otherwise, ImportRow& row) const {
  const std::string text = cells.Get(field);
  if (text.empty()) {
    return otherwise;
  }
  const auto number = IntFromText(text);
  if (!number) {
    AddProblem(Reason::kInvalidField, field, "须是整数。请只填数字。", "It must be a whole number. Give digits only.",
               row);
  }
  return number.value_or(otherwise);
}

void RowConverter::ConvertOrganization(const Cells& cells, ImportRow& row) const {
  Organization& to = row.organization;
  to.state = OrganizationState::kApproved;
  to.name = cells.Get("name");
  to.credit_code = NormalizeCreditCode(cells.Get("credit_code"));
  to.filing_office = cells.Get("filing_office");
  to.filing_number = cells.Get("filing_number");
  to.address = cells.Get("address");
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
  const auto rating = RatingFromText(cells.Get("rating"));
  if (!rating) {
    AddProblem(Reason::kOutOfRange, "rating", "评估等级看不懂。请填写 1A 至 5A，未评估请留空。",
               "The rating is not understood. Give 1A to 5A; leave it empty where there is none.", row);
  }
  to.rating = rating.value_or(0);
  to.rating_end = End(cells, "rating_end", row);
  to.registration_end = End(cells, "registration_end", row);
  to.district_path = District(cells, true, row);
  to.location = Place(cells, to.district_path, row);
  const auto contact = NormalizeContact(
      {security::SensitiveText(cells.Get("contact_name")), security::SensitiveText(cells.Get("contact_phone")), {}},
      "row");
  contact.ok() ? void(row.contact = *contact) : AddProblem(contact.status(), row);
  Normalize(to);
  const CreditCodeFault fault = FindCreditCodeFault(to.credit_code);
  if (fault == CreditCodeFault::kOrganizationCheck || fault == CreditCodeFault::kCheck) {
    to.credit_code_reason = kAsInTheSheet;
    AddProblem(Reason::kInvalidField, "credit_code", "提示：信用代码的校验位不符，已按名册原样录入。请与证书核对。",
               "Note: the check of the credit code does not fit; it is taken as the sheet has it. Compare it with the "
               "certificate.",
               row);
    row.problems.back().only_warns = true;
  }
  AddProblem(CheckGiven(to.name, "row.name"), row);
  if (kind && !to.district_path.empty()) {
    Organization rest = to;  // a missing name is told already
    rest.name = to.name.empty() ? "-" : to.name;
    AddProblem(CheckOrganization(rest, true, "row"), row);
  }
}

void RowConverter::Capabilities(const Cells& cells, ImportRow& row) const {
  const auto end = End(cells, "capability_end", row);
  for (const std::string& part : ListFromText(cells.Get("capabilities"))) {
    const size_t colon = part.find(':');
    const std::string code = CapabilityFromText(part.substr(0, colon));
    const auto level = colon == std::string::npos ? std::optional(0) : IntFromText(part.substr(colon + 1));
    const Capability* capability = FindCapability(code);
    if (capability == nullptr || !level) {
      AddProblem(Reason::kInvalidField, "capabilities",
                 "有不认识的能力。请用能力目录中的名称或代码，需要时加“:级别”，用分号隔开。",
                 "A capability is unknown. Use names or codes of the taxonomy, with \":level\" where needed, separated "
                 "by semicolons.",
                 row);
      return;
    }
    if (capability->graded && !importer_.officer) {
      AddProblem(Reason::kForbidden, "capabilities", "救援专业的级别由民政部门填写。请删去这一项。",
                 "Grades of rescue specialities are entered by officers. Remove it.", row);
    }
    const int worst = capability->graded ? 3 : 4;
    row.team.capabilities.push_back({code, *level == 0 ? worst : *level, {now_, end.value_or(now_)}});
  }
  if (!row.team.capabilities.empty() && !end) {
    AddProblem(Reason::kBadTime, "capability_end", "有能力就要有“能力有效期至”。请填写日期，如 2027-12-31。",
               "Capabilities need \"Capability ends\". Give a date: 2027-12-31.", row);
  }
}

void RowConverter::ConvertTeam(const Cells& cells, ImportRow& row) const {
  Team& to = row.team;
  row.organization_ref = cells.Get("organization");
  to.name = cells.Get("name");
  to.headcount = Number(cells, "headcount", 0, row);
  to.turnout_minutes = Number(cells, "turnout_minutes", 0, row);
  to.range_km = Number(cells, "range_km", 0, row);
  to.languages = ListFromText(cells.Get("languages"));
  const auto mode = TravelModeFromText(cells.Get("travel_mode"));
  const auto remote = YesOrNo(cells.Get("works_remotely"));
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

void RowConverter::ConvertMember(const Cells& cells, ImportRow& row) const {
  Member& to = row.member;
  row.organization_ref = cells.Get("organization");
  row.team_names = ListFromText(cells.Get("teams"));
  to.district_path = District(cells, false, row);
  for (const std::string& part : ListFromText(cells.Get("skills"))) {
    to.skills.push_back(CapabilityFromText(part));
  }
  const auto person =
      NormalizePerson({security::SensitiveText(cells.Get("name")), security::SensitiveText(cells.Get("phone")),
                       security::SensitiveText(cells.Get("id_number"))},
                      "row");
  person.ok() ? void(row.person = *person) : AddProblem(person.status(), row);
}

}  // namespace muster::registry

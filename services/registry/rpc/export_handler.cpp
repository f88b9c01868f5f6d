#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "muster/geo/district.h"
#include "muster/geo/street.h"
#include "muster/registry/v1/import.pb.h"
#include "muster/rpc/origin.h"
#include "muster/security/masking.h"
#include "muster/sheet/writer.h"
#include "services/registry/core/import_columns.h"
#include "services/registry/core/import_values.h"
#include "services/registry/core/sheet_dates.h"
#include "services/registry/rpc/export_gate.h"
#include "services/registry/rpc/import_convert.h"
#include "services/registry/rpc/import_methods.h"
#include "services/registry/rpc/search_fields.h"
#include "services/registry/store/import_lookup.h"

namespace muster::registry {
namespace {

constexpr size_t kExportPieceBytes = 64UL * 1024;
constexpr int kExportPage = 500;

std::string DateCell(const std::optional<Time>& end) { return end ? DayBefore(*end) : ""; }
std::string CountCell(int64_t number) { return number == 0 ? "" : std::to_string(number); }

std::string ListCell(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) {
    list += (list.empty() ? "" : ";") + word;
  }
  return list;
}

/// How cells are written: in codes for machines (GeoJSON), else in words that the import understands.
struct Style {
  bool codes = false;
  bool english = false;
};

/// NamesById of what rows belong to, by id.
using NamesById = std::map<std::string, std::string>;

std::string NameIn(const NamesById& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() || found->second.empty() ? id : found->second;
}

/// The segment of a path below its district: "320583107" of "3205/320583/320583107"; empty for none.
std::string StreetCodeOf(const std::string& path) {
  const size_t second = path.find('/', path.find('/') + 1);
  return path.find('/') == std::string::npos || second == std::string::npos ? "" : path.substr(second + 1);
}

std::string StreetCell(const std::string& path, const Style& style) {
  const geo::Street* street = geo::FindStreetByPath(path);
  if (street == nullptr || street->path != path) {
    return style.codes ? "" : StreetCodeOf(path);
  }
  return std::string(style.english ? street->name_en : street->name_zh);
}

/// The district by name, where that and the street tell the whole path.
std::string DistrictCell(const std::string& path, const Style& style) {
  const geo::District* district = geo::FindDistrictByPath(path);
  const bool deeper = std::count(path.begin(), path.end(), '/') > 2;
  if (path == geo::kCityPath && !style.codes) {
    return std::string(style.english ? geo::kCityPath : geo::kCityNameZh);
  }
  if (style.codes || deeper || district == nullptr) {
    return path;
  }
  return std::string(style.english ? district->name_en : district->name_zh);
}

std::string CapabilityWord(const std::string& code, const Style& style) {
  const Capability* capability = style.codes ? nullptr : FindCapability(code);
  return capability == nullptr ? code : std::string(style.english ? capability->name_en : capability->name_zh);
}

/// An approximate place is left out: whoever reads the file again places it anew.
std::string PlaceCell(const std::optional<Location>& location, std::string_view field) {
  if (!location || location->approximate) {
    return "";
  }
  // Six digits: a decimetre.
  return std::to_string(field == "latitude" ? location->position.latitude : location->position.longitude);
}

std::string CellOf(const Organization& organization, const Person& contact, std::string_view field,
                   const Style& style) {
  const bool in_codes = style.codes || style.english;
  if (field == "name") return organization.name;
  if (field == "kind") return std::string(in_codes ? Name(organization.kind) : KindNameZh(organization.kind));
  if (field == "credit_code") return organization.credit_code;
  if (field == "filing_office") return organization.filing_office;
  if (field == "filing_number") return organization.filing_number;
  if (field == "district") return DistrictCell(organization.district_path, style);
  if (field == "street") return StreetCell(organization.district_path, style);
  if (field == "address") return organization.address;
  if (field == "registration_end") return DateCell(organization.registration_end);
  if (field == "rating") return organization.rating == 0 ? "" : std::to_string(organization.rating) + "A";
  if (field == "rating_end") return DateCell(organization.rating_end);
  if (field == "contact_name") return security::MaskName(contact.name.Reveal());
  if (field == "contact_phone") return security::MaskPhone(contact.phone.Reveal());
  if (field == "state") return StateWord(Name(organization.state), in_codes);
  if (field == "id") return organization.id.value();
  return PlaceCell(organization.location, field);
}

/// Whether one end holds for all that a team can do, so that the column of the end tells it.
bool HaveOneEnd(const Team& team) {
  return std::all_of(team.capabilities.begin(), team.capabilities.end(), [&](const HeldCapability& held) {
    return DayBefore(held.valid.end) == DayBefore(team.capabilities.front().valid.end);
  });
}

std::string CapabilityCell(const Team& team, const Style& style) {
  const bool one_end = HaveOneEnd(team);
  std::vector<std::string> all;
  for (const HeldCapability& held : team.capabilities) {
    all.push_back(CapabilityWord(held.capability, style) + ":" + std::to_string(held.level) +
                  (one_end ? "" : ":" + DayBefore(held.valid.end)));
  }
  return ListCell(all);
}

std::string CellOf(const Team& team, const NamesById& organizations, std::string_view field, const Style& style) {
  const bool in_codes = style.codes || style.english;
  const std::string& organization = team.organization_id.value();
  if (field == "organization") return style.codes ? organization : NameIn(organizations, organization);
  if (field == "name") return team.name;
  if (field == "headcount") return std::to_string(team.headcount);
  if (field == "district") return DistrictCell(team.district_path, style);
  if (field == "street") return StreetCell(team.district_path, style);
  if (field == "travel_mode")
    return std::string(in_codes ? geo::Name(team.travel_mode) : TravelModeWord(team.travel_mode));
  if (field == "turnout_minutes") return CountCell(team.turnout_minutes);
  if (field == "range_km") return CountCell(team.range_km);
  if (field == "works_remotely")
    return team.works_remotely ? (style.english ? "yes" : "是") : (style.english ? "no" : "否");
  if (field == "languages") {
    std::vector<std::string> languages;
    for (const std::string& tag : team.languages) {
      languages.emplace_back(in_codes ? tag : LanguageWord(tag));
    }
    return ListCell(languages);
  }
  if (field == "capabilities") return CapabilityCell(team, style);
  if (field == "capability_end") {
    return team.capabilities.empty() || !HaveOneEnd(team) ? "" : DayBefore(team.capabilities.front().valid.end);
  }
  if (field == "organization_id") return organization;
  if (field == "state") return StateWord(team.disbanded ? "disbanded" : "active", in_codes);
  if (field == "id") return team.id.value();
  return field == "address" ? "" : PlaceCell(team.base, field);
}

/// What else is personal is left out.
std::string CellOf(const Member& member, const Person& person, const NamesById& organizations, const NamesById& teams,
                   std::string_view field, const Style& style) {
  const std::string& organization = member.organization_id.value();
  if (field == "organization") return style.codes ? organization : NameIn(organizations, organization);
  if (field == "name") return security::MaskName(person.name.Reveal());
  if (field == "phone") return security::MaskPhone(person.phone.Reveal());
  if (field == "id_number") return security::MaskIdNumber(person.id_number.Reveal());
  if (field == "district") return DistrictCell(member.district_path, style);
  if (field == "street") return StreetCell(member.district_path, style);
  if (field == "organization_id") return organization;
  if (field == "id") return member.id.value();
  std::vector<std::string> words;
  if (field == "skills") {
    for (const std::string& skill : member.skills) {
      words.push_back(CapabilityWord(skill, style));
    }
  } else if (field == "teams") {
    for (const TeamId& id : member.team_ids) {
      words.push_back(style.codes ? id.value() : NameIn(teams, id.value()));
    }
  }
  return ListCell(words);
}

std::optional<sheet::Point> PointOf(const std::optional<Location>& location) {
  return location ? std::optional(sheet::Point{location->position.latitude, location->position.longitude})
                  : std::nullopt;
}

/// One export: reads page by page and writes what it reads.
class Export {
 public:
  Export(const Tools& tools, const rpc::Call& call, const v1::ExportRegistryRequest& request,
         rpc::ItemWriter<v1::ExportRegistryResponse>& out)
      : tools_(tools), call_(call), request_(request), out_(out) {}

  absl::Status Run() {
    MUSTER_ASSIGN_OR_RETURN(what_, SheetContentFromProto(request_.what()));
    MUSTER_RETURN_IF_ERROR(CheckFilters());
    MUSTER_ASSIGN_OR_RETURN(district_, DistrictFilterFrom(request_.district_path(), "district_path"));
    style_ = {request_.format() == v1::SHEET_FORMAT_GEOJSON, request_.english()};
    MakeWriter();
    MUSTER_RETURN_IF_ERROR(what_ == SheetContent::kOrganizations ? WriteOrganizations()
                           : what_ == SheetContent::kTeams       ? WriteTeams()
                                                                 : WriteMembers());
    MUSTER_RETURN_IF_ERROR(writer_->Finish());
    return Flush();
  }

 private:
  /// A filter that would be ignored is refused.
  absl::Status CheckFilters() const {
    const bool organizations = what_ == SheetContent::kOrganizations;
    if (!organizations && !request_.kind().empty()) {
      return DoesNotApply("kind");
    }
    if (!organizations && !request_.state().empty()) {
      return DoesNotApply("state");
    }
    if (organizations && !request_.organization_id().empty()) {
      return DoesNotApply("organization_id");
    }
    return what_ != SheetContent::kTeams && !request_.capability().empty() ? DoesNotApply("capability")
                                                                           : absl::OkStatus();
  }

  absl::Status DoesNotApply(const std::string& field) const {
    return ErrorWithTexts(
        Reason::kInvalidField, field,
        "条件 " + field +
            " 不适用于这一类导出（kind、state 用于组织，organization_id 用于队伍和成员，"
            "capability 用于队伍）。请去掉它。",
        "The condition " + field +
            " does not apply to this export (kind and state are for organizations, organization_id for "
            "teams and members, capability for teams). Leave it out.");
  }

  void MakeWriter() {
    std::vector<std::string> headings;
    const bool geojson = style_.codes;
    for (const SheetColumn& column : ColumnsOf(what_)) {
      headings.emplace_back(geojson ? column.field : request_.english() ? column.heading_en : column.heading_zh);
    }
    if (geojson) {
      headings.emplace_back("approximate");
    }
    const auto sink = [this](std::string_view bytes) {
      piece_ += bytes;
      return piece_.size() < kExportPieceBytes ? absl::OkStatus() : Flush();
    };
    writer_ = geojson                                      ? sheet::NewGeoJsonWriter(headings, sink)
              : request_.format() == v1::SHEET_FORMAT_XLSX ? sheet::NewXlsxWriter(headings, sink)
                                                           : sheet::NewCsvWriter(headings, sink);
  }

  absl::Status Flush() {
    for (size_t at = 0; at < piece_.size(); at += kExportPieceBytes) {
      v1::ExportRegistryResponse item;
      item.set_content(piece_.substr(at, kExportPieceBytes));
      if (!out_.Write(item)) {
        return absl::CancelledError();
      }
    }
    piece_.clear();
    return absl::OkStatus();
  }

  template <class Cell>
  absl::Status Add(Cell cell, const std::optional<Location>& location) {
    std::vector<std::string> cells;
    for (const SheetColumn& column : ColumnsOf(what_)) {
      cells.push_back(cell(column.field));
    }
    if (style_.codes) {
      cells.emplace_back(location && location->approximate ? "true" : "");
    }
    return writer_->Add(cells, PointOf(location));
  }

  /// Calls `add` for each page that `list(start)` answers.
  template <class List, class AddPage>
  absl::Status EachPage(List list, AddPage add) {
    PageStart start{"", kExportPage};
    for (bool more = true; more;) {
      MUSTER_ASSIGN_OR_RETURN(const auto page, list(start));
      MUSTER_RETURN_IF_ERROR(add(page.items));
      more = page.more;
      start.after = page.next;
    }
    return absl::OkStatus();
  }

  absl::Status WriteOrganizations() {
    OrganizationFilter filter;
    filter.district_path = district_;
    filter.kind = OrganizationKindFromName(request_.kind());
    filter.state = StateFromName<OrganizationState>(request_.state());
    if (!filter.kind && !request_.kind().empty()) {
      return Error(Reason::kInvalidField, "kind");
    }
    if (!filter.state && !request_.state().empty()) {
      return Error(Reason::kInvalidField, "state");
    }
    return EachPage(
        [&](const PageStart& start) { return tools_.store.ListOrganizations(call_.principal, filter, start); },
        [&](const std::vector<Organization>& organizations) -> absl::Status {
          for (const Organization& organization : organizations) {
            MUSTER_ASSIGN_OR_RETURN(const Person contact, tools_.sealer.OpenContact(organization));
            const auto cell = [&](std::string_view field) { return CellOf(organization, contact, field, style_); };
            MUSTER_RETURN_IF_ERROR(Add(cell, organization.location));
          }
          return absl::OkStatus();
        });
  }

  absl::Status WriteTeams() {
    TeamFilter filter;
    filter.organization_id = OrganizationId(request_.organization_id());
    filter.district_path = district_;
    MUSTER_ASSIGN_OR_RETURN(filter.capability, CapabilityFilterFrom(request_.capability(), 0));
    return EachPage([&](const PageStart& start) { return tools_.store.ListTeams(call_.principal, filter, start); },
                    [&](const std::vector<Team>& teams) -> absl::Status {
                      NamesById organizations;
                      for (const Team& team : teams) {
                        organizations[team.organization_id.value()];
                      }
                      MUSTER_RETURN_IF_ERROR(FindOrganizationNames(tools_.database, organizations));
                      for (const Team& team : teams) {
                        const auto cell = [&](std::string_view field) {
                          return CellOf(team, organizations, field, style_);
                        };
                        MUSTER_RETURN_IF_ERROR(Add(cell, team.base));
                      }
                      return absl::OkStatus();
                    });
  }

  bool IsExported(const Member& member) const {
    return !member.erase_time && (district_.empty() || DistrictCovers(district_, member.district_path));
  }

  absl::Status WriteMembers() {
    MemberFilter filter;
    filter.organization_id = OrganizationId(request_.organization_id());
    return EachPage([&](const PageStart& start) { return tools_.store.ListMembers(call_.principal, filter, start); },
                    [&](const std::vector<Member>& members) { return WritePage(members); });
  }

  absl::Status WritePage(const std::vector<Member>& members) {
    NamesById organizations;
    NamesById teams;
    for (const Member& member : members) {
      organizations[member.organization_id.value()];
      for (const TeamId& team : member.team_ids) {
        teams[team.value()];
      }
    }
    MUSTER_RETURN_IF_ERROR(FindOrganizationNames(tools_.database, organizations));
    MUSTER_RETURN_IF_ERROR(FindTeamNames(tools_.database, teams));
    for (const Member& member : members) {
      if (!IsExported(member)) {
        continue;
      }
      MUSTER_ASSIGN_OR_RETURN(const Person person, tools_.sealer.Open(member));
      const auto cell = [&](std::string_view field) {
        return CellOf(member, person, organizations, teams, field, style_);
      };
      MUSTER_RETURN_IF_ERROR(Add(cell, std::nullopt));
    }
    return absl::OkStatus();
  }

  const Tools& tools_;
  const rpc::Call& call_;
  const v1::ExportRegistryRequest& request_;
  rpc::ItemWriter<v1::ExportRegistryResponse>& out_;
  SheetContent what_ = SheetContent::kOrganizations;
  std::unique_ptr<sheet::Writer> writer_;
  Style style_;
  std::string district_;
  std::string piece_;
};

/// Who took what out of the registry, written before the first byte leaves.
absl::Status AuditExport(const Tools& tools, const rpc::Call& call, const v1::ExportRegistryRequest& request) {
  Origin origin = rpc::OriginOf(call, "", request);
  const std::string what = "what " + std::to_string(request.what()) + ", organization " + request.organization_id() +
                           ", district " + request.district_path();
  return tools.database
      .Run(storage::MakeCommand(nullptr,
                                [&](Time now, storage::Changes& changes) {
                                  events::AuditEntry entry = origin.Audit("export", call.principal.account_id.value());
                                  entry.note = what;
                                  changes.writes.push_back(events::AuditWrite(entry, now, tools.random));
                                  return absl::OkStatus();
                                }))
      .status();
}

}  // namespace

void ServeExport(rpc::MethodTable& table, const Tools& tools) {
  table.Stream<v1::ExportRegistryRequest, v1::ExportRegistryResponse>(
      "muster.registry.v1.RegistryService.ExportRegistry",
      [&tools, gate = std::make_shared<ExportGate>()](
          std::shared_ptr<const rpc::Call> call, const v1::ExportRegistryRequest& request,
          std::shared_ptr<rpc::ItemWriter<v1::ExportRegistryResponse>> writer) {
        const auto ticket = gate->Enter(call->principal.account_id);
        absl::Status status = ticket.ok() ? AuditExport(tools, *call, request) : ticket.status();
        if (status.ok()) {
          status = Export(tools, *call, request, *writer).Run();
        }
        writer->Finish(status);
      });
}

}  // namespace muster::registry

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/events/audit.h"
#include "muster/geo/street.h"
#include "muster/registry/v1/import.pb.h"
#include "muster/rpc/origin.h"
#include "muster/security/masking.h"
#include "muster/sheet/writer.h"
#include "services/registry/core/import_columns.h"
#include "services/registry/core/import_values.h"
#include "services/registry/rpc/export_gate.h"
#include "services/registry/rpc/import_convert.h"
#include "services/registry/rpc/import_methods.h"
#include "services/registry/rpc/search_fields.h"

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

std::string StreetCell(const std::string& path, bool english) {
  const geo::Street* street = geo::FindStreetByPath(path);
  return street == nullptr ? "" : std::string(english ? street->name_en : street->name_zh);
}

/// An approximate place is left out: whoever reads the file again places it anew.
std::string PlaceCell(const std::optional<Location>& location, std::string_view field) {
  if (!location || location->approximate) {
    return "";
  }
  // Six digits: a decimetre.
  return std::to_string(field == "latitude" ? location->position.latitude : location->position.longitude);
}

std::string CellOf(const Organization& organization, const Person& contact, std::string_view field, bool english) {
  if (field == "name") return organization.name;
  if (field == "kind") return std::string(english ? Name(organization.kind) : KindNameZh(organization.kind));
  if (field == "credit_code") return organization.credit_code;
  if (field == "filing_office") return organization.filing_office;
  if (field == "filing_number") return organization.filing_number;
  if (field == "district") return organization.district_path;
  if (field == "street") return StreetCell(organization.district_path, english);
  if (field == "address") return organization.address;
  if (field == "registration_end") return DateCell(organization.registration_end);
  if (field == "rating") return organization.rating == 0 ? "" : std::to_string(organization.rating) + "A";
  if (field == "rating_end") return DateCell(organization.rating_end);
  if (field == "contact_name") return security::MaskName(contact.name.Reveal());
  if (field == "contact_phone") return security::MaskPhone(contact.phone.Reveal());
  return PlaceCell(organization.location, field);
}

std::string CapabilityCell(const Team& team) {
  std::vector<std::string> held;
  for (const HeldCapability& one : team.capabilities) {
    held.push_back(one.capability + ":" + std::to_string(one.level));
  }
  return ListCell(held);
}

std::string CellOf(const Team& team, std::string_view field, bool english) {
  if (field == "organization") return team.organization_id.value();
  if (field == "name") return team.name;
  if (field == "headcount") return std::to_string(team.headcount);
  if (field == "district") return team.district_path;
  if (field == "street") return StreetCell(team.district_path, english);
  if (field == "travel_mode") return std::string(geo::Name(team.travel_mode));
  if (field == "turnout_minutes") return CountCell(team.turnout_minutes);
  if (field == "range_km") return CountCell(team.range_km);
  if (field == "works_remotely") return team.works_remotely ? (english ? "yes" : "是") : (english ? "no" : "否");
  if (field == "languages") return ListCell(team.languages);
  if (field == "capabilities") return CapabilityCell(team);
  if (field == "capability_end") {
    return team.capabilities.empty() ? "" : DayBefore(team.capabilities.front().valid.end);
  }
  return field == "address" ? "" : PlaceCell(team.base, field);
}

std::string CellOf(const Member& member, const Person& person, std::string_view field, bool english) {
  if (field == "organization") return member.organization_id.value();
  if (field == "name") return security::MaskName(person.name.Reveal());
  if (field == "phone") return security::MaskPhone(person.phone.Reveal());
  if (field == "id_number") return security::MaskIdNumber(person.id_number.Reveal());
  if (field == "skills") return ListCell(member.skills);
  if (field == "district") return member.district_path;
  if (field == "street") return StreetCell(member.district_path, english);
  std::vector<std::string> teams;
  for (const TeamId& id : member.team_ids) {
    teams.push_back(id.value());
  }
  return ListCell(teams);
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
    MakeWriter();
    MUSTER_RETURN_IF_ERROR(what_ == SheetContent::kOrganizations ? WriteOrganizations()
                           : what_ == SheetContent::kTeams       ? WriteTeams()
                                                                 : WriteMembers());
    MUSTER_RETURN_IF_ERROR(writer_->Finish());
    return Flush();
  }

 private:
  void MakeWriter() {
    std::vector<std::string> headings;
    const bool geojson = request_.format() == v1::SHEET_FORMAT_GEOJSON;
    for (const SheetColumn& column : ColumnsOf(what_)) {
      headings.emplace_back(geojson ? column.field : request_.english() ? column.heading_en : column.heading_zh);
    }
    headings.emplace_back(geojson ? "id" : request_.english() ? "Registry id" : "系统编号");
    headings.emplace_back(geojson ? "state" : request_.english() ? "State" : "状态");
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
  absl::Status Add(Cell cell, const std::string& id, std::string_view state, const std::optional<Location>& location) {
    std::vector<std::string> cells;
    for (const SheetColumn& column : ColumnsOf(what_)) {
      cells.push_back(cell(column.field));
    }
    cells.push_back(id);
    cells.emplace_back(state);
    return writer_->Add(cells, PointOf(location));
  }

  /// Calls `add` for each item of all pages that `list(start)` answers.
  template <class List, class AddItem>
  absl::Status EachPage(List list, AddItem add) {
    PageStart start{"", kExportPage};
    for (bool more = true; more;) {
      MUSTER_ASSIGN_OR_RETURN(const auto page, list(start));
      for (const auto& item : page.items) {
        MUSTER_RETURN_IF_ERROR(add(item));
      }
      more = page.more;
      start.after = page.next;
    }
    return absl::OkStatus();
  }

  absl::Status WriteOrganizations() {
    OrganizationFilter filter;
    filter.district_path = request_.district_path();
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
        [&](const Organization& organization) -> absl::Status {
          MUSTER_ASSIGN_OR_RETURN(const Person contact, tools_.sealer.OpenContact(organization));
          const auto cell = [&](std::string_view field) {
            return CellOf(organization, contact, field, request_.english());
          };
          return Add(cell, organization.id.value(), Name(organization.state), organization.location);
        });
  }

  absl::Status WriteTeams() {
    TeamFilter filter;
    filter.organization_id = OrganizationId(request_.organization_id());
    filter.district_path = request_.district_path();
    MUSTER_ASSIGN_OR_RETURN(filter.capability, CapabilityFilterFrom(request_.capability(), 0));
    return EachPage([&](const PageStart& start) { return tools_.store.ListTeams(call_.principal, filter, start); },
                    [&](const Team& team) {
                      const auto cell = [&](std::string_view field) { return CellOf(team, field, request_.english()); };
                      return Add(cell, team.id.value(), team.disbanded ? "disbanded" : "active", team.base);
                    });
  }

  absl::Status WriteMembers() {
    MemberFilter filter;
    filter.organization_id = OrganizationId(request_.organization_id());
    return EachPage([&](const PageStart& start) { return tools_.store.ListMembers(call_.principal, filter, start); },
                    [&](const Member& member) -> absl::Status {
                      const std::string& district = request_.district_path();
                      if (member.erase_time || (!district.empty() && !DistrictCovers(district, member.district_path))) {
                        return absl::OkStatus();
                      }
                      MUSTER_ASSIGN_OR_RETURN(const Person person, tools_.sealer.Open(member));
                      const auto cell = [&](std::string_view field) {
                        return CellOf(member, person, field, request_.english());
                      };
                      return Add(cell, member.id.value(), "", std::nullopt);
                    });
  }

  const Tools& tools_;
  const rpc::Call& call_;
  const v1::ExportRegistryRequest& request_;
  rpc::ItemWriter<v1::ExportRegistryResponse>& out_;
  SheetContent what_ = SheetContent::kOrganizations;
  std::unique_ptr<sheet::Writer> writer_;
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

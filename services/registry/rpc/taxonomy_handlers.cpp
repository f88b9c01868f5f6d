#include <string>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/taxonomy.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"

namespace muster::registry {
namespace {

void TermToProto(const Term& term, v1::Term& out) {
  out.set_code(std::string(term.code));
  out.set_name_zh(std::string(term.name_zh));
  out.set_name_en(std::string(term.name_en));
}

v1::ListCapabilitiesResponse Taxonomy() {
  v1::ListCapabilitiesResponse response;
  for (const Capability& capability : Capabilities()) {
    v1::Capability& added = *response.add_capabilities();
    ToProto(capability, added);
    for (const Substitute& substitute : SubstitutesFor(capability.code)) {
      v1::Substitute& stand_in = *added.add_substitutes();
      stand_in.set_capability(std::string(substitute.by));
      stand_in.set_cost(substitute.cost);
    }
  }
  for (const Term& term : EquipmentKinds()) {
    TermToProto(term, *response.add_equipment_kinds());
  }
  for (const Term& term : StandingLimits()) {
    TermToProto(term, *response.add_standing_limits());
  }
  response.set_mark(TaxonomyMark());
  return response;
}

absl::StatusOr<v1::RequirementSheet> Sheet(const v1::GetRequirementSheetRequest& request) {
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(request.capability(), "capability"));
  MUSTER_RETURN_IF_ERROR(CheckRange(request.level(), 1, FindCapability(request.capability())->LowestLevel(), "level"));
  v1::RequirementSheet sheet;
  sheet.set_capability(request.capability());
  sheet.set_level(request.level());
  for (const Requirement& line : RequirementsOf(request.capability(), request.level())) {
    v1::Requirement& added = *sheet.add_requirements();
    added.set_kind(std::string(line.kind));
    added.set_code(std::string(line.code));
    added.set_count(line.count);
    added.mutable_text()->set_zh(std::string(line.text_zh));
    added.mutable_text()->set_en(std::string(line.text_en));
    added.set_source(std::string(line.source));
  }
  return sheet;
}

}  // namespace

void ServeTaxonomy(rpc::MethodTable& table) {
  ServeRead<v1::ListCapabilitiesRequest, v1::ListCapabilitiesResponse>(
      table, "ListCapabilities",
      [](const auto&, const auto&) -> absl::StatusOr<v1::ListCapabilitiesResponse> { return Taxonomy(); });
  ServeRead<v1::GetRequirementSheetRequest, v1::RequirementSheet>(
      table, "GetRequirementSheet", [](const auto&, const auto& request) { return Sheet(request); });
}

}  // namespace muster::registry

#pragma once

#include "muster/registry/v1/registry.pb.h"
#include "services/cli/output/output.h"

namespace muster::cli {

// How the objects of the registry look to people.

void PrintOrganization(Output& output, const registry::v1::Organization& organization);
void PrintOrganizations(Output& output, const registry::v1::ListOrganizationsResponse& reply);
void PrintOrganizationSteps(Output& output, const registry::v1::GetOrganizationHistoryResponse& reply);
void PrintOrganizationChange(Output& output, const registry::v1::OrganizationChange& change);
void PrintOrganizationChanges(Output& output, const registry::v1::ListOrganizationChangesResponse& reply);
/// Each pair side by side.
void PrintDuplicates(Output& output, const registry::v1::ListDuplicatesResponse& reply);
void PrintTeam(Output& output, const registry::v1::Team& team);
void PrintTeams(Output& output, const registry::v1::ListTeamsResponse& reply);
void PrintMember(Output& output, const registry::v1::Member& member);
void PrintMembers(Output& output, const registry::v1::ListMembersResponse& reply);
void PrintCapabilities(Output& output, const registry::v1::ListCapabilitiesResponse& reply);

}  // namespace muster::cli

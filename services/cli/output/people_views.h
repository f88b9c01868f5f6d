#pragma once

#include "muster/registry/v1/registry.pb.h"
#include "services/cli/output/output.h"

namespace muster::cli {

// How what belongs to people looks to people.

void PrintUnmasked(Output& output, const registry::v1::UnmaskMemberResponse& reply);
void PrintCertificate(Output& output, const registry::v1::Certificate& certificate);
void PrintCertificates(Output& output, const registry::v1::ListCertificatesResponse& reply);
void PrintMembership(Output& output, const registry::v1::Membership& membership);
void PrintMemberships(Output& output, const registry::v1::ListMembershipsResponse& reply);
void PrintRecruitment(Output& output, const registry::v1::Recruitment& recruitment);
void PrintRecruitments(Output& output, const registry::v1::ListRecruitmentsResponse& reply);
void PrintApplication(Output& output, const registry::v1::Application& application);
void PrintApplications(Output& output, const registry::v1::ListApplicationsResponse& reply);

}  // namespace muster::cli

#include "tests/scenario/kill/world.h"

#include <gtest/gtest.h>

#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/accounts.h"
#include "services/cli/connect/credentials.h"

namespace muster::testing {
namespace {

constexpr char kDistrict[] = "3205/320508";

template <class Reply>
Reply Made(absl::StatusOr<Reply> reply) {
  EXPECT_TRUE(reply.ok()) << reply.status();
  return reply.ok() ? *std::move(reply) : Reply();
}

std::string KeyOf(const Deployment& deployment, const std::string& identity) {
  return Made(cli::ReadSecretFile(cli::TokenPath(deployment.data_dir(), identity)));
}

std::string MakeOrganization(cli::Session& officer, const std::string& name) {
  registry::v1::CreateOrganizationRequest request;
  request.set_request_id(officer.NewRequestId());
  registry::v1::Organization& organization = *request.mutable_organization();
  organization.set_name(name);
  organization.set_kind(registry::v1::ORGANIZATION_KIND_FILED_GROUP);
  organization.set_filing_office("Shuangta street office");
  organization.set_filing_number(name);
  organization.set_district_path(kDistrict);
  return Made(officer.Call<registry::v1::Organization>(request)).id();
}

std::string MakeTeam(cli::Session& officer, const std::string& organization_id, const std::string& name) {
  registry::v1::CreateTeamRequest request;
  request.set_request_id(officer.NewRequestId());
  registry::v1::Team& team = *request.mutable_team();
  team.set_organization_id(organization_id);
  team.set_name(name);
  team.set_headcount(8);
  team.set_works_remotely(true);
  for (const char* skill : {kOnSiteSkill, kRemoteSkill}) {
    registry::v1::TeamCapability& held = *team.add_capabilities();
    held.set_capability(skill);
    held.set_level(2);
    *held.mutable_valid_until_time() = ToTimestamp(SystemClock().Now() + std::chrono::hours(24 * 500));
  }
  return Made(officer.Call<registry::v1::Team>(request)).id();
}

std::string MakeManager(cli::Session& admin, const std::string& organization_id, const std::string& login) {
  identity::v1::Account wanted;
  wanted.set_login(login);
  wanted.add_roles("organization_manager");
  wanted.set_organization_id(organization_id);
  wanted.set_district_path(kDistrict);
  const auto account = Made(cli::CreateAccount(admin, wanted));
  return Made(cli::CreateKey(admin, account.id(), "kill test")).secret();
}

}  // namespace

World MakeWorld(const Deployment& deployment, const WorldSize& size) {
  const auto open = [&](const std::string& identity) {
    return cli::Session::Open({.socket_path = deployment.socket(), .api_key = KeyOf(deployment, identity)}).value();
  };
  const auto officer = open("officer");
  const auto admin = open("admin");
  World world;
  for (int i = 0; i < size.organizations; ++i) {
    const std::string name = "helpers-" + std::to_string(i);
    const std::string organization = MakeOrganization(*officer, name);
    world.managers.push_back({organization, MakeManager(*admin, organization, name)});
    for (int team = 0; team < size.teams_of_each; ++team) {
      world.team_ids.push_back(MakeTeam(*officer, organization, name + "-" + std::to_string(team)));
    }
  }
  world.operator_key = KeyOf(deployment, "operator");
  world.auditor_key = KeyOf(deployment, "auditor");
  return world;
}

}  // namespace muster::testing

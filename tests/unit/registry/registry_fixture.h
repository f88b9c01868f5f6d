#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/random.h"
#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/feed.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/events/audit.h"
#include "muster/events/migrations.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/access_token.h"
#include "muster/security/key_file.h"
#include "muster/security/policy.h"
#include "services/registry/rpc/registry_service.h"
#include "services/registry/store/tables.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"

namespace muster::registry {

namespace pb = v1;

/// The whole service over a real database, behind the pipeline with the real policy. A caller is named by its token.
class RegistryFixture : public ::testing::Test {
 protected:
  /// `place`: of the store; empty: one of its own.
  explicit RegistryFixture(const std::filesystem::path& place = {}) : store_(muster::testing::NewStore(place)) {
    database_ = store_->Open({&clock_}, RegistryMigrations()).value();
    service_ = std::make_unique<RegistryService>(
        RegistryService::Dependencies{*database_, clock_, SystemRandom(), cipher_, blind_index_});
    service_->Register(table_);
    service_->RegisterOwner(owners_);
    pipeline_ = std::make_unique<rpc::CallPipeline>(table_, Checks(), rpc::PipelineOptions{}, clock_);
    peer_ = rpc::MakeLocalPeer(*pipeline_);
    callers_["officer"] = {AccountId("officer"), {Role::kCivilAffairsOfficer}, "3205", {}, {}};
    callers_["kunshan officer"] = {AccountId("kunshan"), {Role::kCivilAffairsOfficer}, "3205/320583", {}, {}};
    callers_["gusu operator"] = {AccountId("gusu"), {Role::kDistrictOperator}, "3205/320508", {}, {}};
    callers_["auditor"] = {AccountId("auditor"), {Role::kAuditor}, "3205", {}, {}};
    callers_["service"] = security::ServicePrincipal("registry", "3205");
  }

  ~RegistryFixture() override { Close(); }

  /// Ends the service and closes its store.
  void Close() {
    if (pipeline_ != nullptr) {
      pipeline_->WaitIdle(std::chrono::seconds(10));
    }
    peer_.reset();
    pipeline_.reset();
    service_.reset();
    database_.reset();
  }

  static std::vector<storage::Migration> RegistryMigrations() {
    return muster::testing::OwnerMigrations(events::Migrations(), Migrations());
  }

  /// Makes `token` the manager (or another role) of an organization.
  void Appoint(const std::string& token, const std::string& organization_id, Role role = Role::kOrganizationManager) {
    callers_[token] = {AccountId(token), {role}, "", OrganizationId(organization_id), {}};
  }

  rpc::Call CallOf(const std::string& token) {
    rpc::Call call;
    call.access_token = token;
    call.trace_id = rpc::NewTraceId();
    call.source_address = rpc::kUnixSource;  // internal methods too
    call.steady_deadline = clock_.Steady() + std::chrono::seconds(5);
    return call;
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& token, const std::string& method, const Request& request) {
    return rpc::CallUnaryBlocking<Response>(*peer_, "muster.registry.v1.RegistryService." + method, CallOf(token),
                                            request);
  }

  static std::string NewRequestId() { return NewUuid(SystemClock().Now(), SystemRandom()); }

  static pb::Organization SampleOrganization() {
    pb::Organization organization;
    organization.set_name("晨曦社会工作服务中心");
    organization.set_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
    organization.set_credit_code("52320506MJ0000026R");
    organization.set_district_path("3205/320583");
    organization.set_contact_name("张三丰");
    organization.set_contact_phone("19900000001");
    return organization;
  }

  absl::StatusOr<pb::Organization> CreateOrganization(const std::string& token, const pb::Organization& organization,
                                                      const std::string& request_id = NewRequestId()) {
    pb::CreateOrganizationRequest request;
    request.set_request_id(request_id);
    *request.mutable_organization() = organization;
    return Invoke<pb::Organization>(token, "CreateOrganization", request);
  }

  /// An approved organization in Kunshan, with a manager of that token.
  pb::Organization MakeOrganization(const std::string& manager = "manager",
                                    const std::string& credit_code = "52320506MJ0000026R",
                                    const std::string& district = "3205/320583") {
    pb::Organization sample = SampleOrganization();
    sample.set_credit_code(credit_code);
    sample.clear_kind();  // the code tells it
    sample.set_credit_code_reason("as on the certificate");
    sample.set_district_path(district);
    const auto made = CreateOrganization("officer", sample);
    EXPECT_OK(made);
    Appoint(manager, made->id());
    return made.value_or(pb::Organization());
  }

  pb::Team SampleTeam(const std::string& organization_id) {
    pb::Team team;
    team.set_organization_id(organization_id);
    team.set_name("心理援助一队");
    team.set_headcount(8);
    pb::TeamCapability& held = *team.add_capabilities();
    held.set_capability("psychological_support");
    held.set_level(2);
    held.mutable_valid_until_time()->set_seconds(ToMicros(clock_.Now()) / 1'000'000 + 100 * 86'400);
    return team;
  }

  absl::StatusOr<pb::Team> CreateTeam(const std::string& token, const pb::Team& team) {
    pb::CreateTeamRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_team() = team;
    return Invoke<pb::Team>(token, "CreateTeam", request);
  }

  absl::StatusOr<pb::Team> UpdateTeam(const std::string& token, const pb::Team& team,
                                      const std::vector<std::string>& paths) {
    pb::UpdateTeamRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_team() = team;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_expected_version(team.version());
    return Invoke<pb::Team>(token, "UpdateTeam", request);
  }

  absl::StatusOr<pb::Team> GetTeam(const std::string& token, const std::string& id) {
    pb::GetTeamRequest request;
    request.set_id(id);
    return Invoke<pb::Team>(token, "GetTeam", request);
  }

  /// Given at this moment.
  pb::Consent DispatchConsent() {
    pb::Consent consent;
    consent.set_purpose("dispatch");
    consent.set_text_version("2026-01");
    consent.mutable_given_time()->set_seconds(ToMicros(clock_.Now()) / 1'000'000);
    return consent;
  }

  pb::Recruitment SampleRecruitment(const std::string& organization_id) {
    pb::Recruitment drive;
    drive.set_organization_id(organization_id);
    drive.mutable_title()->set_zh("社区核酸采样志愿者");
    drive.mutable_title()->set_en("Volunteers for sampling");
    drive.set_capability("elder_care");
    drive.set_district_path("3205/320583");
    drive.set_places(2);
    const int64_t now = ToMicros(clock_.Now()) / 1'000'000;
    drive.mutable_window()->mutable_start_time()->set_seconds(now + 3600);
    drive.mutable_window()->mutable_end_time()->set_seconds(now + 48 * 3600);
    drive.set_screening("能否连续站立四小时？");
    return drive;
  }

  absl::StatusOr<pb::Recruitment> CreateRecruitment(const std::string& token, const pb::Recruitment& drive) {
    pb::CreateRecruitmentRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_recruitment() = drive;
    return Invoke<pb::Recruitment>(token, "CreateRecruitment", request);
  }

  /// All events so far.
  std::vector<common::v1::Event> Events() {
    common::v1::ReadEventsRequest request;
    request.set_owner("registry");
    const auto response = rpc::CallUnaryBlocking<common::v1::ReadEventsResponse>(
        *peer_, "muster.common.v1.EventFeedService.ReadEvents", CallOf("service"), request);
    EXPECT_OK(response);
    return response.ok() ? std::vector<common::v1::Event>(response->events().begin(), response->events().end())
                         : std::vector<common::v1::Event>();
  }

  /// What Verify finds.
  std::vector<common::v1::Violation> Violations() {
    common::v1::VerifyRequest request;
    request.set_owner("registry");
    const auto response = rpc::CallUnaryBlocking<common::v1::VerifyResponse>(
        *peer_, "muster.common.v1.InvariantService.Verify", CallOf("auditor"), request);
    EXPECT_OK(response);
    return response.ok()
               ? std::vector<common::v1::Violation>(response->violations().begin(), response->violations().end())
               : std::vector<common::v1::Violation>{common::v1::Violation()};
  }

  int64_t Count(std::string_view sql) {
    int64_t count = -1;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { count = row.Int(0); }}));
    return count;
  }

  /// All that the only column of a query holds, one after the other.
  std::string Bytes(std::string_view sql) {
    std::string bytes;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { bytes += row.Text(0); }}));
    EXPECT_NE(bytes, "") << sql;
    return bytes;
  }

  /// Changes the database behind the service's back.
  void Spoil(std::string_view sql) {
    EXPECT_OK(database_->Run(storage::MakeCommand({}, [sql](Time, storage::Changes& changes) {
      changes.writes.push_back({sql, {}, -1, {}});
      return absl::OkStatus();
    })));
  }

  rpc::Checks Checks() {
    rpc::Checks checks;
    checks.authenticate = [this](const std::string& token) -> absl::StatusOr<Principal> {
      const auto found = callers_.find(token);
      if (found == callers_.end()) {
        return Error(Reason::kAuthRequired);
      }
      return found->second;
    };
    checks.is_anonymous = [](const std::string& method) { return security::IsAnonymousMethod(method); };
    checks.authorize = [](const Principal& principal, const std::string& method) {
      return security::Authorize(principal, method);
    };
    return checks;
  }

  const std::unique_ptr<muster::testing::StoreUnderTest> store_;
  muster::testing::FakeClock clock_;
  std::map<std::string, Principal> callers_;
  security::KeyRing keys_ = security::KeyRing::Generate(SystemRandom());
  security::FieldCipher cipher_{keys_, SystemRandom()};
  security::BlindIndex blind_index_{security::KeyRing::Generate(SystemRandom())};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<RegistryService> service_;
  rpc::MethodTable table_;
  rpc::OwnerRouter owners_{table_};
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
};

}  // namespace muster::registry

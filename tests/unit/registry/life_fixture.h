#pragma once

#include <string>
#include <vector>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {

/// Calls of the life cycle of organizations.
class LifeFixture : public RegistryFixture {
 protected:
  LifeFixture() {
    callers_["newcomer"] = {AccountId("newcomer"), {Role::kOrganizationManager}, "", {}, {}};
    callers_["gusu officer"] = {AccountId("gusu officer"), {Role::kCivilAffairsOfficer}, "3205/320508", {}, {}};
  }

  /// A draft that lacks nothing, of the caller "manager".
  pb::Organization MakeDraft(void (*spoil)(pb::Organization&) = [](pb::Organization&) {}) {
    pb::Organization sample = SampleOrganization();
    sample.set_address("人民路 1 号");
    sample.add_help_offered("elder_care");
    spoil(sample);
    const auto draft = CreateOrganization("newcomer", sample);
    EXPECT_OK(draft);
    Appoint("manager", draft.value_or(pb::Organization()).id());
    return draft.value_or(pb::Organization());
  }

  template <class Request>
  absl::StatusOr<pb::Organization> Send(const std::string& token, const std::string& method, Request request,
                                        const pb::Organization& of) {
    request.set_request_id(request.request_id().empty() ? NewRequestId() : request.request_id());
    request.set_id(of.id());
    request.set_expected_version(of.version());
    return Invoke<pb::Organization>(token, method, request);
  }
  absl::StatusOr<pb::Organization> Submit(const pb::Organization& of, const std::string& token = "manager") {
    return Send(token, "SubmitOrganization", pb::SubmitOrganizationRequest(), of);
  }
  absl::StatusOr<pb::Organization> Review(const pb::Organization& of, pb::OrganizationState state,
                                          const std::string& reason = "checked",
                                          const std::string& token = "kunshan officer") {
    pb::ReviewOrganizationRequest request;
    request.set_state(state);
    request.set_reason(reason);
    return Send(token, "ReviewOrganization", request, of);
  }
  absl::StatusOr<pb::Organization> Blacklist(const pb::Organization& of, int until_hours,
                                             const std::string& reason = "假报表",
                                             const std::string& token = "kunshan officer") {
    pb::BlacklistOrganizationRequest request;
    if (until_hours != 0) {
      *request.mutable_until_time() = In(until_hours);
    }
    request.set_reason(reason);
    return Send(token, "BlacklistOrganization", request, of);
  }
  absl::StatusOr<pb::Organization> Inspect(const pb::Organization& of, int year, pb::InspectionKind kind,
                                           pb::InspectionResult result, const std::string& token = "kunshan officer") {
    pb::RecordInspectionRequest request;
    request.mutable_inspection()->set_year(year);
    request.mutable_inspection()->set_kind(kind);
    request.mutable_inspection()->set_result(result);
    *request.mutable_inspection()->mutable_date_time() = In(-1);
    return Send(token, "RecordInspection", request, of);
  }
  absl::StatusOr<pb::Organization> Update(const std::string& token, const pb::Organization& organization,
                                          const std::vector<std::string>& paths) {
    pb::UpdateOrganizationRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_organization() = organization;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_expected_version(organization.version());
    return Invoke<pb::Organization>(token, "UpdateOrganization", request);
  }
  absl::StatusOr<pb::Organization> Get(const std::string& token, const std::string& id) {
    pb::GetOrganizationRequest request;
    request.set_id(id);
    return Invoke<pb::Organization>(token, "GetOrganization", request);
  }
  absl::StatusOr<pb::GetOrganizationHistoryResponse> History(const std::string& token, const std::string& id,
                                                             int page_size = 50, const std::string& page = "") {
    pb::GetOrganizationHistoryRequest request;
    request.set_id(id);
    request.set_page_size(page_size);
    request.set_page_token(page);
    return Invoke<pb::GetOrganizationHistoryResponse>(token, "GetOrganizationHistory", request);
  }

  google::protobuf::Timestamp In(int hours) {
    google::protobuf::Timestamp time;
    time.set_seconds(ToMicros(clock_.Now()) / 1'000'000 + int64_t{hours} * 3600);
    return time;
  }
};

}  // namespace muster::registry

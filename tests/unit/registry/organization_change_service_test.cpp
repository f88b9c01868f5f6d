#include <gmock/gmock.h>

#include "tests/unit/registry/life_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string FieldOf(const absl::Status& status) { return GetErrorInfo(status).field; }

class OrganizationChangeTest : public LifeFixture {
 protected:
  OrganizationChangeTest() { made_ = MakeOrganization(); }

  absl::StatusOr<pb::OrganizationChange> Ask(const pb::Organization& values, const std::vector<std::string>& paths,
                                             const std::string& token = "manager",
                                             const std::string& request_id = NewRequestId()) {
    pb::RequestOrganizationChangeRequest request;
    request.set_request_id(request_id);
    *request.mutable_organization() = values;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_reason("换发证书");
    request.set_expected_version(values.version());
    return Invoke<pb::OrganizationChange>(token, "RequestOrganizationChange", request);
  }
  absl::StatusOr<pb::OrganizationChange> AskForName(const std::string& name = "晨光社会工作服务中心") {
    pb::Organization wished = made_;
    wished.set_name(name);
    return Ask(wished, {"name"});
  }
  absl::StatusOr<pb::OrganizationChange> Decide(const pb::OrganizationChange& change, pb::OrganizationChangeState state,
                                                const std::string& reason = "",
                                                const std::string& token = "kunshan officer") {
    pb::ReviewOrganizationChangeRequest request;
    request.set_request_id(NewRequestId());
    request.set_id(change.id());
    request.set_state(state);
    request.set_reason(reason);
    request.set_expected_version(change.version());
    return Invoke<pb::OrganizationChange>(token, "ReviewOrganizationChange", request);
  }
  absl::StatusOr<pb::OrganizationChange> Approve(const pb::OrganizationChange& change, const std::string& reason = "") {
    return Decide(change, pb::ORGANIZATION_CHANGE_STATE_APPROVED, reason);
  }
  absl::StatusOr<pb::OrganizationChange> Withdraw(const pb::OrganizationChange& change, const std::string& token) {
    pb::WithdrawOrganizationChangeRequest request;
    request.set_request_id(NewRequestId());
    request.set_id(change.id());
    request.set_expected_version(change.version());
    return Invoke<pb::OrganizationChange>(token, "WithdrawOrganizationChange", request);
  }
  absl::StatusOr<pb::ListOrganizationChangesResponse> List(const std::string& token, int page_size = 50,
                                                           const std::string& page = "") {
    pb::ListOrganizationChangesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(page);
    return Invoke<pb::ListOrganizationChangesResponse>(token, "ListOrganizationChanges", request);
  }

  pb::Organization made_;
};

TEST_F(OrganizationChangeTest, TheHistoryOfTheOrganizationHasTheRequestAndItsReason) {
  const auto change = AskForName();
  ASSERT_OK(change);
  ASSERT_OK(Approve(*change));
  const auto history = History("kunshan officer", made_.id());
  ASSERT_OK(history);
  ASSERT_EQ(history->steps_size(), 3);
  EXPECT_EQ(history->steps(1).action(), "RequestOrganizationChange");
  EXPECT_EQ(history->steps(1).actor_id(), "manager");
  EXPECT_EQ(history->steps(1).reason(), "换发证书");
  EXPECT_EQ(history->steps(2).action(), "ReviewOrganizationChange");
  EXPECT_EQ(history->steps(2).reason(), "换发证书") << "the officer gave none of their own";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(OrganizationChangeTest, WhatIsVouchedForChangesWhenAnOfficerApproves) {
  const auto team = CreateTeam("manager", SampleTeam(made_.id()));
  ASSERT_OK(team);
  const auto change = AskForName();
  ASSERT_OK(change);
  EXPECT_EQ(change->state(), pb::ORGANIZATION_CHANGE_STATE_OPEN);
  EXPECT_EQ(change->author_id(), "manager");
  EXPECT_EQ(change->organization().name(), "晨光社会工作服务中心");
  EXPECT_EQ(change->organization().credit_code(), "") << "it is not asked for";
  EXPECT_EQ(Get("manager", made_.id())->name(), made_.name()) << "nothing has changed yet";

  const auto approved = Approve(*change);
  ASSERT_OK(approved);
  EXPECT_EQ(approved->state(), pb::ORGANIZATION_CHANGE_STATE_APPROVED);
  EXPECT_EQ(approved->reviewer_id(), "kunshan");
  const auto after = Get("manager", made_.id());
  EXPECT_EQ(after->name(), "晨光社会工作服务中心");
  EXPECT_EQ(after->version(), 2);
  EXPECT_EQ(GetTeam("manager", team->id())->version(), 2) << "its team follows";
  std::vector<std::string> types;
  for (const auto& event : Events()) {
    types.push_back(event.type().substr(event.type().rfind('.') + 1));
  }
  EXPECT_THAT(types, ElementsAre("OrganizationCreated", "TeamCreated", "OrganizationChangeRequested",
                                 "OrganizationUpdated", "OrganizationChangeReviewed", "TeamUpdated"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationChangeTest, ARefusalNeedsAReasonAndChangesNothingElse) {
  const auto change = AskForName();
  ASSERT_OK(change);
  EXPECT_EQ(FieldOf(Decide(*change, pb::ORGANIZATION_CHANGE_STATE_REFUSED).status()), "reason");
  const auto refused = Decide(*change, pb::ORGANIZATION_CHANGE_STATE_REFUSED, "名称未经核准");
  ASSERT_OK(refused);
  EXPECT_EQ(refused->decision_reason(), "名称未经核准");
  EXPECT_EQ(Get("manager", made_.id())->version(), 1);
  EXPECT_THAT(Approve(*refused), HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(FieldOf(Decide(*change, pb::ORGANIZATION_CHANGE_STATE_WITHDRAWN, "x").status()), "state");
  EXPECT_OK(AskForName("又一个名称")) << "it may ask again";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationChangeTest, OneIsOpenAtATimeAndItsAuthorTakesItBack) {
  const auto change = AskForName();
  ASSERT_OK(change);
  const auto second = AskForName("又一个名称");
  EXPECT_THAT(second, HasReason(Reason::kDuplicate));
  EXPECT_EQ(GetErrorInfo(second.status()).metadata["change_id"], change->id());
  Appoint("other manager", made_.id());
  EXPECT_THAT(Withdraw(*change, "other manager"), HasReason(Reason::kForbidden));
  const auto withdrawn = Withdraw(*change, "manager");
  ASSERT_OK(withdrawn);
  EXPECT_EQ(withdrawn->state(), pb::ORGANIZATION_CHANGE_STATE_WITHDRAWN);
  EXPECT_THAT(Withdraw(*withdrawn, "manager"), HasReason(Reason::kIllegalTransition));
  EXPECT_OK(AskForName("又一个名称"));
}

TEST_F(OrganizationChangeTest, ForeignersFindNothing) {
  const auto change = AskForName();
  ASSERT_OK(change);
  MakeOrganization("stranger", "53320500MJ50900329", "3205/320508");
  EXPECT_THAT(Ask(made_, {"name"}, "stranger"), HasReason(Reason::kNotFound));
  EXPECT_THAT(Withdraw(*change, "stranger"), HasReason(Reason::kNotFound));
  EXPECT_THAT(Decide(*change, pb::ORGANIZATION_CHANGE_STATE_APPROVED, "", "gusu officer"),
              HasReason(Reason::kNotFound));
  EXPECT_EQ(List("stranger")->changes_size(), 0);
  EXPECT_EQ(List("gusu officer")->changes_size(), 0);
  for (const char* token : {"manager", "kunshan officer", "auditor"}) {
    EXPECT_EQ(List(token)->changes_size(), 1) << token;
  }
}

TEST_F(OrganizationChangeTest, OnlyWhatIsVouchedForIsAskedFor) {
  pb::Organization wished = made_;
  for (const char* path : {"address", "help_offered", "party_branch", "state", "credit_code_reason", "inspections"}) {
    EXPECT_THAT(Ask(wished, {path}), HasReason(Reason::kReadOnlyField)) << path;
  }
  EXPECT_THAT(Ask(wished, {"color"}), HasReason(Reason::kUnknownField));
  EXPECT_THAT(Ask(wished, {}), HasReason(Reason::kInvalidField));
  wished.set_rating(4);
  *wished.mutable_rating_end_time() = In(9000);
  wished.set_supervisor("民政局");
  const auto change = Ask(wished, {"rating", "rating_end_time", "supervisor"});
  ASSERT_OK(change);
  ASSERT_OK(Approve(*change));
  const auto after = Get("manager", made_.id());
  EXPECT_EQ(after->rating(), 4);
  EXPECT_EQ(after->rating_end_time().seconds(), wished.rating_end_time().seconds());
  EXPECT_EQ(after->supervisor(), "民政局");
}

TEST_F(OrganizationChangeTest, ACodeWhoseCheckFailsIsNotAskedFor) {
  pb::Organization wished = made_;
  wished.set_credit_code("52320506MJ0000026X");
  EXPECT_EQ(FieldOf(Ask(wished, {"credit_code"}).status()), "organization.credit_code");
  wished.set_credit_code("53320500MJ50900329");
  EXPECT_EQ(FieldOf(Ask(wished, {"credit_code"}).status()), "organization.kind") << "a foundation's";
  MakeOrganization("stranger", "53320500MJ50900329");
  wished.set_kind(pb::ORGANIZATION_KIND_FOUNDATION);
  EXPECT_THAT(Ask(wished, {"credit_code", "kind"}), HasReason(Reason::kDuplicate));
}

TEST_F(OrganizationChangeTest, ACodeTakenInTheMeantimeIsNotApproved) {
  pb::Organization wished = made_;
  wished.set_credit_code("53320500MJ50900329");
  wished.set_kind(pb::ORGANIZATION_KIND_FOUNDATION);
  const auto change = Ask(wished, {"credit_code", "kind"});
  ASSERT_OK(change);
  MakeOrganization("stranger", "53320500MJ50900329");
  EXPECT_THAT(Approve(*change), HasReason(Reason::kDuplicate));
  EXPECT_EQ(List("manager")->changes(0).state(), pb::ORGANIZATION_CHANGE_STATE_OPEN);
}

TEST_F(OrganizationChangeTest, StaleVersionsAndRepeatsAreToldApart) {
  pb::Organization stale = made_;
  stale.set_version(7);
  EXPECT_THAT(Ask(stale, {"name"}), HasReason(Reason::kVersionConflict));
  const std::string id = NewRequestId();
  const auto first = Ask(made_, {"name"}, "manager", id);
  ASSERT_OK(first);
  const auto again = Ask(made_, {"name"}, "manager", id);
  ASSERT_OK(again);
  EXPECT_EQ(again->id(), first->id());
  pb::OrganizationChange old = *first;
  old.set_version(3);
  EXPECT_THAT(Approve(old), HasReason(Reason::kVersionConflict));
}

TEST_F(OrganizationChangeTest, ADraftIsWrittenAndNotChangedByRequest) {
  const pb::Organization draft = MakeDraft([](pb::Organization& organization) {
    organization.set_credit_code("53320500MJ50900329");
    organization.clear_kind();
  });
  EXPECT_THAT(Ask(draft, {"name"}), HasReason(Reason::kIllegalTransition));
}

TEST_F(OrganizationChangeTest, TheListIsPaged) {
  for (const char* name : {"甲", "乙", "丙"}) {
    clock_.Advance(std::chrono::seconds(1));
    const auto change = AskForName(name);
    ASSERT_OK(change);
    ASSERT_OK(Withdraw(*change, "manager"));
  }
  const auto first = List("manager", 2);
  ASSERT_OK(first);
  EXPECT_EQ(first->changes_size(), 2);
  const auto rest = List("manager", 2, first->next_page_token());
  ASSERT_OK(rest);
  ASSERT_EQ(rest->changes_size(), 1);
  EXPECT_EQ(rest->changes(0).organization().name(), "丙");
}

}  // namespace
}  // namespace muster::registry

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "tests/unit/registry/people_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class RecruitmentServiceTest : public PeopleFixture {
 protected:
  RecruitmentServiceTest() : drive_(CreateRecruitment("manager", SampleRecruitment(organization_.id())).value()) {}

  absl::StatusOr<pb::Recruitment> Update(const std::string& token, const pb::Recruitment& drive,
                                         const std::vector<std::string>& paths) {
    pb::UpdateRecruitmentRequest request;
    *request.mutable_recruitment() = drive;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_expected_version(drive.version());
    return Change<pb::Recruitment>(token, "UpdateRecruitment", request);
  }
  absl::StatusOr<pb::Recruitment> CloseDrive(const std::string& token, const pb::Recruitment& drive) {
    pb::CloseRecruitmentRequest request;
    request.set_id(drive.id());
    request.set_reason("人已招满");
    request.set_expected_version(drive.version());
    return Change<pb::Recruitment>(token, "CloseRecruitment", request);
  }
  /// One who may apply, of the manager's organization.
  std::string Person(int number) {
    const auto made = Create("manager", SampleMember("1990001000" + std::to_string(number)));
    EXPECT_OK(made);
    return made->id();
  }
  template <class Response, class Request>
  Response List(const std::string& token, const std::string& method) {
    const auto response = Invoke<Response>(token, method, Request());
    EXPECT_OK(response);
    return response.value_or(Response());
  }
  int Drives(const std::string& token) {
    return List<pb::ListRecruitmentsResponse, pb::ListRecruitmentsRequest>(token, "ListRecruitments")
        .recruitments_size();
  }
  int Applications(const std::string& token) {
    return List<pb::ListApplicationsResponse, pb::ListApplicationsRequest>(token, "ListApplications")
        .applications_size();
  }

  const pb::Recruitment drive_;
};

TEST_F(RecruitmentServiceTest, AnOpenDriveIsPublicAndAClosedOneItsOwnersAffair) {
  EXPECT_EQ(drive_.state(), pb::RECRUITMENT_STATE_OPEN);
  for (const std::string caller : {"zhang", "other", "gusu operator", "kunshan officer"}) {
    EXPECT_EQ(GetDrive(caller, drive_.id())->SerializeAsString(), drive_.SerializeAsString()) << caller;
    EXPECT_EQ(Drives(caller), 1) << caller;
  }
  EXPECT_THAT(CloseDrive("other", drive_), HasReason(Reason::kForbidden));
  EXPECT_THAT(Update("other", drive_, {"places"}), HasReason(Reason::kForbidden));
  const auto closed = CloseDrive("manager", drive_);
  ASSERT_OK(closed);
  EXPECT_THAT(GetDrive("zhang", drive_.id()), HasReason(Reason::kNotFound));
  EXPECT_EQ(Drives("other"), 0);
  EXPECT_OK(GetDrive("kunshan officer", drive_.id()));
  EXPECT_THAT(CloseDrive("manager", *closed), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Update("manager", *closed, {"places"}), HasReason(Reason::kIllegalTransition));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(RecruitmentServiceTest, IsOpenedByAnApprovedOrganizationOrTheAuthority) {
  EXPECT_THAT(CreateRecruitment("other", SampleRecruitment(organization_.id())), HasReason(Reason::kNotFound));
  EXPECT_THAT(CreateRecruitment("gusu officer", SampleRecruitment("")), HasReason(Reason::kForbidden));
  const auto of_the_city = CreateRecruitment("officer", SampleRecruitment(""));
  ASSERT_OK(of_the_city);
  EXPECT_EQ(of_the_city->organization_id(), "");
  pb::ReviewOrganizationRequest suspend;
  suspend.set_id(organization_.id());
  suspend.set_state(pb::ORGANIZATION_STATE_SUSPENDED);
  suspend.set_reason("投诉");
  suspend.set_expected_version(1);
  ASSERT_OK(Change<pb::Organization>("officer", "ReviewOrganization", suspend));
  EXPECT_THAT(CreateRecruitment("manager", SampleRecruitment("")), HasReason(Reason::kIllegalTransition));
  pb::Recruitment over = SampleRecruitment("");
  *over.mutable_window()->mutable_end_time() = muster::testing::ToTimestamp(clock_.Now());
  over.mutable_window()->mutable_start_time()->set_seconds(1);
  EXPECT_THAT(CreateRecruitment("officer", over), HasReason(Reason::kBadTime));
}

TEST_F(RecruitmentServiceTest, NobodyIsGatheredByAnOrganizationThatIsSuspended) {
  const auto applied = Apply("manager", drive_.id(), Person(1));
  ASSERT_OK(applied);
  const std::string second = Person(2);
  pb::ReviewOrganizationRequest suspend;
  suspend.set_id(organization_.id());
  suspend.set_state(pb::ORGANIZATION_STATE_SUSPENDED);
  suspend.set_reason("投诉");
  suspend.set_expected_version(1);
  ASSERT_OK(Change<pb::Organization>("officer", "ReviewOrganization", suspend));
  EXPECT_THAT(Apply("manager", drive_.id(), second), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Review("manager", *applied), HasReason(Reason::kIllegalTransition));
  EXPECT_OK(Review("manager", *applied, false)) << "declining gathers nobody";
  pb::Recruitment more = drive_;
  more.set_places(drive_.places() + 1);
  EXPECT_THAT(Update("manager", more, {"places"}), HasReason(Reason::kIllegalTransition));
}

TEST_F(RecruitmentServiceTest, APersonAppliesIsReviewedAndTakesItBack) {
  const pb::Member zhang = Register("zhang", SampleMember()).value();
  const auto applied = Apply("zhang", drive_.id(), zhang.id());
  ASSERT_OK(applied);
  EXPECT_THAT(Apply("zhang", drive_.id(), zhang.id()), HasReason(Reason::kDuplicate));
  EXPECT_THAT(Apply("li", drive_.id(), zhang.id()), HasReason(Reason::kNotFound));
  EXPECT_EQ(Applications("manager"), 1);
  EXPECT_EQ(Applications("zhang"), 1);
  EXPECT_EQ(Applications("other"), 0);
  EXPECT_EQ(Applications("gusu operator"), 0);
  EXPECT_OK(Get("manager", zhang.id())) << "who applies is seen, masked, by who decides";
  EXPECT_THAT(Review("zhang", *applied), HasReason(Reason::kForbidden));
  EXPECT_THAT(Review("other", *applied), HasReason(Reason::kNotFound));
  const auto accepted = Review("manager", *applied);
  ASSERT_OK(accepted);
  EXPECT_EQ(GetDrive("zhang", drive_.id())->filled(), 1);
  EXPECT_THAT(Review("manager", *accepted, false), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(TakeBack("manager", *accepted), HasReason(Reason::kForbidden)) << "the person's own affair";
  ASSERT_OK(TakeBack("zhang", *accepted));
  EXPECT_EQ(GetDrive("zhang", drive_.id())->filled(), 0);
  EXPECT_THAT(Get("manager", zhang.id()), HasReason(Reason::kNotFound)) << "no longer of concern";
  const auto again = Apply("zhang", drive_.id(), zhang.id());
  ASSERT_OK(again);
  EXPECT_EQ(Review("manager", *again, false)->reason(), "时间不合");
  EXPECT_TRUE(Violations().empty());
}

TEST_F(RecruitmentServiceTest, WhoTakesTheConsentBackFreesThePlace) {
  const std::string person = Person(1);
  const auto applied = Apply("manager", drive_.id(), person);
  ASSERT_OK(applied);
  ASSERT_OK(Review("manager", *applied));
  ASSERT_EQ(GetDrive("manager", drive_.id())->filled(), 1);
  ASSERT_OK(WithdrawConsent("manager", Get("manager", person).value()));
  EXPECT_EQ(GetDrive("manager", drive_.id())->filled(), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM application WHERE state = 'withdrawn'"), 1);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(RecruitmentServiceTest, NobodyAppliesWithoutConsentToAClosedDriveOrTooLate) {
  pb::Member sample = SampleMember();
  sample.clear_consents();
  const pb::Member zhang = Register("zhang", sample).value();
  EXPECT_THAT(Apply("zhang", drive_.id(), zhang.id()), HasReason(Reason::kNotEligible));
  ASSERT_OK(RecordConsent("zhang", zhang, DispatchConsent()));
  clock_.Advance(std::chrono::hours(48));
  EXPECT_THAT(Apply("zhang", drive_.id(), zhang.id()), HasReason(Reason::kExpired));
  ASSERT_OK(CloseDrive("manager", drive_));
  EXPECT_THAT(Apply("manager", drive_.id(), Person(1)), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Apply("zhang", drive_.id(), zhang.id()), HasReason(Reason::kNotFound));
}

TEST_F(RecruitmentServiceTest, PlacesAreNeverFewerThanThePeopleWhoHaveOne) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(Review("manager", Apply("manager", drive_.id(), Person(i)).value()));
  }
  const pb::Application third = Apply("manager", drive_.id(), Person(2)).value();
  EXPECT_THAT(Review("manager", third), HasReason(Reason::kLineFull));
  pb::Recruitment drive = GetDrive("manager", drive_.id()).value();
  drive.set_places(1);
  EXPECT_THAT(Update("manager", drive, {"places"}), HasReason(Reason::kOutOfRange));
  drive.set_places(3);
  ASSERT_OK(Update("manager", drive, {"places"}));
  EXPECT_OK(Review("manager", third));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(RecruitmentServiceTest, OfManyWhoAreAcceptedAtOnceOnlyThePlacesAreGiven) {
  constexpr int kPeople = 9;
  std::vector<pb::Application> applications;
  for (int i = 0; i < kPeople; ++i) {
    applications.push_back(Apply("manager", drive_.id(), Person(i)).value());
  }
  std::atomic<int> accepted = 0;
  std::atomic<int> full = 0;
  std::latch start(kPeople);
  {
    std::vector<std::jthread> reviewers;
    for (const pb::Application& application : applications) {
      reviewers.emplace_back([&] {
        start.arrive_and_wait();
        const auto reviewed = Review("manager", application);
        accepted += reviewed.ok() ? 1 : 0;
        full += muster::HasReason(reviewed.status(), Reason::kLineFull) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(accepted, 2);
  EXPECT_EQ(full, kPeople - 2);
  EXPECT_EQ(GetDrive("manager", drive_.id())->filled(), 2);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(RecruitmentServiceTest, EventsTellOfDrivesAndOfNobody) {
  const pb::Member zhang = Register("zhang", SampleMember()).value();
  ASSERT_OK(Review("manager", Apply("zhang", drive_.id(), zhang.id()).value()));
  std::vector<std::string> told;
  for (const common::v1::Event& event : Events()) {
    if (event.subject() == drive_.id()) {
      told.push_back(event.type());
      pb::RecruitmentEvent payload;
      ASSERT_TRUE(payload.ParseFromString(event.data()));
      EXPECT_EQ(payload.recruitment().version(), event.version());
    }
  }
  EXPECT_THAT(told,
              ::testing::ElementsAre("muster.registry.v1.RecruitmentOpened", "muster.registry.v1.RecruitmentUpdated"));
  EXPECT_THAT(Told(), ::testing::Not(::testing::HasSubstr("李小龙")));
  EXPECT_THAT(Told(), ::testing::Not(::testing::HasSubstr("19900000001")));
}

}  // namespace
}  // namespace muster::registry

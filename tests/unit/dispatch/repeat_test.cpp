#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::IsEmpty;

class RepeatTest : public DispatchFixture {};

TEST_F(RepeatTest, TheSameRequestHasOneEffectAndOneAnswer) {
  AddTeam("a", 10);
  const auto offers = AskFor(10, {"a"});
  v1::AnswerOfferRequest answer = Accepting(offers[0].id());
  answer.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  const v1::Offer first = Answer(answer, "a").value();
  const std::string after = Dump();
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Answer(answer, "a")->SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Dump(), after);
  Open();
  EXPECT_EQ(Answer(answer, "a")->SerializeAsString(), first.SerializeAsString()) << "after a restart";
  EXPECT_EQ(Dump(), after);
}

TEST_F(RepeatTest, TheSameRequestIdWithAnotherBodyIsRefused) {
  AddTeam("a", 10);
  const auto offers = AskFor(10, {"a"});
  v1::AnswerOfferRequest answer = Accepting(offers[0].id());
  answer.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  ASSERT_OK(Answer(answer, "a"));
  const std::string after = Dump();
  answer.set_note("another body");
  EXPECT_THAT(Answer(answer, "a"), HasReason(Reason::kRequestIdReused));
  EXPECT_EQ(Dump(), after);
}

TEST_F(RepeatTest, ARequestIdBelongsToItsCallerAndMethod) {
  const std::string id = NewUuid(clock_.Now(), SystemRandom());
  v1::CreateIncidentRequest request;
  request.set_request_id(id);
  request.mutable_incident()->set_title("Flood");
  request.mutable_incident()->set_event("flood");
  request.mutable_incident()->set_district_path(kDistrict);
  const v1::Incident one = Invoke<v1::Incident>("CreateIncident", CityOperator(), request).value();
  const v1::Incident other =
      Invoke<v1::Incident>("CreateIncident", Someone(Role::kDistrictOperator, kDistrict), request).value();
  EXPECT_NE(one.id(), other.id());
  v1::CloseIncidentRequest close;
  close.set_request_id(id);
  close.set_id(one.id());
  close.set_expected_version(1);
  EXPECT_OK(Invoke<v1::CloseIncidentResponse>("CloseIncident", CityOperator(), close));
}

TEST_F(RepeatTest, ARefusedCallMayBeRepeatedUntilItWorks) {
  AddTeam("a", 10);
  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(10)});
  v1::DispatchRequest plan = PlanOf(request, 0, {"b"});
  plan.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  EXPECT_THAT(SendOut(plan), HasReason(Reason::kNotEligible));
  AddTeam("b", 10);
  EXPECT_OK(SendOut(plan));
}

TEST_F(RepeatTest, TwoDesksWithTheSameVersionHaveOneWinner) {
  const v1::Incident incident = MakeIncident();
  v1::UpdateIncidentRequest update;
  *update.mutable_incident() = incident;
  update.mutable_incident()->set_title("Flood, seen from desk one");
  update.mutable_update_mask()->add_paths("title");
  update.set_expected_version(1);
  ASSERT_OK(Invoke<v1::Incident>("UpdateIncident", CityOperator(), update));
  const std::string before = Dump();
  update.mutable_incident()->set_title("Flood, seen from desk two");
  const absl::Status stale = Invoke<v1::Incident>("UpdateIncident", CityOperator(), update).status();
  ASSERT_THAT(stale, HasReason(Reason::kVersionConflict));
  EXPECT_EQ(GetErrorInfo(stale).metadata.at("current_version"), "2");
  EXPECT_EQ(Dump(), before);
}

TEST_F(RepeatTest, AChangeSaysWhichVersionItSaw) {
  AddTeam("a", 10);
  const v1::Assignment out = Book("a");
  const std::string before = Dump();
  const auto expect_refused = [](const absl::Status& status) {
    EXPECT_THAT(status, HasReason(Reason::kInvalidField));
    EXPECT_EQ(GetErrorInfo(status).field, "expected_version");
  };
  const Principal by = CityOperator();
  v1::Assignment no_version = out;
  no_version.clear_version();
  expect_refused(Advance(no_version, v1::ASSIGNMENT_STATE_MOBILIZING).status());
  expect_refused(OnAssignment<v1::Assignment, v1::ReleaseAssignmentRequest>("ReleaseAssignment", out.id(), 0).status());
  expect_refused(OnAssignment<v1::Assignment, v1::RecallAssignmentRequest>("RecallAssignment", out.id(), 0).status());
  expect_refused(Invoke<v1::CloseIncidentResponse>("CloseIncident", by, v1::CloseIncidentRequest()).status());
  expect_refused(Invoke<v1::ResourceRequest>("CancelRequest", by, v1::CancelRequestRequest()).status());
  expect_refused(Invoke<v1::DispatchResponse>("Dispatch", by, v1::DispatchRequest()).status());
  expect_refused(Invoke<v1::RequestLine>("SetWavePolicy", by, v1::SetWavePolicyRequest()).status());
  expect_refused(Invoke<v1::Offer>("ConfirmOffer", by, v1::ConfirmOfferRequest()).status());
  expect_refused(Invoke<v1::Offer>("WithdrawOffer", by, v1::WithdrawOfferRequest()).status());
  expect_refused(Invoke<v1::Incident>("UpdateIncident", by, v1::UpdateIncidentRequest()).status());
  expect_refused(Invoke<v1::IssueCallUpResponse>("IssueCallUp", by, v1::IssueCallUpRequest()).status());
  expect_refused(Invoke<v1::Incident>("TakeOverIncident", by, v1::TakeOverIncidentRequest()).status());
  expect_refused(Invoke<v1::ResourceRequest>("TriageRequest", by, v1::TriageRequestRequest()).status());
  expect_refused(Invoke<v1::ResourceRequest>("AmendRequest", by, v1::AmendRequestRequest()).status());
  expect_refused(Invoke<v1::Help>("AnswerHelp", by, v1::AnswerHelpRequest()).status());
  EXPECT_EQ(Dump(), before);
}

// ---- races

class RaceTest : public DispatchFixture {};

TEST_F(RaceTest, AHundredAcceptForTheLastPlaceAndOneGetsIt) {
  std::vector<std::string> teams;
  for (int i = 0; i < 100; ++i) {
    teams.push_back("t" + std::to_string(100 + i));
    AddTeam(teams.back(), 2);
  }
  const auto offers = AskFor(1, teams);
  ASSERT_EQ(offers.size(), 100U);
  std::vector<std::future<absl::StatusOr<v1::Offer>>> answers(100);
  std::vector<std::thread> callers;
  for (size_t caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (size_t i = caller; i < 100; i += 8) {
        answers[i] = Start<v1::Offer>("AnswerOffer", ManagerOf(teams[i]), Accepting(offers[i].id()));
      }
    });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
  int winners = 0;
  int full = 0;
  for (auto& answer : answers) {
    const auto outcome = answer.get();
    winners += outcome.ok() ? 1 : 0;
    full += muster::HasReason(outcome.status(), Reason::kLineFull) ? 1 : 0;
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(full, 99);
  EXPECT_EQ(Count("SELECT count(*) FROM assignment"), 1);
  EXPECT_EQ(Count("SELECT filled FROM request_line"), 1);
  EXPECT_EQ(Count("SELECT asked FROM request_line"), 0);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(RaceTest, TwoDispatchersWhoRaceForATeamGetOneWinner) {
  AddTeam("a", 10);
  std::vector<v1::DispatchRequest> plans;
  for (int i = 0; i < 16; ++i) {
    plans.push_back(PlanOf(MakeRequest(MakeIncident(), {Line(10)}), 0, {"a"}, v1::DISPATCH_HOW_DIRECT));
  }
  std::vector<std::future<absl::StatusOr<v1::DispatchResponse>>> answers;
  for (const v1::DispatchRequest& plan : plans) {
    answers.push_back(Start<v1::DispatchResponse>("Dispatch", CityOperator(), plan));
  }
  int winners = 0;
  int overlaps = 0;
  for (auto& answer : answers) {
    const auto outcome = answer.get();
    winners += outcome.ok() ? 1 : 0;
    overlaps += muster::HasReason(outcome.status(), Reason::kTeamOverlap) ? 1 : 0;
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(overlaps, 15);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(RaceTest, TheDatabaseItselfRefusesADoubleBooking) {
  AddTeam("a", 10);
  const v1::Assignment out = Book("a");
  constexpr std::string_view kInsert =
      "INSERT INTO booking (id, version, assignment_id, mode, subject_kind, subject_id, start_us, end_us, active, "
      "worked) "
      "VALUES ($1, 1, $2, $3, 'team', 'a', $4, $5, $6, 0)";
  const absl::Status overlap = Error(Reason::kTeamOverlap);
  const auto insert = [&](const std::string& id, const std::string& mode, int from, int to, int64_t active) {
    return Write(kInsert, {id, out.id(), mode, ToMicros(At(from)), ToMicros(At(to)), active}, overlap);
  };
  EXPECT_THAT(insert("inside", "real", 12, 13, 1), HasReason(Reason::kTeamOverlap));
  EXPECT_THAT(insert("around", "real", 0, 30, 1), HasReason(Reason::kTeamOverlap));
  EXPECT_THAT(insert("one microsecond", "real", 19, 40, 1), HasReason(Reason::kTeamOverlap));
  EXPECT_OK(insert("drill", "drill", 12, 13, 1)) << "a drill blocks nothing real";
  EXPECT_OK(insert("before", "real", 8, 10, 1));
  EXPECT_OK(insert("after", "real", 20, 22, 1));
  EXPECT_OK(insert("over", "real", 12, 13, 0));
  EXPECT_THAT(Write("UPDATE booking SET active = 1 WHERE id = 'over'", {}, overlap), HasReason(Reason::kTeamOverlap));
  EXPECT_THAT(Write("UPDATE booking SET end_us = end_us + 1 WHERE id = 'before'", {}, overlap),
              HasReason(Reason::kTeamOverlap));
}

TEST_F(RaceTest, ALineCannotBeFilledBeyondItsToleranceEvenPastTheRules) {
  AddTeam("a", 10);
  Book("a");
  EXPECT_FALSE(Write("UPDATE request_line SET filled = 11").ok());
  EXPECT_FALSE(Write("UPDATE request_line SET held = 1").ok());
  EXPECT_FALSE(Write("UPDATE request_line SET asked = -1").ok());
}

// ---- modes

class ModeSeparationTest : public DispatchFixture {
 protected:
  absl::Status BookIn(common::v1::Mode mode) {
    const v1::ResourceRequest request = MakeRequest(MakeIncident(kDistrict, mode, {"a"}), {Line(10)});
    return SendOut(PlanOf(request, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)).status();
  }
};

TEST_F(ModeSeparationTest, ABookingOfOneModeBlocksNoOther) {
  AddTeam("a", 10);
  for (const auto mode : {common::v1::MODE_DRILL, common::v1::MODE_TEST, common::v1::MODE_REAL}) {
    EXPECT_OK(BookIn(mode)) << mode;
  }
  for (const auto mode : {common::v1::MODE_REAL, common::v1::MODE_TEST, common::v1::MODE_DRILL}) {
    EXPECT_THAT(BookIn(mode), HasReason(Reason::kTeamOverlap)) << mode;
  }
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(ModeSeparationTest, EverythingThatHangsOnAnIncidentHasItsMode) {
  AddTeam("a", 10);
  ASSERT_OK(BookIn(common::v1::MODE_DRILL));
  for (const char* table : {"incident", "resource_request", "request_line", "assignment", "booking", "outbox"}) {
    EXPECT_EQ(Count("SELECT count(*) FROM " + std::string(table) + " WHERE mode <> 'drill'"), 0) << table;
    EXPECT_GT(Count("SELECT count(*) FROM " + std::string(table)), 0) << table;
  }
}

TEST_F(ModeSeparationTest, WorkInADrillNeedsNoRestFromRealWork) {
  AddTeam("a", 10);
  const v1::ResourceRequest request =
      MakeRequest(MakeIncident(kDistrict, common::v1::MODE_DRILL, {"a"}), {Line(10, 0, 5)});
  v1::Assignment out = SendOut(PlanOf(request, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)).value().assignments(0);
  for (const auto state : {v1::ASSIGNMENT_STATE_MOBILIZING, v1::ASSIGNMENT_STATE_EN_ROUTE}) {
    out = Advance(out, state, CityOperator(), "drill").value();
  }
  out = OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", out.id(), 0).value();
  clock_.Advance(std::chrono::hours(5));
  for (const auto state : {v1::ASSIGNMENT_STATE_RELEASED, v1::ASSIGNMENT_STATE_RETURNING}) {
    out = Advance(out, state).value();
  }
  ASSERT_OK((OnAssignment<v1::Assignment, v1::CheckOutRequest>("CheckOut", out.id(), 0)));
  EXPECT_OK(BookIn(common::v1::MODE_REAL)) << "from hour 10";
  EXPECT_THAT(BookIn(common::v1::MODE_DRILL), HasReason(Reason::kNotEligible)) << "five hours of rest";
}

}  // namespace
}  // namespace muster::dispatch

#include <gmock/gmock.h>

#include "muster/events/audit.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::SizeIs;

class StoryTest : public DispatchFixture {
 protected:
  std::vector<std::string> OfferStates() { return Texts("SELECT team_id || ' ' || state FROM offer ORDER BY team_id"); }

  /// Of every event with this name, in order: whether the organization brought it about.
  template <class Payload>
  std::vector<bool> ByOrganization(const std::string& event) {
    std::vector<bool> answers;
    for (const std::string& data : Texts("SELECT data FROM outbox WHERE type = 'muster.dispatch.v1.' || $1 "
                                         "ORDER BY feed_seq",
                                         {event})) {
      Payload payload;
      EXPECT_TRUE(payload.ParseFromString(data));
      answers.push_back(payload.by_organization());
    }
    return answers;
  }
};

/// Six teams of ten are named for thirty people: two accept, one accepts on a condition, one declines, one is silent.
TEST_F(StoryTest, FromAnIncidentToTeamsHomeAgain) {
  for (const char* team : {"a", "b", "c", "d", "e", "f"}) {
    AddTeam(team, 10);
  }
  const v1::Incident incident = MakeIncident();
  v1::ResourceRequest request = MakeRequest(incident, {Line(30)});
  const auto sent = SendOut(PlanOf(request, 0, {"a", "b", "c", "d", "e", "f"})).value();
  EXPECT_EQ(sent.offers_size(), 3);
  EXPECT_EQ(sent.resource_request().version(), 2);
  EXPECT_EQ(sent.resource_request().lines(0).asked(), 30);
  const auto offer = [&](const std::string& team) {
    return Texts("SELECT id FROM offer WHERE team_id = $1", {team}).at(0);
  };

  const v1::Offer accepted = Answer(Accepting(offer("a")), "a").value();
  EXPECT_EQ(accepted.state(), v1::OFFER_STATE_ACCEPTED);
  v1::AnswerOfferRequest condition = Accepting(offer("b"));
  condition.set_answer(v1::OFFER_ANSWER_PROVISIONAL);
  condition.set_condition("if the boat is repaired");
  EXPECT_EQ(Answer(condition, "b")->state(), v1::OFFER_STATE_PROVISIONAL);
  EXPECT_EQ(Answer(Declining(offer("c")), "c")->state(), v1::OFFER_STATE_DECLINED);
  Tick();
  EXPECT_THAT(OfferStates(),
              ElementsAre("a accepted", "b provisional", "c declined", "d invited", "e invited", "f invited"))
      << "the refusal was followed by the next wave";

  v1::ConfirmOfferRequest confirm;
  confirm.set_id(offer("b"));
  confirm.set_expected_version(2);
  ASSERT_OK(Invoke<v1::Offer>("ConfirmOffer", CityOperator(), confirm));
  ASSERT_OK(Answer(Accepting(offer("d")), "d"));
  EXPECT_THAT(OfferStates(),
              ElementsAre("a accepted", "b accepted", "c declined", "d accepted", "e stood_down", "f stood_down"));
  v1::GetRequestRequest get;
  get.set_id(request.id());
  request = Invoke<v1::ResourceRequest>("GetRequest", CityOperator(), get).value();
  EXPECT_EQ(request.lines(0).state(), v1::LINE_STATE_FILLED);
  EXPECT_EQ(request.lines(0).filled(), 30);
  get.clear_id();
  get.set_line_id(request.lines(0).id());
  EXPECT_EQ(Invoke<v1::ResourceRequest>("GetRequest", CityOperator(), get)->id(), request.id())
      << "by one of its lines";

  // Team a goes out and comes home.
  v1::GetAssignmentRequest get_assignment;
  get_assignment.set_id(accepted.assignment_id());
  v1::Assignment out = Invoke<v1::Assignment>("GetAssignment", ManagerOf("a"), get_assignment).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_MOBILIZING, ManagerOf("a")).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_EN_ROUTE, ManagerOf("a")).value();
  clock_.Advance(std::chrono::hours(10));
  out = OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", out.id(), 0, ManagerOf("a")).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_WORKING, ManagerOf("a")).value();
  v1::ReportSituationRequest report;
  report.mutable_report()->set_assignment_id(out.id());
  report.mutable_report()->set_text("forty people on roofs");
  ASSERT_OK(Invoke<v1::SituationReport>("ReportSituation", ManagerOf("a"), report));
  clock_.Advance(std::chrono::hours(6));
  out =
      OnAssignment<v1::Assignment, v1::ReleaseAssignmentRequest>("ReleaseAssignment", out.id(), out.version()).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_RETURNING, ManagerOf("a")).value();
  out = OnAssignment<v1::Assignment, v1::CheckOutRequest>("CheckOut", out.id(), 0, ManagerOf("a")).value();
  EXPECT_EQ(out.state(), v1::ASSIGNMENT_STATE_HOME);

  v1::CloseIncidentRequest close;
  close.set_id(incident.id());
  close.set_expected_version(incident.version());
  const auto closed = Invoke<v1::CloseIncidentResponse>("CloseIncident", CityOperator(), close).value();
  EXPECT_EQ(closed.released_assignments(), 2);
  EXPECT_THAT(Texts("SELECT team_id || ' ' || state FROM assignment ORDER BY team_id"),
              ElementsAre("a home", "b cancelled", "d cancelled"));
  EXPECT_EQ(Count("SELECT count(*) FROM booking WHERE active = 1"), 0);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(StoryTest, OffersAreListedByWaveTheNewestFirstAndWithinAWaveAsTheTeamsWereNamed) {
  std::vector<std::string> teams;
  for (char name = 'a'; name <= 'j'; ++name) {
    teams.emplace_back(1, name);
    AddTeam(teams.back(), 10);
  }
  const std::vector<v1::Offer> offers = AskFor(40, teams, /*wave_size=*/5);
  ASSERT_EQ(offers.size(), 5U);
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_OK(Answer(Declining(offers[0].id()), "a"));
  ASSERT_OK(Answer(Declining(offers[1].id()), "b"));
  Tick();
  std::vector<std::string> listed;
  v1::ListOffersRequest request;
  request.set_page_size(3);
  do {
    const auto page = Invoke<v1::ListOffersResponse>("ListOffers", CityOperator(), request).value();
    for (const v1::Offer& offer : page.offers()) {
      listed.push_back(std::to_string(offer.wave()) + offer.team_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(listed, ElementsAre("2f", "2g", "2h", "2i", "2j", "1a", "1b", "1c", "1d", "1e"));
}

TEST_F(StoryTest, EveryChangeHasOneAuditRecordAndTellsOfIt) {
  AddTeam("a", 10);
  const auto offers = AskFor(10, {"a"});
  ASSERT_OK(Answer(Accepting(offers[0].id()), "a"));
  EXPECT_THAT(Texts("SELECT action || ' ' || object_type || ' ' || object_version || ' ' || to_state FROM audit "
                    "WHERE action LIKE '%AnswerOffer' ORDER BY row_id"),
              ElementsAre("muster.dispatch.v1.DispatchService.AnswerOffer request_line 3 filled",
                          "muster.dispatch.v1.DispatchService.AnswerOffer offer 2 accepted",
                          "muster.dispatch.v1.DispatchService.AnswerOffer assignment 1 reserved"));
  EXPECT_THAT(Texts("SELECT type FROM outbox ORDER BY feed_seq"),
              ElementsAre("muster.dispatch.v1.IncidentOpened", "muster.dispatch.v1.RequestCreated",
                          "muster.dispatch.v1.RequestDispatched", "muster.dispatch.v1.LineChanged",
                          "muster.dispatch.v1.OfferInvited", "muster.dispatch.v1.LineFilled",
                          "muster.dispatch.v1.OfferAccepted", "muster.dispatch.v1.AssignmentReserved"));
  // Replaying the trail: every object's versions come one after the other, and each follows its predecessor's hash.
  EXPECT_EQ(
      Count("SELECT count(*) FROM audit later WHERE object_version > 1 AND NOT EXISTS (SELECT 1 FROM audit earlier "
            "WHERE earlier.object_id = later.object_id AND earlier.object_version = later.object_version - 1 AND "
            "earlier.after_hash = later.before_hash AND earlier.to_state = later.from_state)"),
      0);
  events::AuditLinker linker(*database_);
  ASSERT_OK(linker.Step(clock_.Now()));
  const events::AuditProof proof = events::VerifyAudit(*database_).value();
  EXPECT_TRUE(proof.intact);
  EXPECT_GT(proof.checked, 6);
}

TEST_F(StoryTest, EventsTellNothingThatPeopleWroteAndTheTrailNothingOfAnAnswer) {
  AddTeam("a", 10);
  const auto offers = AskFor(10, {"a"});
  v1::AnswerOfferRequest answer = Accepting(offers[0].id());
  answer.set_note("call Mr. Lu at 13812345678");
  answer.set_condition("secret-condition");
  answer.mutable_cover()->set_policy_number("secret-policy");
  answer.mutable_cover()->mutable_valid_until_time()->set_seconds(ToMicros(At(11)) / 1'000'000);
  const v1::Offer accepted = Answer(answer, "a").value();
  v1::GetAssignmentRequest get;
  get.set_id(accepted.assignment_id());
  v1::Assignment out = Invoke<v1::Assignment>("GetAssignment", CityOperator(), get).value();
  out = Advance(out, v1::ASSIGNMENT_STATE_MOBILIZING).value();
  ASSERT_OK(Advance(out, v1::ASSIGNMENT_STATE_EN_ROUTE, CityOperator(), "secret-illness of Mr. Lu"));
  ASSERT_EQ(Texts("SELECT note FROM offer").front(), "call Mr. Lu at 13812345678") << "it is kept where it belongs";
  std::vector<std::string> told = Texts("SELECT data FROM outbox");
  const std::vector<std::string> audited = Texts("SELECT note FROM audit WHERE action LIKE '%AnswerOffer'");
  ASSERT_FALSE(audited.empty());
  told.insert(told.end(), audited.begin(), audited.end());
  for (const std::string& data : told) {
    for (const char* words : {"Mr. Lu", "13812345678", "secret-"}) {
      EXPECT_EQ(data.find(words), std::string::npos) << words;
    }
  }
}

TEST_F(StoryTest, EventsTellWhetherTheOrganizationActedItself) {
  AddTeam("a", 10);
  AddTeam("b", 10);
  const auto offers = AskFor(20, {"a", "b"});
  const v1::Offer own = Answer(Accepting(offers[0].id()), "a").value();
  v1::AnswerOfferRequest by_radio = Accepting(offers[1].id());
  by_radio.set_answered_via(v1::ANSWERED_VIA_RADIO);
  const v1::Offer told = Invoke<v1::Offer>("AnswerOffer", CityOperator(), by_radio).value();
  for (const v1::Offer& offer : {own, told}) {
    v1::GetAssignmentRequest get;
    get.set_id(offer.assignment_id());
    const auto reserved = Invoke<v1::Assignment>("GetAssignment", CityOperator(), get).value();
    ASSERT_OK(
        Advance(reserved, v1::ASSIGNMENT_STATE_MOBILIZING, offer.id() == own.id() ? ManagerOf("a") : CityOperator()));
  }
  EXPECT_THAT(ByOrganization<v1::OfferEvent>("OfferInvited"), ElementsAre(false, false));
  EXPECT_THAT(ByOrganization<v1::OfferEvent>("OfferAccepted"), ElementsAre(true, false));
  EXPECT_THAT(ByOrganization<v1::AssignmentEvent>("AssignmentMobilizing"), ElementsAre(true, false));
}

TEST_F(StoryTest, ASilentTeamIsFollowedByTheNext) {
  for (const char* team : {"a", "b", "c"}) {
    AddTeam(team, 10);
  }
  AskFor(10, {"a", "b", "c"}, 1);
  EXPECT_THAT(OfferStates(), ElementsAre("a invited"));
  clock_.Advance(std::chrono::minutes(9));
  Tick();
  EXPECT_THAT(OfferStates(), ElementsAre("a invited"));
  clock_.Advance(std::chrono::minutes(1));
  Tick();
  Tick();
  EXPECT_THAT(OfferStates(), ElementsAre("a expired", "b invited"));
  EXPECT_THAT(Texts("SELECT DISTINCT actor || ' ' || action FROM audit WHERE action LIKE 'policy%' ORDER BY 1"),
              ElementsAre("system policy.expire_offer", "system policy.wave"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(StoryTest, ADeclaredStopHoldsTheWavesBack) {
  for (const char* team : {"a", "b"}) {
    AddTeam(team, 10);
  }
  const auto offers = AskFor(10, {"a", "b"}, 1);
  v1::SetWavePolicyRequest stop;
  stop.set_line_id(offers[0].line_id());
  stop.set_expected_version(2);
  stop.mutable_wave_policy()->set_stopped(true);
  ASSERT_OK(Invoke<v1::RequestLine>("SetWavePolicy", CityOperator(), stop));
  ASSERT_OK(Answer(Declining(offers[0].id()), "a"));
  Tick();
  EXPECT_THAT(OfferStates(), ElementsAre("a declined"));
  v1::GetWavePlanRequest plan;
  plan.set_line_id(offers[0].line_id());
  const auto held = Invoke<v1::GetWavePlanResponse>("GetWavePlan", CityOperator(), plan).value();
  EXPECT_THAT(std::vector<std::string>(held.waiting_team_ids().begin(), held.waiting_team_ids().end()),
              ElementsAre("b"));
  EXPECT_EQ(held.holding().en(), "An operator stopped further waves.");
  stop.set_expected_version(4);
  stop.mutable_wave_policy()->set_stopped(false);
  ASSERT_OK(Invoke<v1::RequestLine>("SetWavePolicy", CityOperator(), stop));
  Tick();
  EXPECT_THAT(OfferStates(), ElementsAre("a declined", "b invited"));
}

TEST_F(StoryTest, ALineWhoseTimeIsOverDoesNotHoldTheTimersUp) {
  for (const char* team : {"a", "b"}) {
    AddTeam(team, 10);
  }
  const auto offers = AskFor(10, {"a", "b"}, 1);
  // The refusal comes with the end of the work: a wave is noted and too late.
  ASSERT_OK(Answer(Declining(offers[0].id()), "a"));
  EXPECT_THAT(service_->queries().ShortLines(10).value(), SizeIs(1));
  clock_.Advance(std::chrono::hours(20));
  Tick();
  EXPECT_THAT(service_->queries().ShortLines(10).value(), IsEmpty());
  EXPECT_THAT(OfferStates(), ElementsAre("a declined"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(StoryTest, AStepThatChangesNothingWakesNobody) {
  std::atomic<int> commits = 0;
  database_->OnCommit([&] { ++commits; });
  service_->SendWave(RequestLineId("nothing"));
  Tick();
  EXPECT_EQ(commits, 0) << "or a timer that is woken by commits would wake itself for ever";
  MakeIncident();
  EXPECT_EQ(commits, 1);
}

TEST_F(StoryTest, AClockThatJumpsAheadEndsFewOffersAtATime) {
  std::vector<std::string> teams;
  for (int i = 0; i < 60; ++i) {
    teams.push_back("t" + std::to_string(100 + i));
    AddTeam(teams.back(), 5);
  }
  AskFor(300, teams);
  clock_.Jump(std::chrono::hours(1));
  Tick();
  EXPECT_EQ(Count("SELECT count(*) FROM offer WHERE state = 'expired'"), 50);
  Tick();
  EXPECT_EQ(Count("SELECT count(*) FROM offer WHERE state = 'expired'"), 50) << "within the same second";
  clock_.Advance(std::chrono::seconds(1));
  Tick();
  EXPECT_EQ(Count("SELECT count(*) FROM offer WHERE state = 'expired'"), 60);
}

TEST_F(StoryTest, AManyHeadedDispatchIsConfirmedWithTheSameRequest) {
  for (const char* team : {"a", "b", "c"}) {
    AddTeam(team, 200);
  }
  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(1000)});
  v1::DispatchRequest plan = PlanOf(request, 0, {"a", "b", "c"}, v1::DISPATCH_HOW_DIRECT);
  plan.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  const absl::Status asked = SendOut(plan).status();
  ASSERT_THAT(asked, HasReason(Reason::kConfirmRequired));
  EXPECT_EQ(GetErrorInfo(asked).metadata.at("count"), "600");
  const std::string token = GetErrorInfo(asked).metadata.at("confirm_token");

  v1::DispatchRequest other = plan;
  other.mutable_lines(0)->mutable_team_ids()->RemoveLast();
  other.mutable_lines(0)->add_team_ids("b2");
  AddTeam("b2", 200);
  other.set_confirm_token(token);
  EXPECT_THAT(SendOut(other), HasReason(Reason::kConfirmRequired)) << "it was given for another plan";
  plan.set_confirm_token(token);
  EXPECT_THAT(SendOut(plan, Someone(Role::kDistrictOperator, kDistrict)), HasReason(Reason::kConfirmRequired))
      << "it was given to another caller";
  clock_.Advance(std::chrono::seconds(121));
  EXPECT_THAT(SendOut(plan), HasReason(Reason::kConfirmRequired)) << "it is too old";
  plan.set_confirm_token(GetErrorInfo(SendOut(plan).status()).metadata.at("confirm_token"));
  EXPECT_EQ(SendOut(plan)->assignments_size(), 3);
  EXPECT_EQ(SendOut(plan)->assignments_size(), 3) << "repeated";
  EXPECT_EQ(Count("SELECT count(*) FROM assignment"), 3);
}

TEST_F(StoryTest, WhatWasAnsweredIsThereAfterARestart) {
  AddTeam("a", 10);
  const auto offers = AskFor(10, {"a"});
  ASSERT_OK(Answer(Accepting(offers[0].id()), "a"));
  const std::string before = Dump();
  Open();
  EXPECT_EQ(Dump(), before);
}

}  // namespace
}  // namespace muster::dispatch

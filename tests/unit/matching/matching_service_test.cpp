#include "services/matching/rpc/matching_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "muster/domain/reason.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_bus.h"
#include "tests/support/status_matchers.h"
#include "tests/support/wire.h"
#include "tests/unit/matching/fake_owners.h"
#include "tests/unit/matching/world.h"

namespace muster::matching {
namespace {

using muster::testing::ToTimestamp;
using muster::testing::ToWindow;
using ::testing::ElementsAre;
using testing::FakeOwners;
using ::testing::HasSubstr;
using testing::HoursFromNow;
using testing::HourWindow;
using ::testing::IsEmpty;
using testing::kNow;
using ::testing::SizeIs;

registry::v1::TeamProfile Profile(const std::string& id, double latitude, int headcount) {
  registry::v1::TeamProfile profile;
  profile.set_organization_state(registry::v1::ORGANIZATION_STATE_APPROVED);
  profile.set_organization_name("Organization of " + id);
  registry::v1::Team& team = *profile.mutable_team();
  team.set_id(id);
  team.set_version(1);
  team.set_name("Team " + id);
  team.set_organization_id("o-" + id);
  team.set_headcount(headcount);
  team.set_district_path("3205/320506");
  team.mutable_base_position()->set_latitude(latitude);
  team.mutable_base_position()->set_longitude(120.6);
  team.set_travel_mode(registry::v1::TRAVEL_MODE_VAN);
  *team.mutable_update_time() = ToTimestamp(HoursFromNow(-48));
  registry::v1::TeamCapability& held = *team.add_capabilities();
  held.set_capability("nursing");
  held.set_level(2);
  *held.mutable_valid_from_time() = ToTimestamp(HoursFromNow(-1000));
  *held.mutable_valid_until_time() = ToTimestamp(HoursFromNow(1000));
  return profile;
}

dispatch::v1::RequestLine Line(const std::string& id, int quantity) {
  dispatch::v1::RequestLine line;
  line.set_id(id);
  line.set_capability("nursing");
  line.set_quantity(quantity);
  line.set_unit(dispatch::v1::QUANTITY_UNIT_PEOPLE);
  line.set_state(dispatch::v1::LINE_STATE_OPEN);
  *line.add_windows() = ToWindow(HourWindow(10, 20));
  return line;
}

dispatch::v1::AssignmentEvent Assigned(const std::string& id, const std::string& team, const Window& window) {
  dispatch::v1::AssignmentEvent event;
  dispatch::v1::Assignment& assignment = *event.mutable_assignment();
  assignment.set_id(id);
  assignment.set_team_id(team);
  assignment.set_organization_id("o-" + team);
  assignment.set_mode(common::v1::MODE_REAL);
  *assignment.add_windows() = ToWindow(window);
  event.set_holds_team(true);
  return event;
}

dispatch::v1::AssignmentEvent Home(dispatch::v1::AssignmentEvent event, Time time) {
  event.set_holds_team(false);
  *event.mutable_assignment()->mutable_check_in()->mutable_time() = ToTimestamp(time - std::chrono::hours(1));
  *event.mutable_assignment()->mutable_update_time() = ToTimestamp(time);
  return event;
}

class MatchingServiceTest : public ::testing::Test {
 protected:
  MatchingServiceTest() {
    owners_.Register(table_);
    pipeline_ = std::make_unique<rpc::CallPipeline>(table_, TokenIsDistrict(), rpc::PipelineOptions(), clock_);
    peer_ = rpc::MakeLocalPeer(*pipeline_);
    Start();
    owners_.teams = {Profile("near", 31.31, 10), Profile("far", 31.60, 10), Profile("middle", 31.40, 30)};
    owners_.incidents["i1"].set_id("i1");
    owners_.incidents["i1"].set_mode(common::v1::MODE_REAL);
    owners_.incidents["i1"].mutable_position()->set_latitude(31.30);
    owners_.incidents["i1"].mutable_position()->set_longitude(120.60);
    dispatch::v1::ResourceRequest& request = owners_.requests["r1"];
    request.set_id("r1");
    request.set_version(7);
    request.set_incident_id("i1");
    *request.add_lines() = Line("l1", 10);
    *request.add_lines() = Line("l2", 25);
  }

  /// As after a restart: the same table serves a new, empty service.
  void Start() {
    service_ = std::make_unique<MatchingService>(MatchingService::Dependencies{
        *peer_, *peer_, owners_, bus_, signer_, clock_, [] { return std::string("service"); }});
    fresh_table_ = std::make_unique<rpc::MethodTable>();
    service_->Register(*fresh_table_);
    matching_pipeline_ =
        std::make_unique<rpc::CallPipeline>(*fresh_table_, TokenIsDistrict(), rpc::PipelineOptions(), clock_);
    matching_ = rpc::MakeLocalPeer(*matching_pipeline_);
  }

  /// A token is the name of the district whose operator calls, or "service".
  static rpc::Checks TokenIsDistrict() {
    rpc::Checks checks;
    checks.is_anonymous = [](const std::string&) { return false; };
    checks.authorize = [](const Principal&, const std::string&) { return absl::OkStatus(); };
    checks.authenticate = [](const std::string& token) -> absl::StatusOr<Principal> {
      Principal principal;
      principal.roles = {token == "service" ? Role::kService : Role::kDistrictOperator};
      principal.district_path = token == "service" ? "" : token;
      return principal;
    };
    return checks;
  }

  void Step(int times = 3) {
    for (int i = 0; i < times; ++i) {
      service_->Step(clock_.Now());
      clock_.Advance(std::chrono::seconds(3));
    }
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request,
                                const std::string& district = "3205") {
    const rpc::Call call = rpc::BackgroundCall(clock_, district, std::chrono::seconds(5));
    return rpc::CallUnaryBlocking<Response>(*matching_, "muster.matching.v1.MatchingService." + method, call, request);
  }
  absl::StatusOr<v1::RankTeamsResponse> Rank(const v1::RankTeamsRequest& request) {
    return Call<v1::RankTeamsResponse>("RankTeams", request);
  }
  absl::StatusOr<v1::RankTeamsResponse> RankLine(const std::string& line_id) {
    v1::RankTeamsRequest request;
    request.set_line_id(line_id);
    return Rank(request);
  }
  std::vector<std::string> RankedIds(const std::string& line_id) {
    std::vector<std::string> ids;
    const auto response = RankLine(line_id);
    EXPECT_OK(response);
    for (const v1::RankedTeam& team : response->teams()) {
      ids.push_back(team.team_id());
    }
    return ids;
  }
  static v1::RankTeamsRequest NeedInWords() {
    v1::RankTeamsRequest request;
    request.mutable_need()->set_capability("nursing");
    *request.mutable_need()->add_windows() = ToWindow(HourWindow(10, 20));
    request.mutable_need()->mutable_position()->set_latitude(31.30);
    request.mutable_need()->mutable_position()->set_longitude(120.60);
    return request;
  }

  muster::testing::FakeClock clock_{kNow};
  muster::testing::MemoryBus bus_;
  events::EventSigner signer_{std::string(32, 'k')};
  FakeOwners owners_{clock_};
  rpc::MethodTable table_;
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  std::unique_ptr<MatchingService> service_;
  std::unique_ptr<rpc::MethodTable> fresh_table_;
  std::unique_ptr<rpc::CallPipeline> matching_pipeline_;
  std::unique_ptr<rpc::Peer> matching_;
};

TEST_F(MatchingServiceTest, SaysSoUntilTheIndexIsLoaded) {
  owners_.registry_is_down = true;
  Step();
  EXPECT_FALSE(service_->feeder().IsReady());
  EXPECT_TRUE(HasReason(Rank(NeedInWords()).status(), Reason::kStoreBusy));
  owners_.registry_is_down = false;
  Step();
  EXPECT_TRUE(service_->feeder().IsReady());
  EXPECT_OK(Rank(NeedInWords()));
}

TEST_F(MatchingServiceTest, RanksForANeedInWords) {
  Step();
  v1::RankTeamsRequest request = NeedInWords();
  request.mutable_need()->set_people(10);
  const auto response = Rank(request);
  ASSERT_OK(response);
  ASSERT_THAT(response->teams(), SizeIs(3));
  const v1::RankedTeam& first = response->teams(0);
  EXPECT_EQ(first.team_id(), "near");
  EXPECT_EQ(first.team_name(), "Team near");
  EXPECT_EQ(first.organization_name(), "Organization of near");
  EXPECT_EQ(first.rank(), 1);
  EXPECT_EQ(first.headcount(), 10);
  EXPECT_EQ(first.level(), 2);
  EXPECT_NEAR(first.distance_m(), 1112, 2);
  EXPECT_GT(first.travel_seconds(), 480);
  EXPECT_THAT(first.explanation().en(), HasSubstr("No. 1"));
  EXPECT_THAT(first.explanation().zh(), HasSubstr("第1名"));
  double sum = 0;
  for (const v1::ScorePart& part : first.parts()) {
    sum += part.cost();
  }
  EXPECT_NEAR(sum, first.cost(), 1e-9);
  EXPECT_EQ(response->holders(), 3);
  EXPECT_EQ(response->eligible(), 3);
}

TEST_F(MatchingServiceTest, RanksForAStoredLineAsItsCaller) {
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("near", "middle", "far"));
  EXPECT_EQ(owners_.last_token, "3205");
  EXPECT_TRUE(HasReason(RankLine("unheard-of").status(), Reason::kNotFound));
}

TEST_F(MatchingServiceTest, ShowsOnlyTheTeamsOfTheCallersDistrict) {
  owners_.teams[0].mutable_team()->set_district_path("3205/320583");
  Step();
  const auto ranked = Call<v1::RankTeamsResponse>("RankTeams", NeedInWords(), "3205/320506");
  ASSERT_OK(ranked);
  EXPECT_THAT(ranked->teams(), SizeIs(2));
  v1::ExplainTeamRequest explain;
  explain.set_team_id("near");
  *explain.mutable_need() = NeedInWords().need();
  EXPECT_TRUE(
      HasReason(Call<v1::ExplainTeamResponse>("ExplainTeam", explain, "3205/320506").status(), Reason::kNotFound));
}

TEST_F(MatchingServiceTest, RefusesBadNeedsWithTheField) {
  Step();
  const auto field_of = [&](const v1::RankTeamsRequest& request) { return GetErrorInfo(Rank(request).status()).field; };
  v1::RankTeamsRequest request;
  EXPECT_EQ(field_of(request), "need");
  request = NeedInWords();
  request.set_line_id("l1");
  EXPECT_EQ(field_of(request), "need");
  request = NeedInWords();
  request.mutable_need()->clear_capability();
  EXPECT_EQ(field_of(request), "need.capability");
  request.mutable_need()->set_capability("nursin");
  EXPECT_EQ(field_of(request), "need.capability");
  EXPECT_EQ(GetErrorInfo(Rank(request).status()).metadata.at("nearest"), "nursing");
  v1::ExplainTeamRequest explain;
  explain.set_team_id("near");
  *explain.mutable_need() = request.need();
  EXPECT_EQ(GetErrorInfo(Call<v1::ExplainTeamResponse>("ExplainTeam", explain).status()).field, "need.capability");
  request = NeedInWords();
  request.mutable_need()->set_lowest_level(5);
  EXPECT_EQ(field_of(request), "need.lowest_level");
  request = NeedInWords();
  *request.mutable_need()->mutable_windows(0) = ToWindow(HourWindow(20, 10));
  EXPECT_EQ(field_of(request), "need.windows[0]");
  request = NeedInWords();
  request.mutable_need()->clear_windows();
  EXPECT_EQ(field_of(request), "need.windows");
  request = NeedInWords();
  request.mutable_need()->mutable_position()->set_latitude(200);
  EXPECT_THAT(field_of(request), HasSubstr("need.position"));
  request = NeedInWords();
  request.set_limit(201);
  EXPECT_EQ(field_of(request), "limit");
}

TEST_F(MatchingServiceTest, ExplainsWhereATeamStandsOrWhyItDoesNot) {
  *owners_.teams[2].mutable_team()->mutable_capabilities(0)->mutable_valid_until_time() = ToTimestamp(HoursFromNow(12));
  Step();
  v1::ExplainTeamRequest request;
  request.set_line_id("l1");
  request.set_team_id("far");
  const auto far = Call<v1::ExplainTeamResponse>("ExplainTeam", request);
  ASSERT_OK(far);
  EXPECT_TRUE(far->eligible());
  EXPECT_EQ(far->ranked().rank(), 2);
  request.set_team_id("middle");
  const auto middle = Call<v1::ExplainTeamResponse>("ExplainTeam", request);
  ASSERT_OK(middle);
  EXPECT_FALSE(middle->eligible());
  ASSERT_THAT(middle->failures(), SizeIs(1));
  EXPECT_EQ(middle->failures(0).rule(), "CAPABILITY_NOT_VALID");
  request.set_team_id("nobody");
  EXPECT_TRUE(HasReason(Call<v1::ExplainTeamResponse>("ExplainTeam", request).status(), Reason::kNotFound));
}

TEST_F(MatchingServiceTest, TellsWhichRulesKeepEveryTeamFromALine) {
  owners_.requests["r1"].mutable_lines(0)->set_lowest_level(1);
  owners_.teams[0].set_organization_state(registry::v1::ORGANIZATION_STATE_SUSPENDED);
  owners_.teams[2].mutable_team()->set_district_path("3301/330102");
  Step();
  const auto nobody = RankLine("l1");
  ASSERT_OK(nobody);
  EXPECT_THAT(nobody->teams(), IsEmpty());
  EXPECT_THAT(nobody->explanation().en(), HasSubstr("None of the 2 teams looked at can go"));
  EXPECT_THAT(nobody->explanation().zh(), HasSubstr("看过的2支队伍都不可派"));
  ASSERT_THAT(nobody->refusals(), SizeIs(2));
  const v1::RefusalCount& level = nobody->refusals(0);
  EXPECT_EQ(level.rule(), "LEVEL_TOO_LOW");
  EXPECT_EQ(level.teams(), 2);
  EXPECT_EQ(level.example_team_id(), "far") << "nothing else stands against it";
  EXPECT_EQ(level.example_team_name(), "Team far");
  EXPECT_EQ(level.text().en(), "level 2 where 1 or better is needed");
  EXPECT_EQ(nobody->refusals(1).rule(), "ORGANIZATION_STATE");
  EXPECT_EQ(nobody->refusals(1).teams(), 1);
  EXPECT_EQ(nobody->refusals(1).example_team_id(), "near");
  const auto somebody = RankLine("l2");
  ASSERT_OK(somebody);
  EXPECT_THAT(somebody->teams(), SizeIs(1));
  EXPECT_THAT(somebody->refusals(), IsEmpty());
  EXPECT_FALSE(somebody->has_explanation());
}

TEST_F(MatchingServiceTest, TellsWhyThereIsNoTeamAtAll) {
  dispatch::v1::RequestLine& line = *owners_.requests["r1"].mutable_lines(0);
  const auto told = [&](const std::string& district) {
    v1::RankTeamsRequest request;
    request.set_line_id("l1");
    return Call<v1::RankTeamsResponse>("RankTeams", request, district)->explanation().en();
  };
  Step();
  EXPECT_EQ(told("3301"), "None of the teams with this capability belongs to your district.");
  line.set_capability("diving");
  EXPECT_EQ(told("3205"), "No team holds this capability.");
  line.set_capability("divin");
  EXPECT_THAT(told("3205"), HasSubstr("the nearest is diving")) << "stored before codes were checked";
  owners_.incidents["i1"].set_mode(common::v1::MODE_DRILL);
  line.set_capability("nursing");
  EXPECT_EQ(told("3205"), "No team of your district is enrolled in this drill.");
}

TEST_F(MatchingServiceTest, APlanSaysWhichLineAsksForAnUnknownCapability) {
  owners_.requests["r1"].mutable_lines(0)->set_capability("nursin");
  Step();
  v1::PlanRequestRequest request;
  request.set_resource_request_id("r1");
  const auto plan = Call<v1::PlanRequestResponse>("PlanRequest", request);
  ASSERT_OK(plan);
  EXPECT_THAT(plan->lines(0).teams(), IsEmpty());
  EXPECT_EQ(plan->lines(1).short_(), 0) << "the other lines are planned";
  EXPECT_THAT(plan->explanation().en(), HasSubstr("No capability has the code \"nursin\"; the nearest is nursing"));
  EXPECT_THAT(plan->explanation().zh(), HasSubstr("最接近的是 nursing"));
}

TEST_F(MatchingServiceTest, PlansAllLinesWithoutUsingATeamTwice) {
  Step();
  v1::PlanRequestRequest request;
  request.set_resource_request_id("r1");
  const auto plan = Call<v1::PlanRequestResponse>("PlanRequest", request);
  ASSERT_OK(plan);
  EXPECT_EQ(plan->version(), 7);
  ASSERT_THAT(plan->lines(), SizeIs(2));
  EXPECT_EQ(plan->lines(0).line_id(), "l1");
  ASSERT_THAT(plan->lines(0).teams(), SizeIs(1));
  EXPECT_EQ(plan->lines(0).teams(0).team_id(), "near");
  ASSERT_THAT(plan->lines(1).teams(), SizeIs(1));
  EXPECT_EQ(plan->lines(1).teams(0).team_id(), "middle");
  EXPECT_EQ(plan->lines(1).planned(), 30);
  EXPECT_EQ(plan->lines(1).short_(), 0);
  ASSERT_THAT(plan->lines(0).reserves(), SizeIs(1));
  EXPECT_EQ(plan->lines(0).reserves(0).team_id(), "far");
  EXPECT_THAT(plan->explanation().en(), HasSubstr("every line is covered"));
}

TEST_F(MatchingServiceTest, PlansOnlyForWhatIsMissingAndAsksNobodyTwice) {
  owners_.requests["r1"].mutable_lines(1)->set_filled(20);
  owners_.requests["r1"].mutable_lines(0)->set_state(dispatch::v1::LINE_STATE_CANCELLED);
  for (const char* team : {"near", "middle"}) {
    dispatch::v1::Offer offer;
    offer.set_line_id("l2");
    offer.set_team_id(team);
    owners_.offers.push_back(offer);
  }
  Step();
  v1::PlanRequestRequest request;
  request.set_resource_request_id("r1");
  const auto plan = Call<v1::PlanRequestResponse>("PlanRequest", request);
  ASSERT_OK(plan);
  EXPECT_THAT(plan->lines(0).teams(), IsEmpty());
  ASSERT_THAT(plan->lines(1).teams(), SizeIs(1));
  EXPECT_EQ(plan->lines(1).teams(0).team_id(), "far");
}

TEST_F(MatchingServiceTest, SaysWhatStaysShort) {
  owners_.requests["r1"].mutable_lines(0)->set_priority(1);
  owners_.requests["r1"].mutable_lines(1)->set_quantity(200);
  Step();
  v1::PlanRequestRequest request;
  request.set_resource_request_id("r1");
  const auto plan = Call<v1::PlanRequestResponse>("PlanRequest", request);
  ASSERT_OK(plan);
  EXPECT_EQ(plan->lines(1).planned() + plan->lines(1).short_(), 200);
  EXPECT_THAT(plan->explanation().en(), HasSubstr("1 of the lines stay short"));
}

TEST_F(MatchingServiceTest, ADrillRanksOnlyTheTeamsEnrolledInIt) {
  owners_.incidents["i1"].set_mode(common::v1::MODE_DRILL);
  owners_.incidents["i1"].add_enrolled_team_ids("far");
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("far"));
}

TEST_F(MatchingServiceTest, ALinesOwnPositionGoesBeforeTheIncidents) {
  common::v1::Position& position = *owners_.requests["r1"].mutable_lines(0)->mutable_position();
  position.set_latitude(31.61);
  position.set_longitude(120.6);
  Step();
  EXPECT_EQ(RankedIds("l1").front(), "far");
}

TEST_F(MatchingServiceTest, FollowsTheRegistry) {
  Step();
  registry::v1::TeamEvent event;
  *event.mutable_team() = Profile("new", 31.301, 10);
  owners_.Say("registry", event);
  *event.mutable_team() = Profile("middle", 31.4, 30);
  event.mutable_team()->mutable_team()->set_disbanded(true);
  owners_.Say("registry", event);
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("new", "near", "far"));
}

TEST_F(MatchingServiceTest, TakesTheSnapshotAgainAfterAnImport) {
  Step();
  EXPECT_EQ(owners_.snapshots, 1);
  registry::v1::RegistryImportedEvent event;
  event.set_teams(1);
  for (int batch = 0; batch < 5; ++batch) {
    owners_.teams.push_back(Profile("imported-" + std::to_string(batch), 31.301, 5));
    owners_.Say("registry", event);
  }
  Step(4);
  EXPECT_THAT(RankedIds("l1"), SizeIs(8));
  EXPECT_EQ(owners_.snapshots, 2);
}

TEST_F(MatchingServiceTest, ABookedTeamIsLeftOutUntilItIsHomeAndRested) {
  const auto busy = Assigned("a1", "near", HourWindow(8, 12));
  owners_.Say("dispatch", busy);
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("near", "middle", "far")) << "the snapshot does not hold the booking";
  owners_.Say("dispatch", busy);
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("middle", "far"));
  owners_.Say("dispatch", Home(busy, HoursFromNow(9)));
  Step();
  EXPECT_THAT(RankedIds("l1"), ElementsAre("middle", "far")) << "home at 9 h, not rested at 10 h";
  owners_.requests["r1"].mutable_lines(0)->mutable_windows(0)->CopyFrom(ToWindow(HourWindow(20, 22)));
  EXPECT_EQ(RankedIds("l1").size(), 3U);
}

TEST_F(MatchingServiceTest, KnowsBookingsAndPastWorkAfterARestart) {
  const auto past = Assigned("a1", "near", HourWindow(-30, -20));
  owners_.Say("dispatch", past);
  owners_.Say("dispatch", Home(past, HoursFromNow(-20)));
  dispatch::v1::Booking booking;
  booking.set_team_id("far");
  booking.set_assignment_id("a2");
  booking.set_active(true);
  *booking.mutable_window() = ToWindow(HourWindow(15, 16));
  owners_.bookings.push_back(booking);
  Start();
  Step();
  EXPECT_TRUE(service_->feeder().IsHistoryKnown());
  EXPECT_THAT(RankedIds("l1"), ElementsAre("near", "middle"));
  const TeamWork work = service_->index().Read().Find(TeamId("near"))->WorkOf(Mode::kReal);
  EXPECT_EQ(work.last_work_end, HoursFromNow(-20));
  EXPECT_EQ(work.organization_recent_work, std::chrono::hours(10));
  EXPECT_TRUE(work.booked.empty());
}

TEST_F(MatchingServiceTest, AnEventThatTheSnapshotAlreadyHoldsDoesNotUndoIt) {
  registry::v1::TeamEvent old;
  *old.mutable_team() = Profile("near", 31.9, 10);
  owners_.Say("registry", old);
  Start();
  Step();
  EXPECT_EQ(RankedIds("l1").front(), "near");
}

}  // namespace
}  // namespace muster::matching

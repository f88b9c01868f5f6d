#include "services/dispatch/core/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Teams "a", "b", ... of some people each.
std::vector<TeamId> Teams(Briefing& briefing, int count, int people) {
  std::vector<TeamId> ids;
  for (int i = 0; i < count; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    briefing.Team(name, people);
    ids.emplace_back(name);
  }
  return ids;
}

DispatchPlan Plan(const Briefing& briefing, bool direct, const std::string& line, std::vector<TeamId> teams) {
  DispatchPlan plan;
  plan.request_id = briefing.request.id;
  plan.expected_version = briefing.request.version;
  plan.direct = direct;
  plan.lines = {{RequestLineId(line), std::move(teams), std::nullopt}};
  return plan;
}
DispatchPlan Invite(const Briefing& briefing, const std::string& line, std::vector<TeamId> teams) {
  return Plan(briefing, false, line, std::move(teams));
}
DispatchPlan Direct(const Briefing& briefing, const std::string& line, std::vector<TeamId> teams) {
  return Plan(briefing, true, line, std::move(teams));
}

std::vector<std::string> Asked(const DispatchChanges& changes) {
  std::vector<std::string> teams;
  for (const Changed<Offer>& offer : changes.offers) teams.push_back(offer.after.team_id.value());
  return teams;
}
std::vector<std::string> Waiting(const DispatchChanges& changes) {
  std::vector<std::string> teams;
  for (const Candidate& candidate : changes.new_candidates) teams.push_back(candidate.team_id.value());
  return teams;
}
std::vector<std::string> Booked(const DispatchChanges& changes) {
  std::vector<std::string> teams;
  for (const Changed<Booking>& booking : changes.bookings) teams.push_back(booking.after.subject_id);
  return teams;
}

// ---- by invitation

TEST(InviteTest, AsksWholeWavesUntilThoseAskedCouldFillTheLine) {
  Briefing briefing;
  briefing.Line("boats", 40);
  const auto teams = Teams(briefing, 9, 10);
  // Waves of three: 30 people could come after the first, so the second goes out too, and then 60 are asked.
  const DispatchChanges changes = briefing.Decide(Invite(briefing, "boats", teams)).value();
  EXPECT_THAT(Asked(changes), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_THAT(Waiting(changes), ElementsAre("g", "h", "i"));
  const RequestLine& line = changes.lines.at(0).after;
  EXPECT_EQ(line.asked, 60);
  EXPECT_EQ(line.waiting, 3);
  EXPECT_EQ(line.wave, 1);
  EXPECT_FALSE(line.needs_wave);
  EXPECT_EQ(line.state, LineState::kOpen) << "an invitation books nothing";
  EXPECT_EQ(line.filled, 0);
  EXPECT_TRUE(changes.bookings.empty());
  EXPECT_TRUE(changes.assignments.empty());
  EXPECT_EQ(changes.requests.at(0).after.version, 3);
  EXPECT_EQ(changes.requests.at(0).event, "RequestDispatched");
}

/// The teams of new offers and assignments as a list shows them: by falling id.
std::vector<std::string> Listed(const DispatchChanges& changes) {
  std::map<std::string, std::string, std::greater<>> by_id;
  for (const Changed<Offer>& offer : changes.offers) by_id[offer.after.id.value()] = offer.after.team_id.value();
  for (const auto& change : changes.assignments) by_id[change.after.id.value()] = change.after.team_id.value();
  std::vector<std::string> teams;
  for (const auto& [id, team] : by_id) teams.push_back(team);
  return teams;
}

TEST(InviteTest, ListsShowTheTeamsOfOneCommandInTheOrderInWhichTheyWereNamed) {
  Briefing briefing;
  briefing.Line("boats", 90);
  briefing.Line("divers", 30);
  const auto teams = Teams(briefing, 12, 10);
  DispatchPlan plan = Invite(briefing, "boats", {teams.begin(), teams.begin() + 9});
  plan.lines.push_back({RequestLineId("divers"), {teams.begin() + 9, teams.end()}, std::nullopt});
  const std::vector<std::string> named{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
  EXPECT_EQ(Listed(briefing.Decide(plan).value()), named);
  plan.direct = true;
  const DispatchChanges booked = briefing.Decide(plan).value();
  EXPECT_EQ(Listed(booked), named);
  ASSERT_EQ(booked.bookings.size(), booked.assignments.size());
  for (size_t i = 0; i < named.size(); ++i) {
    EXPECT_EQ(booked.bookings[i].after.assignment_id, booked.assignments[i].after.id);
    EXPECT_EQ(booked.bookings[i].after.subject_id, booked.assignments[i].after.team_id.value());
  }
}

TEST(InviteTest, AnOfferSaysWhatIsAskedAndUntilWhen) {
  Briefing briefing;
  briefing.Line("boats", 4);
  const auto teams = Teams(briefing, 1, 10);
  const DispatchChanges changes = briefing.Decide(Invite(briefing, "boats", teams)).value();
  const Offer& offer = changes.offers.at(0).after;
  EXPECT_EQ(offer.state, OfferState::kInvited);
  EXPECT_EQ(offer.count_asked, 4) << "not more than the line needs";
  EXPECT_EQ(offer.expire_time, kNow + std::chrono::seconds(600));
  EXPECT_EQ(offer.organization_id, OrganizationId("organization of a"));
  EXPECT_EQ(offer.incident_title, "Flood");
  EXPECT_EQ(offer.wave, 1);
  EXPECT_EQ(offer.version, 1);
  EXPECT_EQ(changes.offers[0].event, "OfferInvited");
}

TEST(InviteTest, AnOfferEndsWithTheWorkAtTheLatest) {
  Briefing briefing;
  RequestLine& line = briefing.Line("boats", 4);
  line.windows = {{kNow, kNow + std::chrono::seconds(60)}};
  const auto teams = Teams(briefing, 1, 10);
  EXPECT_EQ(briefing.Decide(Invite(briefing, "boats", teams))->offers.at(0).after.expire_time,
            kNow + std::chrono::seconds(60));
}

TEST(InviteTest, CountsTeamsWhereTheLineDoes) {
  Briefing briefing;
  briefing.Line("boats", 2).unit = QuantityUnit::kTeams;
  const auto teams = Teams(briefing, 5, 30);
  const DispatchChanges changes = briefing.Decide(Invite(briefing, "boats", teams)).value();
  EXPECT_THAT(Asked(changes), ElementsAre("a", "b", "c"));
  EXPECT_EQ(changes.lines.at(0).after.asked, 3);
  EXPECT_EQ(changes.offers.at(0).after.count_asked, 1);
}

TEST(InviteTest, APolicyOfTheCallHolds) {
  Briefing briefing;
  briefing.Line("boats", 10);
  DispatchPlan plan = Invite(briefing, "boats", Teams(briefing, 5, 10));
  plan.lines[0].policy = WavePolicy{1, 90, 0, true};
  const DispatchChanges changes = briefing.Decide(plan).value();
  EXPECT_THAT(Asked(changes), ElementsAre("a"));
  EXPECT_EQ(changes.offers.at(0).after.expire_time, kNow + std::chrono::seconds(90));
  EXPECT_TRUE(changes.lines.at(0).after.waves_stopped);
  plan.lines[0].policy = WavePolicy{0, -5, 0, false};
  EXPECT_EQ(GetErrorInfo(briefing.Decide(plan).status()).field, "lines[0].wave_policy.answer_seconds");
}

TEST(InviteTest, WaitsBehindThoseThatWaitAlreadyWhileEnoughAreAsked) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const auto teams = Teams(briefing, 4, 10);
  briefing.Invited("boats", "a");
  briefing.Waiting("boats", "b");
  const DispatchChanges changes = briefing.Decide(Invite(briefing, "boats", {teams[2], teams[3]})).value();
  EXPECT_THAT(Asked(changes), IsEmpty());
  ASSERT_EQ(changes.new_candidates.size(), 2U);
  EXPECT_EQ(changes.new_candidates[0].position, 1);
  EXPECT_EQ(changes.new_candidates[1].position, 2);
  EXPECT_EQ(changes.lines.at(0).after.waiting, 3);
  EXPECT_EQ(changes.lines.at(0).after.wave, 0) << "no wave went out";
}

TEST(InviteTest, NobodyIsAskedTwice) {
  Briefing briefing;
  briefing.Line("boats", 100);
  Teams(briefing, 5, 10);
  briefing.Invited("boats", "a");
  briefing.Waiting("boats", "b");
  briefing.Assigned("boats", "c", AssignmentState::kWorking);
  for (const char* name : {"a", "b", "c"}) {
    const absl::Status status = briefing.Decide(Invite(briefing, "boats", {TeamId("d"), TeamId(name)})).status();
    EXPECT_THAT(status, HasReason(Reason::kDuplicate)) << name;
    EXPECT_EQ(GetErrorInfo(status).field, "lines[0].team_ids[1]");
  }
  EXPECT_THAT(briefing.Decide(Invite(briefing, "boats", {TeamId("d"), TeamId("e"), TeamId("d")})),
              HasReason(Reason::kDuplicate));
}

TEST(InviteTest, ATeamThatDeclinedMayBeAskedAgain) {
  Briefing briefing;
  briefing.Line("boats", 10);
  Teams(briefing, 1, 10);
  briefing.Invited("boats", "a").state = OfferState::kDeclined;
  briefing.line("boats").asked = 0;
  EXPECT_THAT(Asked(briefing.Decide(Invite(briefing, "boats", {TeamId("a")})).value()), ElementsAre("a"));
}

TEST(InviteTest, NamesEveryRuleThatATeamBreaks) {
  Briefing briefing;
  briefing.Line("boats", 10).lowest_level = 1;
  TeamFacts& team = briefing.Team("a", 10).facts;
  team.organization_state = OrganizationState::kSuspended;
  team.available = {Hours(0, 5)};
  team.booked = {Hours(12, 13)};
  const absl::Status status = briefing.Decide(Invite(briefing, "boats", {TeamId("a")})).status();
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_EQ(info.field, "lines[0].team_ids[0]");
  EXPECT_EQ(info.metadata.at("rules"), "ORGANIZATION_STATE,LEVEL_TOO_LOW,NOT_AVAILABLE,BOOKED");
}

TEST(InviteTest, ATeamThatIsNotProjectedYetIsUnknown) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const absl::Status status = briefing.Decide(Invite(briefing, "boats", {TeamId("nobody")})).status();
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(status).metadata.at("rules"), "UNKNOWN_YET");
}

/// What a district's operator hears who names a team, without the team's own name in it.
std::string RefusalOf(Briefing& briefing, DispatchPlan plan, const std::string& team) {
  plan.lines[0].team_ids.emplace_back(team);
  const absl::Status status = briefing.Decide(plan, Someone(Role::kDistrictOperator, kDistrict)).status();
  const ErrorInfo info = GetErrorInfo(status);
  std::string text =
      std::string(RowOf(info.reason).name) + " " + info.field + " " + info.message_zh + " " + info.message_en;
  for (const auto& [key, value] : info.metadata) text += " " + key + "=" + value;
  for (size_t at = text.find(team); at != std::string::npos; at = text.find(team)) text.replace(at, team.size(), "*");
  return text;
}

TEST(DispatchPlanTest, ATeamOfAnotherDistrictLooksLikeOneThatDoesNotExist) {
  Briefing briefing;
  briefing.Line("boats", 10);
  ProjectedTeam& foreign = briefing.Team("team-abroad", 10);
  foreign.district_path = "3205/320585";
  foreign.facts.organization_state = OrganizationState::kSuspended;  // its standing is nobody's business here
  const auto teams = Teams(briefing, 3, 10);
  for (const DispatchPlan& plan : {Direct(briefing, "boats", {}), Invite(briefing, "boats", {}),
                                   Invite(briefing, "boats", teams)}) {  // the last: behind a wave that suffices
    const std::string refusal = RefusalOf(briefing, plan, "team-abroad");
    EXPECT_THAT(refusal, ::testing::HasSubstr("UNKNOWN_YET"));
    EXPECT_EQ(refusal, RefusalOf(briefing, plan, "team-nowhere"));
  }
}

TEST(DispatchPlanTest, AGrantOfTheIncidentShowsNoMoreTeams) {
  Briefing briefing;
  briefing.Line("boats", 20);
  briefing.Team("theirs", 10);
  briefing.Team("own", 10).district_path = "3205/320585";
  Principal helper = Someone(Role::kDistrictOperator, "3205/320585");
  helper.incident_grants = {{briefing.incident.id, At(1)}};
  EXPECT_OK(briefing.Decide(Direct(briefing, "boats", {TeamId("own")}), helper));
  EXPECT_THAT(briefing.Decide(Direct(briefing, "boats", {TeamId("theirs")}), helper), HasReason(Reason::kNotEligible));
}

TEST(DispatchPlanTest, TheCityDispatchesTeamsOfAllItsDistricts) {
  Briefing briefing;
  briefing.Line("boats", 10);
  briefing.Team("abroad", 10).district_path = "3205/320585";
  EXPECT_OK(briefing.Decide(Direct(briefing, "boats", {TeamId("abroad")})));
}

TEST(InviteTest, EveryShiftCounts) {
  Briefing briefing;
  briefing.Line("boats", 10).windows = {Hours(10, 20), Hours(34, 44)};
  briefing.Team("a", 10).facts.booked = {Hours(40, 41)};
  EXPECT_THAT(briefing.Decide(Invite(briefing, "boats", {TeamId("a")})), HasReason(Reason::kTeamOverlap));
}

TEST(InviteTest, ADrillReachesOnlyItsEnrolledTeams) {
  Briefing briefing;
  briefing.SetMode(Mode::kDrill);
  briefing.Line("boats", 10);
  Teams(briefing, 2, 10);
  briefing.incident.enrolled_team_ids = {TeamId("a")};
  EXPECT_OK(briefing.Decide(Invite(briefing, "boats", {TeamId("a")})));
  const absl::Status status = briefing.Decide(Invite(briefing, "boats", {TeamId("b")})).status();
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(status).metadata.at("rules"), "NOT_ENROLLED");
  briefing.incident.mode = Mode::kReal;
  EXPECT_OK(briefing.Decide(Invite(briefing, "boats", {TeamId("b")}))) << "enrolment concerns drills only";
}

TEST(InviteTest, IsAllOrNothing) {
  Briefing briefing;
  briefing.Line("boats", 10);
  briefing.Line("nurses", 10);
  Teams(briefing, 2, 10);
  briefing.Team("b", 10).facts.disbanded = true;
  DispatchPlan plan = Invite(briefing, "boats", {TeamId("a")});
  plan.lines.push_back({RequestLineId("nurses"), {TeamId("b")}, std::nullopt});
  const absl::Status status = briefing.Decide(plan).status();
  ASSERT_THAT(status, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(status).field, "lines[1].team_ids[0]");
}

TEST(InviteTest, ATeamMayBeAskedForTwoLinesAtTheSameTime) {
  Briefing briefing;
  briefing.Line("boats", 10);
  briefing.Line("nurses", 10);
  Teams(briefing, 1, 10);
  DispatchPlan plan = Invite(briefing, "boats", {TeamId("a")});
  plan.lines.push_back({RequestLineId("nurses"), {TeamId("a")}, std::nullopt});
  EXPECT_EQ(briefing.Decide(plan)->offers.size(), 2U) << "whichever it accepts first books it";
}

// ---- the shape of a call

TEST(DispatchPlanTest, RefusesACallThatMakesNoSense) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const auto teams = Teams(briefing, 1, 10);
  DispatchPlan empty = Invite(briefing, "boats", teams);
  empty.lines.clear();
  EXPECT_THAT(briefing.Decide(empty), HasReason(Reason::kInvalidField));
  EXPECT_THAT(briefing.Decide(Invite(briefing, "boats", {})), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(briefing.Decide(Invite(briefing, "boats", std::vector<TeamId>(501, teams[0]))),
              HasReason(Reason::kOutOfRange));
  EXPECT_THAT(briefing.Decide(Invite(briefing, "of another request", teams)), HasReason(Reason::kNotFound));
  DispatchPlan twice = Invite(briefing, "boats", teams);
  twice.lines.push_back(twice.lines[0]);
  EXPECT_THAT(briefing.Decide(twice), HasReason(Reason::kDuplicate));
  DispatchPlan stale = Invite(briefing, "boats", teams);
  stale.expected_version = 1;
  EXPECT_THAT(briefing.Decide(stale), HasReason(Reason::kVersionConflict));
}

TEST(DispatchPlanTest, RefusesWhatIsOver) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const auto teams = Teams(briefing, 1, 10);
  const DispatchPlan plan = Invite(briefing, "boats", teams);
  for (const LineState state : {LineState::kClosed, LineState::kCancelled}) {
    briefing.line("boats").state = state;
    EXPECT_THAT(briefing.Decide(plan), HasReason(Reason::kIllegalTransition));
  }
  briefing.line("boats").state = LineState::kOpen;
  briefing.request.cancelled = true;
  EXPECT_THAT(briefing.Decide(plan), HasReason(Reason::kIllegalTransition));
  briefing.request.cancelled = false;
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(briefing.Decide(plan), HasReason(Reason::kIllegalTransition));
}

TEST(DispatchPlanTest, IsNotFoundForThoseWhoDoNotCoverTheIncident) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const DispatchPlan plan = Invite(briefing, "boats", Teams(briefing, 1, 10));
  EXPECT_THAT(briefing.Decide(plan, Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(plan, ManagerOf("a")), HasReason(Reason::kNotFound));
  briefing.request.requester_organization_id = ManagerOf("a").organization_id;
  EXPECT_THAT(briefing.Decide(plan, ManagerOf("a")), HasReason(Reason::kNotFound)) << "who asks does not dispatch";
}

TEST(DispatchPlanTest, ManyPeopleNeedAConfirmation) {
  for (const bool direct : {false, true}) {
    Briefing briefing;
    briefing.Line("boats", 100'000);
    DispatchPlan plan = Plan(briefing, direct, "boats", Teams(briefing, 5, 100));
    int64_t asked_for = 0;
    plan.confirm = [&](int64_t people) {
      asked_for = people;
      return Error(Reason::kConfirmRequired);
    };
    EXPECT_OK(briefing.Decide(plan)) << "500 do not";
    EXPECT_EQ(asked_for, 0);
    briefing.Team("a", 101);
    EXPECT_THAT(briefing.Decide(plan), HasReason(Reason::kConfirmRequired));
    EXPECT_EQ(asked_for, 501);
    plan.confirm = [](int64_t) { return absl::OkStatus(); };
    EXPECT_OK(briefing.Decide(plan));
  }
}

// ---- directly

TEST(DirectTest, BooksAtOnce) {
  Briefing briefing;
  briefing.Line("boats", 25).windows = {Hours(10, 20), Hours(34, 44)};
  const DispatchChanges changes = briefing.Decide(Direct(briefing, "boats", Teams(briefing, 2, 10))).value();
  EXPECT_TRUE(changes.offers.empty());
  ASSERT_EQ(changes.assignments.size(), 2U);
  const Assignment& assignment = changes.assignments[0].after;
  EXPECT_EQ(assignment.state, AssignmentState::kReserved);
  EXPECT_EQ(assignment.headcount, 10);
  EXPECT_EQ(assignment.fills, 10);
  EXPECT_EQ(assignment.offer_id, OfferId());
  EXPECT_EQ(changes.assignments[0].event, "AssignmentReserved");
  EXPECT_THAT(Booked(changes), ElementsAre("a", "a", "b", "b")) << "one for each shift";
  const RequestLine& line = changes.lines.at(0).after;
  EXPECT_EQ(line.filled, 20);
  EXPECT_EQ(line.state, LineState::kPartlyFilled);
  EXPECT_EQ(changes.lines[0].event, "LineChanged");
}

TEST(DirectTest, TakesOnlyAsManyPeopleAsThereIsRoomFor) {
  Briefing briefing;
  briefing.Line("boats", 15);
  const DispatchChanges changes = briefing.Decide(Direct(briefing, "boats", Teams(briefing, 2, 10))).value();
  EXPECT_EQ(changes.assignments.at(1).after.headcount, 5);
  EXPECT_EQ(changes.assignments.at(1).after.fills, 5);
  EXPECT_EQ(changes.lines.at(0).after.state, LineState::kFilled);
  EXPECT_EQ(changes.lines.at(0).event, "LineFilled");
}

TEST(DirectTest, RefusesMoreTeamsThanTheToleranceAllows) {
  Briefing briefing;
  briefing.Line("boats", 20);
  const auto teams = Teams(briefing, 3, 10);
  const absl::Status status = briefing.Decide(Direct(briefing, "boats", teams)).status();
  ASSERT_THAT(status, HasReason(Reason::kOverAssigned));
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_EQ(info.field, "lines[0].team_ids[2]");
  EXPECT_EQ(info.metadata.at("requested"), "20");
  EXPECT_EQ(info.metadata.at("assigned"), "20");
  EXPECT_EQ(info.metadata.at("tolerance"), "0 %");
  briefing.line("boats").tolerance_percent = 50;
  EXPECT_EQ(briefing.Decide(Direct(briefing, "boats", teams))->lines.at(0).after.filled, 30);
}

TEST(DirectTest, AProvisionalAnswerKeepsItsPlace) {
  Briefing briefing;
  briefing.Line("boats", 20);
  const auto teams = Teams(briefing, 3, 10);
  briefing.Provisional("boats", "a", 10);
  EXPECT_THAT(briefing.Decide(Direct(briefing, "boats", {teams[1], teams[2]})), HasReason(Reason::kOverAssigned));
  EXPECT_EQ(briefing.Decide(Direct(briefing, "boats", {teams[1]}))->lines.at(0).after.filled, 10);
}

TEST(DirectTest, OneTeamIsNotBookedTwiceInOneCall) {
  Briefing briefing;
  briefing.Line("boats", 10);
  briefing.Line("nurses", 10).windows = {Hours(19, 24)};
  briefing.Line("later", 10).windows = {Hours(20, 24)};
  Teams(briefing, 1, 10);
  DispatchPlan plan = Direct(briefing, "boats", {TeamId("a")});
  plan.lines.push_back({RequestLineId("nurses"), {TeamId("a")}, std::nullopt});
  const absl::Status status = briefing.Decide(plan).status();
  ASSERT_THAT(status, HasReason(Reason::kTeamOverlap));
  EXPECT_EQ(GetErrorInfo(status).field, "lines[1].team_ids[0]");
  EXPECT_EQ(GetErrorInfo(status).metadata.at("start"), "2026-01-01T10:00:00.000000Z");
  plan.lines[1].line_id = RequestLineId("later");
  EXPECT_EQ(briefing.Decide(plan)->assignments.size(), 2U);
}

TEST(DirectTest, ABusyTeamIsToldWithItsTime) {
  Briefing briefing;
  briefing.Line("boats", 10);
  briefing.Team("a", 10).facts.booked = {Hours(1, 2), Hours(19, 21)};
  const absl::Status status = briefing.Decide(Direct(briefing, "boats", {TeamId("a")})).status();
  ASSERT_THAT(status, HasReason(Reason::kTeamOverlap));
  EXPECT_EQ(GetErrorInfo(status).metadata.at("start"), "2026-01-01T19:00:00.000000Z");
  EXPECT_EQ(GetErrorInfo(status).metadata.at("end"), "2026-01-01T21:00:00.000000Z");
}

TEST(DirectTest, StandsDownWhoWasAskedWhenTheLineIsFull) {
  Briefing briefing;
  briefing.Line("boats", 10);
  const auto teams = Teams(briefing, 3, 10);
  briefing.Invited("boats", "a");
  briefing.Provisional("boats", "b", 0);
  const DispatchChanges changes = briefing.Decide(Direct(briefing, "boats", {teams[2]})).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("a: stood_down"));
  EXPECT_EQ(changes.lines.at(0).after.asked, 0);
}

// ---- the next wave

TEST(SendWaveTest, AsksTheNextOnesByThePolicy) {
  Briefing briefing;
  briefing.Line("boats", 40).wave = 1;
  Teams(briefing, 6, 10);
  briefing.Invited("boats", "a");
  for (const char* name : {"b", "c", "d", "e", "f"}) briefing.Waiting("boats", name);
  const DispatchChanges changes = briefing.Decide(SendWave{RequestLineId("boats")}).value();
  EXPECT_THAT(Asked(changes), ElementsAre("b", "c", "d"));
  EXPECT_EQ(changes.used_candidates.size(), 3U);
  const RequestLine& line = changes.lines.at(0).after;
  EXPECT_EQ(line.wave, 2);
  EXPECT_EQ(line.asked, 40);
  EXPECT_EQ(line.waiting, 2);
  EXPECT_FALSE(line.needs_wave) << "those asked could fill it";
  EXPECT_EQ(changes.offers.at(0).after.wave, 2);
  EXPECT_NE(changes.note.find("wave 2"), std::string::npos);
}

TEST(SendWaveTest, PassesOverThoseWhoBecameIneligible) {
  Briefing briefing;
  briefing.Line("boats", 40);
  Teams(briefing, 5, 10);
  for (const char* name : {"a", "b", "c", "d", "e"}) briefing.Waiting("boats", name);
  briefing.Waiting("boats", "unknown");
  briefing.Team("a", 10).facts.disbanded = true;
  briefing.Team("c", 10).facts.booked = {Hours(12, 13)};
  const DispatchChanges changes = briefing.Decide(SendWave{RequestLineId("boats")}).value();
  EXPECT_THAT(Asked(changes), ElementsAre("b", "d", "e"));
  EXPECT_EQ(changes.used_candidates.size(), 5U);
  EXPECT_EQ(changes.lines.at(0).after.waiting, 1);
  EXPECT_TRUE(changes.lines.at(0).after.needs_wave);
}

TEST(SendWaveTest, NobodyIsAskedTwice) {
  Briefing briefing;
  briefing.Line("boats", 40);
  Teams(briefing, 3, 10);
  briefing.Invited("boats", "a").state = OfferState::kDeclined;
  briefing.line("boats").asked = 0;
  for (const char* name : {"a", "b"}) briefing.Waiting("boats", name);
  EXPECT_THAT(Asked(briefing.Decide(SendWave{RequestLineId("boats")}).value()), ElementsAre("b"));
}

TEST(SendWaveTest, SaysWhenNobodyIsLeft) {
  Briefing briefing;
  briefing.Line("boats", 40);
  Teams(briefing, 1, 10);
  briefing.Waiting("boats", "a");
  briefing.Team("a", 10).facts.disbanded = true;
  const DispatchChanges changes = briefing.Decide(SendWave{RequestLineId("boats")}).value();
  EXPECT_THAT(Asked(changes), IsEmpty());
  EXPECT_EQ(changes.lines.at(0).event, "LineShort");
  EXPECT_EQ(changes.lines.at(0).after.wave, 0) << "no wave went out";
}

TEST(SendWaveTest, DoesNothingWhenThePolicySaysSo) {
  Briefing briefing;
  briefing.Line("boats", 40);
  Teams(briefing, 1, 10);
  briefing.Waiting("boats", "a");
  const auto is_quiet = [&] { return briefing.Decide(SendWave{RequestLineId("boats")})->offers.empty(); };
  briefing.line("boats").waves_stopped = true;
  EXPECT_TRUE(is_quiet());
  briefing.line("boats").waves_stopped = false;
  briefing.line("boats").asked = 40;
  EXPECT_TRUE(is_quiet());
  briefing.line("boats").asked = 0;
  briefing.line("boats").held = 40;
  EXPECT_TRUE(is_quiet());
  briefing.line("boats").held = 0;
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_TRUE(is_quiet());
  briefing.incident.state = IncidentState::kActive;
  briefing.now = At(20);
  EXPECT_TRUE(is_quiet()) << "the work is over";
  briefing.now = kNow;
  EXPECT_FALSE(is_quiet());
}

TEST(SendWaveTest, ALineWhoseWorkIsOverIsNotLookedAtAgain) {
  Briefing briefing;
  briefing.Line("boats", 40);
  Teams(briefing, 1, 10);
  briefing.Waiting("boats", "a");
  ASSERT_TRUE(briefing.line("boats").needs_wave);
  briefing.now = At(20);
  const DispatchChanges changes = briefing.Decide(SendWave{RequestLineId("boats")}).value();
  ASSERT_EQ(changes.lines.size(), 1U);
  EXPECT_FALSE(changes.lines[0].after.needs_wave);
}

// ---- the counts of a line

TEST(LineFillingTest, CapacityIsTheQuantityAndItsTolerance) {
  RequestLine line;
  line.quantity = 10;
  EXPECT_EQ(Capacity(line), 10);
  line.tolerance_percent = 25;
  EXPECT_EQ(Capacity(line), 12) << "rounded down";
  line.quantity = 100'000;
  line.tolerance_percent = 100;
  EXPECT_EQ(Capacity(line), 200'000);
}

TEST(LineFillingTest, StateFollowsWhatIsFilled) {
  RequestLine line;
  line.quantity = 10;
  line.windows = {Hours(1, 2)};
  const std::pair<int, LineState> cases[] = {
      {0, LineState::kOpen}, {1, LineState::kPartlyFilled}, {10, LineState::kFilled}, {12, LineState::kFilled}};
  for (const auto& [filled, state] : cases) {
    line.filled = filled;
    Settle(line, kNow);
    EXPECT_EQ(line.state, state) << filled;
  }
  line.filled = 0;
  for (const LineState over : {LineState::kClosed, LineState::kCancelled}) {
    line.state = over;
    Settle(line, kNow);
    EXPECT_EQ(line.state, over);
  }
}

TEST(LineFillingTest, AWaveIsDueWhenEvenAllThoseAskedCouldNotFillTheLine) {
  RequestLine line;
  line.quantity = 10;
  line.waiting = 1;
  line.windows = {Hours(1, 2)};
  for (int filled = 0; filled <= 10; ++filled) {
    for (int held = 0; filled + held <= 10; ++held) {
      for (int asked = 0; asked <= 12; ++asked) {
        line.filled = filled, line.held = held, line.asked = asked;
        EXPECT_EQ(NeedsWave(line, kNow), filled + held + asked < 10) << filled << ' ' << held << ' ' << asked;
      }
    }
  }
}

}  // namespace
}  // namespace muster::dispatch

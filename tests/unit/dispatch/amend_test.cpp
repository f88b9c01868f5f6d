#include "services/dispatch/core/amend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// A change of "line", named by its paths.
AmendRequest Changing(const std::set<std::string>& paths, void (*set)(RequestLine&)) {
  AmendRequest command;
  LineAmendment amendment;
  amendment.line_id = RequestLineId("line");
  amendment.paths = paths;
  set(amendment.values);
  command.amendments = {amendment};
  return command;
}

AmendRequest Quantity(int quantity) {
  AmendRequest command = Changing({"quantity"}, [](RequestLine&) {});
  command.amendments[0].values.quantity = quantity;
  return command;
}

TEST(AmendTest, ChangesOnlyWhatIsNamed) {
  DeskBriefing briefing;
  briefing.Line("line", 10).priority = 2;
  AmendRequest command = Changing({"quantity", "instructions"}, [](RequestLine& line) {
    line.quantity = 12;
    line.priority = 1;
    line.instructions = "Bring boots";
  });
  command.reason = "two more";
  const DispatchChanges changes = briefing.Do(command).value();
  const RequestLine& after = changes.lines.at(0).after;
  EXPECT_EQ(after.quantity, 12);
  EXPECT_EQ(after.instructions, "Bring boots");
  EXPECT_EQ(after.priority, 2);
  EXPECT_EQ(after.version, 2);
  EXPECT_EQ(changes.requests.at(0).event, "RequestAmended");
  EXPECT_EQ(changes.requests.at(0).after.version, 3) << "a plan for the old lines no longer fits";
  EXPECT_EQ(changes.note, "two more");
}

TEST(AmendTest, ALineNeverAsksForLessThanItHas) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Team("a", 4);
  briefing.Team("b", 3);
  briefing.Assigned("line", "a", AssignmentState::kReserved);
  briefing.Provisional("line", "b", 3);
  EXPECT_THAT(briefing.Do(Quantity(6)), HasReason(Reason::kOverAssigned)) << "four are filled, three are held";
  const RequestLine after = briefing.LineAfter(briefing.Do(Quantity(7)).value(), "line");
  EXPECT_EQ(after.state, LineState::kPartlyFilled);
}

TEST(AmendTest, WhoIsNoLongerNeededIsStoodDown) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Team("a", 4);
  briefing.Team("b", 3);
  briefing.Assigned("line", "a", AssignmentState::kReserved);
  briefing.Invited("line", "b");
  const DispatchChanges changes = briefing.Do(Quantity(4)).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("b: stood_down"));
  EXPECT_EQ(briefing.LineAfter(changes, "line").state, LineState::kFilled);
  EXPECT_EQ(briefing.LineAfter(changes, "line").asked, 0);
}

TEST(AmendTest, TheTimeOfABookedTeamIsNotMovedUnderIt) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Team("a", 4);
  const AmendRequest later = Changing({"windows"}, [](RequestLine& line) { line.windows = {Hours(30, 40)}; });
  EXPECT_OK(briefing.Do(later)) << "nobody is booked yet";
  briefing.Invited("line", "a");
  EXPECT_EQ(GetErrorInfo(briefing.Do(later).status()).metadata["from"], "asked");
  briefing.offers.clear();
  briefing.line("line").asked = 0;
  briefing.Assigned("line", "a", AssignmentState::kReserved);
  const absl::Status refused = briefing.Do(later).status();
  EXPECT_THAT(refused, HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(GetErrorInfo(refused).field, "amendments[0].line.windows");
  EXPECT_OK(briefing.Do(Changing({"windows"}, [](RequestLine& line) { line.windows = {Hours(10, 20)}; })))
      << "the same times are no change";
}

TEST(AmendTest, ALineIsSplitInParts) {
  DeskBriefing briefing;
  RequestLine& line = briefing.Line("line", 10);
  line.must_haves = {"vehicle"};
  line.external_refs = {{"city", "7"}};
  briefing.Team("a", 3);
  briefing.Assigned("line", "a", AssignmentState::kReserved);
  AmendRequest command;
  command.amendments = {{RequestLineId("line"), {}, {}, false, {4, 2}}};
  const DispatchChanges changes = briefing.Do(command).value();
  ASSERT_THAT(changes.lines, SizeIs(3));
  std::vector<int> quantities;
  for (const Changed<RequestLine>& changed : changes.lines) {
    quantities.push_back(changed.after.quantity);
    if (!changed.before) {
      EXPECT_EQ(changed.after.split_from_id, RequestLineId("line"));
      EXPECT_EQ(changed.after.filled, 0);
      EXPECT_EQ(changed.after.state, LineState::kOpen);
      EXPECT_THAT(changed.after.must_haves, ElementsAre("vehicle"));
      EXPECT_TRUE(changed.after.external_refs.empty()) << "a name elsewhere stays with the line";
    }
  }
  EXPECT_THAT(quantities, ElementsAre(4, 2, 4)) << "what is left is three that are filled and one";
}

TEST(AmendTest, NoPartIsMoreThanWhatIsMissing) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Team("a", 7);
  briefing.Assigned("line", "a", AssignmentState::kReserved);
  const auto split = [&](std::vector<int> parts) {
    AmendRequest command;
    command.amendments = {{RequestLineId("line"), {}, {}, false, std::move(parts)}};
    return briefing.Do(command).status();
  };
  EXPECT_OK(split({3}));
  EXPECT_THAT(split({4}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(split({2, 2}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(split({0}), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(split({-1}), HasReason(Reason::kOutOfRange));
  briefing.assignments.clear();
  briefing.line("line").filled = 0;
  EXPECT_THAT(split({10}), HasReason(Reason::kOutOfRange)) << "one stays with the line";
}

TEST(AmendTest, ACancelledLineStandsDownWhomItAsked) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Line("other line", 10);
  briefing.Team("a", 3);
  briefing.Team("b", 3);
  briefing.Invited("line", "a");
  briefing.Invited("other line", "b");
  AmendRequest command;
  command.amendments = {{RequestLineId("line"), {}, {}, true, {}}};
  const DispatchChanges changes = briefing.Do(command).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("a: stood_down"));
  EXPECT_THAT(StatesOf(changes.lines), ElementsAre("line: cancelled"));
  EXPECT_EQ(changes.lines.at(0).after.asked, 0);
}

TEST(AmendTest, FurtherLinesComeBehindTheOthers) {
  DeskBriefing briefing;
  briefing.Line("line", 10).position_in_request = 4;
  AmendRequest command;
  RequestLine line;
  line.capability = kSkill;
  line.quantity = 3;
  line.windows = {Hours(1, 2)};
  command.new_lines = {line};
  command.policies = {WavePolicy()};
  const DispatchChanges changes = briefing.Do(command).value();
  const RequestLine& added = changes.lines.at(0).after;
  EXPECT_EQ(added.position_in_request, 5);
  EXPECT_EQ(added.resource_request_id, briefing.request.id);
  EXPECT_EQ(added.incident_id, briefing.incident.id);
  EXPECT_TRUE(added.location) << "the incident's";
  command.new_lines.assign(100, line);
  command.policies.assign(100, WavePolicy());
  EXPECT_THAT(briefing.Do(command), HasReason(Reason::kOutOfRange));
}

TEST(AmendTest, RefusesWhatCannotBeChanged) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  const auto nothing = [](RequestLine&) {};
  EXPECT_THAT(briefing.Do(AmendRequest()), HasReason(Reason::kInvalidField));
  EXPECT_THAT(briefing.Do(Changing({}, nothing)), HasReason(Reason::kInvalidField));
  EXPECT_THAT(briefing.Do(Changing({"capability"}, nothing)), HasReason(Reason::kReadOnlyField));
  EXPECT_THAT(briefing.Do(Changing({"filled"}, nothing)), HasReason(Reason::kReadOnlyField));
  EXPECT_THAT(briefing.Do(Changing({"colour"}, nothing)), HasReason(Reason::kUnknownField));
  EXPECT_THAT(briefing.Do(Quantity(0)), HasReason(Reason::kOutOfRange));
  AmendRequest twice = Quantity(5);
  twice.amendments.push_back(twice.amendments[0]);
  EXPECT_THAT(briefing.Do(twice), HasReason(Reason::kDuplicate));
  AmendRequest unknown = Quantity(5);
  unknown.amendments[0].line_id = RequestLineId("nothing");
  EXPECT_THAT(briefing.Do(unknown), HasReason(Reason::kNotFound));
  briefing.line("line").state = LineState::kCancelled;
  EXPECT_THAT(briefing.Do(Quantity(5)), HasReason(Reason::kIllegalTransition));
}

TEST(AmendTest, WhoAskedAmendsUntilTheDeskTookItOn) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Line("line", 10);
  EXPECT_OK(briefing.Do(Quantity(5), School()));
  EXPECT_THAT(briefing.Do(Quantity(5), Stranger()), HasReason(Reason::kNotFound));
  briefing.request.state = RequestState::kAccepted;
  EXPECT_THAT(briefing.Do(Quantity(5), School()), HasReason(Reason::kForbidden));
  EXPECT_OK(briefing.Do(Quantity(5), DistrictOperator()));
  briefing.request.state = RequestState::kMerged;
  EXPECT_THAT(briefing.Do(Quantity(5)), HasReason(Reason::kIllegalTransition));
}

TEST(AmendTest, AnOldShiftIsNoReasonToRefuseAnotherChange) {
  DeskBriefing briefing;
  briefing.Line("line", 10).windows = {Hours(-5, 1)};
  briefing.now = At(2);
  EXPECT_OK(briefing.Do(Quantity(5)));
}

}  // namespace
}  // namespace muster::dispatch

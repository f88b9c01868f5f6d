#include "muster/domain/states.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "muster/domain/reason.h"
#include "tests/support/status_matchers.h"

namespace muster {
namespace {

using muster::testing::HasReason;

/// A state and where it may go, as people write it: "reserved > mobilizing, cancelled".
using Rows = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  return words;
}

/// The machine allows exactly what `rows` say, and a refusal tells what is allowed.
template <class State>
void ExpectTable(const std::string& object, const Rows& rows) {
  ASSERT_EQ(MachineOf<State>().object, object);
  ASSERT_EQ(MachineOf<State>().names.size(), rows.size());
  for (size_t from = 0; from < rows.size(); ++from) {
    ASSERT_EQ(Name(static_cast<State>(from)), rows[from].first);
    const std::vector<std::string> allowed = Split(rows[from].second);
    const std::set<std::string> allowed_set(allowed.begin(), allowed.end());
    for (size_t to = 0; to < rows.size(); ++to) {
      const absl::Status checked = CheckMove(static_cast<State>(from), static_cast<State>(to));
      const std::string move = object + ": " + rows[from].first + " > " + rows[to].first;
      EXPECT_EQ(IsLegalMove(static_cast<State>(from), static_cast<State>(to)), checked.ok()) << move;
      if (allowed_set.contains(rows[to].first)) {
        EXPECT_OK(checked) << move;
        continue;
      }
      ASSERT_THAT(checked, HasReason(Reason::kIllegalTransition)) << move;
      const ErrorInfo info = GetErrorInfo(checked);
      EXPECT_EQ(info.field, object);
      EXPECT_EQ(info.metadata.at("from"), rows[from].first) << move;
      EXPECT_EQ(info.metadata.at("to"), rows[to].first) << move;
      std::string told = info.metadata.at("allowed");
      for (char& c : told) {
        c = c == ',' ? ' ' : c;
      }
      const std::vector<std::string> words = Split(told);
      EXPECT_EQ(std::set<std::string>(words.begin(), words.end()),
                allowed.empty() ? std::set<std::string>{"none"} : allowed_set)
          << move;
    }
  }
}

TEST(StatesTest, AnAssignmentGoesOutAndComesHome) {
  ExpectTable<AssignmentState>("assignment", {{"reserved", "mobilizing cancelled no_show"},
                                              {"mobilizing", "en_route cancelled no_show recalled"},
                                              {"en_route", "on_scene no_show recalled"},
                                              {"on_scene", "working released recalled"},
                                              {"working", "released recalled"},
                                              {"released", "returning"},
                                              {"returning", "home"},
                                              {"home", ""},
                                              {"cancelled", ""},
                                              {"no_show", ""},
                                              {"recalled", "returning"}});
}

TEST(StatesTest, AnOfferIsAnsweredOnce) {
  ExpectTable<OfferState>("offer", {{"invited", "accepted provisional declined expired withdrawn stood_down"},
                                    {"accepted", "withdrawn"},
                                    {"provisional", "accepted declined expired withdrawn stood_down"},
                                    {"declined", ""},
                                    {"expired", ""},
                                    {"withdrawn", ""},
                                    {"stood_down", ""}});
}

TEST(StatesTest, ALineFollowsItsCountsUntilItIsOver) {
  ExpectTable<LineState>("request_line", {{"open", "partly_filled filled closed cancelled"},
                                          {"partly_filled", "open filled closed cancelled"},
                                          {"filled", "open partly_filled closed cancelled"},
                                          {"closed", ""},
                                          {"cancelled", ""}});
}

TEST(StatesTest, AnIncidentMayFlareUpAgainUntilItIsClosed) {
  ExpectTable<IncidentState>("incident", {{"pre_alert", "active closed"},
                                          {"active", "standing_down closed"},
                                          {"standing_down", "active closed"},
                                          {"closed", ""}});
}

TEST(StatesTest, ADeliveryMayFailAndStillArrive) {
  ExpectTable<DeliveryState>("delivery", {{"queued", "sent delivered read failed"},
                                          {"sent", "delivered read failed"},
                                          {"delivered", "read"},
                                          {"read", ""},
                                          {"failed", "delivered read"}});
}

TEST(StatesTest, AnOrganizationIsReviewedBeforeItIsApproved) {
  ExpectTable<OrganizationState>("organization", {{"draft", "submitted withdrawn"},
                                                  {"submitted", "under_review draft withdrawn"},
                                                  {"under_review", "approved draft withdrawn"},
                                                  {"approved", "suspended revoked withdrawn"},
                                                  {"suspended", "approved revoked withdrawn"},
                                                  {"revoked", ""},
                                                  {"withdrawn", ""}});
}

TEST(StatesTest, ACertificateIsVouchedForAndRevokedOnce) {
  ExpectTable<CertificateState>("certificate",
                                {{"unverified", "verified revoked"}, {"verified", "revoked"}, {"revoked", ""}});
}

TEST(StatesTest, AMembershipIsAnsweredOnceAndEndsOnce) {
  ExpectTable<MembershipState>(
      "membership", {{"asked", "accepted declined left"}, {"accepted", "left"}, {"declined", ""}, {"left", ""}});
}

TEST(StatesTest, ARecruitmentIsOpenUntilItIsClosed) {
  ExpectTable<RecruitmentState>("recruitment", {{"open", "closed"}, {"closed", ""}});
}

TEST(StatesTest, AnApplicationMayBeTakenBackAlsoWhenItHasAPlace) {
  ExpectTable<ApplicationState>(
      "application",
      {{"applied", "accepted declined withdrawn"}, {"accepted", "withdrawn"}, {"declined", ""}, {"withdrawn", ""}});
}

TEST(StatesTest, ARequestIsTriagedAndEndsInOneWay) {
  ExpectTable<RequestState>("resource_request", {{"submitted", "accepted merged refused cancelled"},
                                                 {"accepted", "merged cancelled closed"},
                                                 {"merged", ""},
                                                 {"refused", ""},
                                                 {"cancelled", ""},
                                                 {"closed", ""}});
}

TEST(StatesTest, HelpThatNobodyAskedForIsAnswered) {
  ExpectTable<HelpState>("help", {{"offered", "matched standby thanked withdrawn"},
                                  {"matched", ""},
                                  {"standby", "matched thanked withdrawn"},
                                  {"thanked", ""},
                                  {"withdrawn", ""}});
}

TEST(StatesTest, NamesAreReadBackAndOthersAreUnknown) {
  for (size_t i = 0; i < MachineOf<AssignmentState>().names.size(); ++i) {
    const auto state = static_cast<AssignmentState>(i);
    EXPECT_EQ(StateFromName<AssignmentState>(Name(state)), state);
  }
  for (const std::string name : {"", "Home", "home ", "on scene", "accepted"}) {
    EXPECT_EQ(StateFromName<AssignmentState>(name), std::nullopt) << name;
  }
}

TEST(StatesTest, AnAssignmentHoldsItsTeamUntilItIsHomeOrCalledOff) {
  const std::set<std::string_view> over{"home", "cancelled", "no_show"};
  for (size_t i = 0; i < MachineOf<AssignmentState>().names.size(); ++i) {
    const auto state = static_cast<AssignmentState>(i);
    EXPECT_EQ(IsActive(state), !over.contains(Name(state))) << Name(state);
    // What is over stays over: nothing leads out of it.
    for (const auto& move : MachineOf<AssignmentState>().moves) {
      EXPECT_FALSE(over.contains(Name(move.from))) << Name(move.from) << " > " << Name(move.to);
    }
  }
}

TEST(StatesTest, AnOfferIsOpenWhileItWaitsForSomebody) {
  const std::set<std::string_view> open{"invited", "provisional"};
  for (size_t i = 0; i < MachineOf<OfferState>().names.size(); ++i) {
    const auto state = static_cast<OfferState>(i);
    EXPECT_EQ(IsOpen(state), open.contains(Name(state))) << Name(state);
  }
}

/// Every state of a machine can be reached from its first one.
template <class State>
void ExpectAllReachable() {
  std::set<State> reached{State{}};
  for (size_t round = 0; round < MachineOf<State>().names.size(); ++round) {
    for (const auto& move : MachineOf<State>().moves) {
      if (reached.contains(move.from)) {
        reached.insert(move.to);
      }
    }
  }
  EXPECT_EQ(reached.size(), MachineOf<State>().names.size()) << MachineOf<State>().object;
}

TEST(StatesTest, EveryStateCanBeReached) {
  ExpectAllReachable<AssignmentState>();
  ExpectAllReachable<OfferState>();
  ExpectAllReachable<LineState>();
  ExpectAllReachable<IncidentState>();
  ExpectAllReachable<DeliveryState>();
  ExpectAllReachable<OrganizationState>();
  ExpectAllReachable<CertificateState>();
  ExpectAllReachable<MembershipState>();
  ExpectAllReachable<RecruitmentState>();
  ExpectAllReachable<ApplicationState>();
}

}  // namespace
}  // namespace muster

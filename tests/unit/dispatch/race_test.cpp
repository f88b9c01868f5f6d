// Two hundred clients at once: one winner, the others are told why, and the sums are right.

#include <gmock/gmock.h>

#include <map>

#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr int kClients = 200;

class TwoHundredTest : public DispatchFixture {
 protected:
  using Outcomes = std::map<std::string, int>;
  using Pending = std::future<absl::StatusOr<v1::Offer>>;

  /// Teams of one, in order.
  std::vector<std::string> Teams(int count) {
    std::vector<std::string> teams;
    for (int i = 0; i < count; ++i) {
      teams.push_back("team " + std::to_string(1000 + i));
      AddTeam(teams.back(), 1);
    }
    return teams;
  }

  /// A line for 150 people, for which two hundred teams of one were asked.
  v1::DispatchResponse AskTwoHundred() {
    v1::RequestLine line = Line(150);
    line.mutable_wave_policy()->set_wave_size(100);
    const auto sent = SendOut(PlanOf(MakeRequest(MakeIncident(), {line}), 0, Teams(kClients))).value();
    EXPECT_EQ(sent.offers_size(), kClients);
    return sent;
  }

  Pending StartAccepting(const v1::Offer& offer) {
    return Start<v1::Offer>("AnswerOffer", ManagerOf(offer.team_id()), Accepting(offer.id()));
  }

  /// "OK", or the reason, by how many were told so.
  static Outcomes Await(std::vector<Pending>& answers) {
    Outcomes outcomes;
    for (Pending& answer : answers) {
      const auto got = answer.get();
      ++outcomes[got.ok() ? "OK" : std::string(RowOf(GetErrorInfo(got.status()).reason).name)];
    }
    return outcomes;
  }

  /// All accept; before the one with this number somebody sends `other`.
  template <class Other>
  Outcomes AcceptAround(const v1::DispatchResponse& sent, int number, Other other) {
    std::vector<Pending> answers;
    for (int i = 0; i < sent.offers_size(); ++i) {
      if (i == number) {
        other();
      }
      answers.push_back(StartAccepting(sent.offers(i)));
    }
    if (number == sent.offers_size()) {
      other();
    }
    return Await(answers);
  }

  void UndoAt(int number) {
    const auto sent = AskTwoHundred();
    v1::WithdrawDispatchRequest undo;
    undo.set_dispatch_id(sent.dispatch_id());
    std::future<absl::StatusOr<v1::WithdrawDispatchResponse>> undone;
    Outcomes outcomes = AcceptAround(
        sent, number, [&] { undone = Start<v1::WithdrawDispatchResponse>("WithdrawDispatch", CityOperator(), undo); });
    const auto back = undone.get().value();
    EXPECT_EQ(back.ended_assignments(), outcomes["OK"]);
    EXPECT_EQ(Count("SELECT count(*) FROM assignment WHERE state = 'cancelled'"), outcomes["OK"]);
    EXPECT_EQ(Count("SELECT count(*) FROM assignment WHERE state <> 'cancelled'"), 0);
    EXPECT_EQ(Count("SELECT count(*) FROM booking WHERE active = 1"), 0);
    EXPECT_EQ(Count("SELECT count(*) FROM offer WHERE state IN ('invited', 'provisional', 'accepted')"), 0);
    EXPECT_EQ(Count("SELECT filled + held + asked + waiting FROM request_line"), 0);
    EXPECT_EQ(outcomes["OK"] + outcomes["ILLEGAL_TRANSITION"] + outcomes["LINE_FULL"], kClients);
    outcomes_ = outcomes;
    EXPECT_THAT(Violations(), IsEmpty());
  }

  Outcomes outcomes_;
};

TEST_F(TwoHundredTest, AcceptForOneTeamAndOneGetsIt) {
  AddTeam("a", 4);  // a hundred times are fewer people than take a confirmation
  std::vector<v1::Offer> offers;
  for (int part = 0; part < 2; ++part) {  // a request has at most a hundred lines
    const v1::ResourceRequest request =
        MakeRequest(MakeIncident(), std::vector<v1::RequestLine>(kClients / 2, Line(4)));
    v1::DispatchRequest plan = PlanOf(request, 0, {"a"});
    for (int i = 1; i < request.lines_size(); ++i) {
      *plan.add_lines() = PlanOf(request, i, {"a"}).lines(0);
    }
    const auto asked = SendOut(plan);
    ASSERT_OK(asked);
    offers.insert(offers.end(), asked->offers().begin(), asked->offers().end());
  }
  ASSERT_EQ(offers.size(), static_cast<size_t>(kClients));
  std::vector<Pending> answers;
  for (const v1::Offer& offer : offers) {
    answers.push_back(StartAccepting(offer));
  }
  EXPECT_THAT(Await(answers), UnorderedElementsAre(Pair("OK", 1), Pair("TEAM_OVERLAP", kClients - 1)));
  EXPECT_EQ(Count("SELECT count(*) FROM booking WHERE active = 1"), 1);
  EXPECT_EQ(Count("SELECT sum(filled) FROM request_line"), 4);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TwoHundredTest, BookOneTeamDirectlyAndOneGetsIt) {
  AddTeam("a", 10);
  std::vector<std::future<absl::StatusOr<v1::DispatchResponse>>> answers;
  const v1::Incident incident = MakeIncident();
  std::vector<v1::DispatchRequest> plans;
  for (int i = 0; i < kClients; ++i) {
    plans.push_back(PlanOf(MakeRequest(incident, {Line(10)}), 0, {"a"}, v1::DISPATCH_HOW_DIRECT));
  }
  for (const v1::DispatchRequest& plan : plans) {
    answers.push_back(Start<v1::DispatchResponse>("Dispatch", CityOperator(), plan));
  }
  Outcomes outcomes;
  for (auto& answer : answers) {
    const auto got = answer.get();
    ++outcomes[got.ok() ? "OK" : std::string(RowOf(GetErrorInfo(got.status()).reason).name)];
  }
  EXPECT_THAT(outcomes, UnorderedElementsAre(Pair("OK", 1), Pair("TEAM_OVERLAP", kClients - 1)));
  EXPECT_EQ(Count("SELECT count(*) FROM dispatch"), 1) << "what is refused leaves nothing";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TwoHundredTest, AcceptForTheLastPlaceOfALineAndOneGetsIt) {
  const auto sent = AskTwoHundred();
  AddTeam("most of them", 149);
  ASSERT_OK(SendOut(PlanOf(sent.resource_request(), 0, {"most of them"}, v1::DISPATCH_HOW_DIRECT)));
  EXPECT_THAT(AcceptAround(sent, -1, [] {}), UnorderedElementsAre(Pair("OK", 1), Pair("LINE_FULL", kClients - 1)));
  EXPECT_THAT(Texts("SELECT state || ' ' || filled || ' ' || asked FROM request_line"), ElementsAre("filled 150 0"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TwoHundredTest, AcceptAgainstACancellationAndWhoWasBeforeItIsBooked) {
  for (const int number : {0, 50, kClients}) {
    const auto sent = AskTwoHundred();
    v1::CancelRequestRequest cancel;
    cancel.set_id(sent.resource_request().id());
    cancel.set_expected_version(sent.resource_request().version());
    std::future<absl::StatusOr<v1::ResourceRequest>> cancelled;
    Outcomes outcomes = AcceptAround(
        sent, number, [&] { cancelled = Start<v1::ResourceRequest>("CancelRequest", CityOperator(), cancel); });
    ASSERT_OK(cancelled.get());
    EXPECT_EQ(outcomes["OK"] + outcomes["ILLEGAL_TRANSITION"] + outcomes["LINE_FULL"], kClients);
    EXPECT_EQ(outcomes["LINE_FULL"], number == kClients ? 50 : 0) << "all places were taken before";
    EXPECT_EQ(outcomes["OK"], std::min(number, 150)) << "calls run in the order in which they came";
    const v1::RequestLine before = sent.resource_request().lines(0);
    EXPECT_THAT(Texts("SELECT state || ' ' || filled || ' ' || asked FROM request_line WHERE id = $1", {before.id()}),
                ElementsAre("cancelled " + std::to_string(outcomes["OK"]) + " 0"));
    EXPECT_THAT(Violations(), IsEmpty());
    v1::WithdrawDispatchRequest undo;  // the teams are free for the next round
    undo.set_dispatch_id(sent.dispatch_id());
    ASSERT_OK(Invoke<v1::WithdrawDispatchResponse>("WithdrawDispatch", CityOperator(), undo));
    EXPECT_THAT(Violations(), IsEmpty());
  }
}

TEST_F(TwoHundredTest, AcceptAfterAnUndoAndAllAreRefused) {
  UndoAt(0);
  EXPECT_EQ(outcomes_["OK"], 0);
  EXPECT_EQ(outcomes_["ILLEGAL_TRANSITION"], kClients);
}

TEST_F(TwoHundredTest, AcceptAroundAnUndoAndThoseBeforeItAreCalledOff) {
  UndoAt(50);
  EXPECT_EQ(outcomes_["OK"], 50);
}

TEST_F(TwoHundredTest, AcceptBeforeAnUndoAndAllWhoGotAPlaceAreCalledOff) {
  UndoAt(kClients);
  EXPECT_EQ(outcomes_["OK"], 150);
  EXPECT_EQ(outcomes_["LINE_FULL"], kClients - 150);
}

}  // namespace
}  // namespace muster::dispatch

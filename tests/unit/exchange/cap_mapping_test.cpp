#include "services/exchange/core/cap_mapping.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "muster/domain/reason.h"
#include "services/exchange/core/cap_reader.h"
#include "services/exchange/core/cap_time.h"
#include "tests/unit/exchange/cap_text.h"

namespace muster::exchange {
namespace {

constexpr char kSender[] = "duty@weather.suzhou.example";
const Time kNow = ReadCapTime("2026-06-20T08:30:00+08:00")->time;
const Time kEarlier = ReadCapTime("2026-06-20T07:00:00+08:00")->time;

CapMessage Message(const CapText& text) {
  auto reading = ReadCap(text.Text(), Strictness::kLenient);
  EXPECT_TRUE(reading.ok()) << reading.status();
  return std::move(reading->message);
}

CapText Following(const std::string& type) {
  CapText text;
  text.identifier = "SZ-2026-0002";
  text.type = type;
  text.references = std::string("<references>") + kSender + ",SZ-2026-0001,2026-06-20T07:00:00+08:00</references>";
  return text;
}

CapFacts Facts(Strictness strictness = Strictness::kLenient) {
  CapFacts facts;
  facts.now = kNow;
  facts.caller.account_id = AccountId("weather");
  facts.caller.roles = {Role::kIntegration};
  facts.caller.district_path = "3205";
  facts.sha256 = "aa";
  facts.strictness = strictness;
  return facts;
}

KnownMessage Known() {
  KnownMessage known;
  known.document_id = DocumentId("document-1");
  known.source = "weather";
  known.identity = {kSender, "SZ-2026-0001", kEarlier};
  known.outcome = Outcome::kApplied;
  known.origin_id = DocumentId("document-1");
  known.incident_id = IncidentId("incident-1");
  known.sha256 = "aa";
  known.district_path = "3205/320583";
  return known;
}

std::string FaultsOf(const CapDecision& decision) {
  std::string names;
  for (const CapFault& fault : decision.faults) {
    names += std::string(Name(fault.code)) + " ";
  }
  return names;
}

void Expect(const absl::StatusOr<CapDecision>& decision, Outcome outcome, IncidentAction action,
            const std::string& origin, const std::string& faults = "") {
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(Name(decision->outcome), Name(outcome));
  EXPECT_EQ(Name(decision->action), Name(action));
  EXPECT_EQ(decision->origin_id.value(), origin);
  EXPECT_EQ(FaultsOf(*decision), faults);
}

TEST(CapMappingTest, AnAlertMakesAnIncident) {
  Expect(DecideCap(Message({}), Facts()), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, AnExerciseAndATestAreAppliedToo) {
  for (const std::string status : {"Exercise", "System", "Test", "Draft"}) {
    CapText text;
    text.status = status;
    Expect(DecideCap(Message(text), Facts()), Outcome::kApplied, IncidentAction::kCreate, "");
  }
}

TEST(CapMappingTest, TheSameMessageIsADuplicate) {
  CapFacts facts = Facts();
  facts.same = Known();
  const auto decision = DecideCap(Message({}), facts);
  Expect(decision, Outcome::kDuplicate, IncidentAction::kNone, "document-1");
  EXPECT_EQ(decision->duplicate_of.value(), "document-1");
  EXPECT_EQ(decision->incident_id.value(), "incident-1");
}

TEST(CapMappingTest, TheSameIdentityWithOtherContentIsNoted) {
  CapFacts facts = Facts();
  facts.same = Known();
  facts.sha256 = "bb";
  Expect(DecideCap(Message({}), facts), Outcome::kDuplicate, IncidentAction::kNone, "document-1", "OTHER_CONTENT ");
  facts.strictness = Strictness::kStrict;
  EXPECT_TRUE(HasReason(DecideCap(Message({}), facts).status(), Reason::kDuplicate));
}

TEST(CapMappingTest, AnExpiredMessageMayBeAcceptedLater) {
  CapText text;
  text.infos = CapText::Info("", "", "<expires>2026-06-20T08:10:00+08:00</expires>");
  CapFacts facts = Facts();
  facts.same = Known();
  facts.same->outcome = Outcome::kExpired;
  facts.same->origin_id = DocumentId();
  Expect(DecideCap(Message(text), facts), Outcome::kDuplicate, IncidentAction::kNone, "");
  facts.accept_expired = true;
  Expect(DecideCap(Message(text), facts), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, OperatorsShareADeskAndSystemsStandForThemselves) {
  Principal first;
  first.account_id = AccountId("operator-1");
  first.roles = {Role::kCityOperator};
  Principal second = first;
  second.account_id = AccountId("operator-2");
  second.roles = {Role::kDistrictOperator};
  EXPECT_EQ(SourceOf(first), SourceOf(second));
  second.roles = {Role::kIntegration};
  EXPECT_EQ(SourceOf(second), "operator-2");
}

TEST(CapMappingTest, AReusedIdentifierIsNoted) {
  CapFacts facts = Facts();
  facts.identifier = {Known()};
  Expect(DecideCap(Message({}), facts), Outcome::kApplied, IncidentAction::kCreate, "", "IDENTIFIER_REUSED ");
  facts.strictness = Strictness::kStrict;
  EXPECT_TRUE(HasReason(DecideCap(Message({}), facts).status(), Reason::kDuplicate));
}

TEST(CapMappingTest, RefusesAMessageFromTheFuture) {
  CapText text;
  text.sent = "2026-06-20T08:35:00+08:00";
  EXPECT_TRUE(DecideCap(Message(text), Facts()).ok());
  text.sent = "2026-06-20T08:35:01+08:00";
  for (const Strictness strictness : {Strictness::kStrict, Strictness::kLenient}) {
    EXPECT_TRUE(HasReason(DecideCap(Message(text), Facts(strictness)).status(), Reason::kBadTime));
  }
}

TEST(CapMappingTest, KeepsAnExpiredAlertWithoutAnIncident) {
  CapText text;
  text.infos = CapText::Info("", "", "<expires>2026-06-20T08:29:59+08:00</expires>");
  Expect(DecideCap(Message(text), Facts()), Outcome::kExpired, IncidentAction::kNone, "");
  CapFacts accepting = Facts();
  accepting.accept_expired = true;
  Expect(DecideCap(Message(text), accepting), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, AnAlertWithoutAnEndIsCurrentForADay) {
  CapText text;
  text.infos = CapText::Info("", "", "");
  CapFacts facts = Facts();
  facts.now = ReadCapTime("2026-06-21T07:59:59+08:00")->time;
  Expect(DecideCap(Message(text), facts), Outcome::kApplied, IncidentAction::kCreate, "");
  facts.now = ReadCapTime("2026-06-21T08:00:00+08:00")->time;
  Expect(DecideCap(Message(text), facts), Outcome::kExpired, IncidentAction::kNone, "");
  text.infos = CapText::Info("", "", "<onset>2026-06-20T18:00:00+08:00</onset>");
  Expect(DecideCap(Message(text), facts), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, OneCurrentBlockIsEnough) {
  CapText text;
  text.infos = CapText::Info("", "", "<expires>2026-06-20T08:10:00+08:00</expires>") + CapText::Info();
  Expect(DecideCap(Message(text), Facts()), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, AnAlertThatSaysNothingIsKeptOnly) {
  CapText text;
  text.infos = "";
  Expect(DecideCap(Message(text), Facts()), Outcome::kKeptOnly, IncidentAction::kNone, "");
}

TEST(CapMappingTest, AnUpdateChangesTheIncident) {
  CapFacts facts = Facts(Strictness::kStrict);
  facts.referenced = {Known()};
  Expect(DecideCap(Message(Following("Update")), facts), Outcome::kApplied, IncidentAction::kUpdate, "document-1");
}

TEST(CapMappingTest, AnUpdateFollowsTheLatestReferenceThatHasAnIncident) {
  CapFacts facts = Facts();
  KnownMessage later = Known();
  later.document_id = DocumentId("document-2");
  later.identity.sent = kEarlier + std::chrono::minutes(10);
  later.origin_id = DocumentId("document-0");
  KnownMessage latest = later;
  latest.identity.sent = kEarlier + std::chrono::minutes(20);
  latest.origin_id = DocumentId();
  facts.referenced = {Known(), later, latest};
  Expect(DecideCap(Message(Following("Update")), facts), Outcome::kApplied, IncidentAction::kUpdate, "document-0");
}

TEST(CapMappingTest, AnUpdateOfWhatMadeNoIncidentMakesOne) {
  CapFacts facts = Facts(Strictness::kStrict);
  facts.referenced = {Known()};
  facts.referenced[0].origin_id = DocumentId();
  Expect(DecideCap(Message(Following("Update")), facts), Outcome::kApplied, IncidentAction::kCreate, "");
}

TEST(CapMappingTest, AnUpdateOfSomethingUnknownIsTakenAsAnAlertOrRefused) {
  Expect(DecideCap(Message(Following("Update")), Facts()), Outcome::kApplied, IncidentAction::kCreate, "",
         "UNKNOWN_REFERENCE ");
  const auto strict = DecideCap(Message(Following("Update")), Facts(Strictness::kStrict));
  EXPECT_TRUE(HasReason(strict.status(), Reason::kUnknownReference));
  EXPECT_EQ(GetErrorInfo(strict.status()).metadata.at("reference"), "SZ-2026-0001");
}

TEST(CapMappingTest, AnUpdateOfItselfIsTakenAsAnAlertOrRefused) {
  CapText text = Following("Update");
  text.references = std::string("<references>") + kSender + ",SZ-2026-0002,2026-06-20T08:00:00+08:00</references>";
  Expect(DecideCap(Message(text), Facts()), Outcome::kApplied, IncidentAction::kCreate, "", "SELF_REFERENCE ");
  EXPECT_TRUE(HasReason(DecideCap(Message(text), Facts(Strictness::kStrict)).status(), Reason::kUnknownReference));
}

TEST(CapMappingTest, AnExpiredUpdateChangesNothing) {
  CapText text = Following("Update");
  text.infos = CapText::Info("", "", "<expires>2026-06-20T08:10:00+08:00</expires>");
  CapFacts facts = Facts();
  facts.referenced = {Known()};
  Expect(DecideCap(Message(text), facts), Outcome::kExpired, IncidentAction::kNone, "");
}

TEST(CapMappingTest, ACancelNeedsNoInfoAndIsNeverTooLate) {
  CapText text = Following("Cancel");
  text.infos = "";
  CapFacts facts = Facts(Strictness::kStrict);
  facts.now = kNow + std::chrono::hours(24 * 30);
  facts.referenced = {Known()};
  Expect(DecideCap(Message(text), facts), Outcome::kApplied, IncidentAction::kStandDown, "document-1");
}

TEST(CapMappingTest, ACancelOfSomethingUnknownIsUnmatched) {
  for (const Strictness strictness : {Strictness::kStrict, Strictness::kLenient}) {
    Expect(DecideCap(Message(Following("Cancel")), Facts(strictness)), Outcome::kUnmatched, IncidentAction::kNone, "");
  }
}

TEST(CapMappingTest, ACancelOfWhatMadeNoIncidentIsKeptOnly) {
  CapFacts facts = Facts();
  facts.referenced = {Known()};
  facts.referenced[0].origin_id = DocumentId();
  Expect(DecideCap(Message(Following("Cancel")), facts), Outcome::kKeptOnly, IncidentAction::kNone, "");
}

TEST(CapMappingTest, OnlyTheSameSourceAndSenderMayUpdateOrCancel) {
  for (const std::string type : {"Update", "Cancel"}) {
    CapFacts facts = Facts();
    facts.referenced = {Known()};
    facts.caller.account_id = AccountId("someone-else");
    EXPECT_TRUE(HasReason(DecideCap(Message(Following(type)), facts).status(), Reason::kForbidden)) << type;
    facts.caller.account_id = AccountId("weather");
    CapText other_sender = Following(type);
    other_sender.sender = "impostor@example.org";
    EXPECT_TRUE(HasReason(DecideCap(Message(other_sender), facts).status(), Reason::kForbidden)) << type;
  }
}

/// The desk of a district, and an alert that the desk of 3205/320583 handed in.
CapFacts FactsOfDesk(const std::string& district_path, Strictness strictness = Strictness::kLenient) {
  CapFacts facts = Facts(strictness);
  facts.caller.roles = {Role::kStreetOperator};
  facts.caller.district_path = district_path;
  facts.referenced = {Known()};
  facts.referenced[0].source = SourceOf(facts.caller);
  return facts;
}

TEST(CapMappingTest, AnAlertOfAnotherDistrictIsUnknown) {
  for (const Strictness strictness : {Strictness::kStrict, Strictness::kLenient}) {
    Expect(DecideCap(Message(Following("Cancel")), FactsOfDesk("3205/320585", strictness)), Outcome::kUnmatched,
           IncidentAction::kNone, "");
  }
  Expect(DecideCap(Message(Following("Update")), FactsOfDesk("3205/320585")), Outcome::kApplied,
         IncidentAction::kCreate, "", "UNKNOWN_REFERENCE ");
  const auto strict = DecideCap(Message(Following("Update")), FactsOfDesk("3205/320585", Strictness::kStrict));
  EXPECT_TRUE(HasReason(strict.status(), Reason::kUnknownReference));
}

TEST(CapMappingTest, AnAlertOfAnotherDistrictAndSourceIsUnknownTooNotForbidden) {
  CapFacts facts = FactsOfDesk("3205/320585");
  facts.referenced[0].source = "weather-bureau";
  Expect(DecideCap(Message(Following("Cancel")), facts), Outcome::kUnmatched, IncidentAction::kNone, "");
}

TEST(CapMappingTest, TheDeskOfTheDistrictAndOfTheCityMayCancel) {
  for (const std::string district : {"3205", "3205/320583"}) {
    const auto decision = DecideCap(Message(Following("Cancel")), FactsOfDesk(district));
    Expect(decision, Outcome::kApplied, IncidentAction::kStandDown, "document-1");
    EXPECT_EQ(decision->district_path, "3205/320583");
  }
}

TEST(CapMappingTest, AGrantOfTheIncidentCountsWhileItLasts) {
  CapFacts facts = FactsOfDesk("3205/320585");
  facts.caller.incident_grants = {{IncidentId("incident-1"), kNow + std::chrono::seconds(1)}};
  Expect(DecideCap(Message(Following("Update")), facts), Outcome::kApplied, IncidentAction::kUpdate, "document-1");
  Expect(DecideCap(Message(Following("Cancel")), facts), Outcome::kApplied, IncidentAction::kStandDown, "document-1");
  facts.now = kNow + std::chrono::seconds(1);
  Expect(DecideCap(Message(Following("Cancel")), facts), Outcome::kUnmatched, IncidentAction::kNone, "");
}

TEST(CapMappingTest, AnExerciseNeverTouchesARealIncident) {
  for (const std::string type : {"Update", "Cancel"}) {
    CapText text = Following(type);
    text.status = "Exercise";
    CapFacts facts = Facts();
    facts.referenced = {Known()};
    EXPECT_TRUE(HasReason(DecideCap(Message(text), facts).status(), Reason::kForbidden)) << type;
  }
}

TEST(CapMappingTest, AckAndErrorAreKeptOnly) {
  for (const std::string type : {"Ack", "Error"}) {
    CapText text = Following(type);
    text.infos = "";
    CapFacts facts = Facts(Strictness::kStrict);
    facts.referenced = {Known()};
    Expect(DecideCap(Message(text), facts), Outcome::kKeptOnly, IncidentAction::kNone, "");
  }
}

TEST(CapMappingTest, ReadsItsOwnNames) {
  for (const Outcome outcome :
       {Outcome::kApplied, Outcome::kDuplicate, Outcome::kExpired, Outcome::kUnmatched, Outcome::kKeptOnly}) {
    EXPECT_EQ(OutcomeFromName(Name(outcome)), outcome);
  }
  for (const IncidentAction action :
       {IncidentAction::kNone, IncidentAction::kCreate, IncidentAction::kUpdate, IncidentAction::kStandDown}) {
    EXPECT_EQ(IncidentActionFromName(Name(action)), action);
  }
}

}  // namespace
}  // namespace muster::exchange

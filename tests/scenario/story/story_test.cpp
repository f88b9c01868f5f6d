// One mobilization with the real programs, from the alert until the teams are home. Every step is typed as a person
// would type it; what is checked after each is what that person relies on.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/connect/http_client.h"
#include "services/cli/connect/session.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/cli/story/alert_text.h"
#include "tests/scenario/support/desk.h"

namespace muster::testing {
namespace {

using common::v1::ListAuditRecordsResponse;
using common::v1::VerifyResponse;
using dispatch::v1::Assignment;
using dispatch::v1::CloseIncidentResponse;
using dispatch::v1::DispatchResponse;
using dispatch::v1::Incident;
using dispatch::v1::ListOffersResponse;
using dispatch::v1::Offer;
using dispatch::v1::ResourceRequest;
using dispatch::v1::SituationReport;
using exchange::v1::SubmitDocumentResponse;
using matching::v1::ExplainTeamResponse;
using matching::v1::PlanRequestResponse;
using matching::v1::RankTeamsResponse;
using notify::v1::ListDeliveriesResponse;

constexpr int kCounsellors = 0;
constexpr int kDistribution = 1;
constexpr int kHotline = 2;

/// The replies in the JSON array that a command printed.
template <class Reply>
std::vector<Reply> ParseAll(const std::string& out) {
  std::vector<Reply> replies;
  for (const auto& item : nlohmann::json::parse(out)) {
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(item.dump(), &replies.emplace_back()).ok()) << out;
  }
  return replies;
}

class StoryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new Server;
    ASSERT_TRUE(server_->Start()) << server_->LogTail();
    desk_ = new Desk(*server_);
    ready_while_empty_ = AwaitReady();
    const auto loaded = nlohmann::json::parse(desk_->Type({"demo", "load", "--scale", "0.02"}, 0).out);
    EXPECT_GT(loaded["stored"].get<int>(), 5000);
  }
  static void TearDownTestSuite() {
    delete desk_;
    delete server_;
  }

  std::string Keep(const std::string& name, const cli::AlertFacts& facts) {
    std::ofstream(server_->file(name)) << cli::MakeAlert(facts);
    return server_->file(name);
  }

  Incident ReadIncident(const std::string& id) { return desk_->Ask<Incident>({"incident", "show", id}); }

  std::vector<Offer> Offers(const ResourceRequest& request, int line, const std::string& state) {
    const auto reply = desk_->Ask<ListOffersResponse>(
        {"offer", "list", "--line", request.lines(line).id(), "--state", state, "--limit", "500"});
    return {reply.offers().begin(), reply.offers().end()};
  }

  /// Waits until a later wave of the line is out.
  std::vector<Offer> AwaitWave(const ResourceRequest& request, int line, int wave, int seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < end) {
      auto offers = Offers(request, line, "invited");
      std::erase_if(offers, [&](const Offer& offer) { return offer.wave() < wave; });
      if (!offers.empty()) {
        return offers;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "no wave " << wave << " went out";
    return {};
  }

  void ExpectFullAndStoodDown(const std::string& request_id, int line) {
    const auto request = desk_->Ask<ResourceRequest>({"request", "show", request_id});
    EXPECT_EQ(request.lines(line).state(), dispatch::v1::LINE_STATE_FILLED);
    EXPECT_EQ(request.lines(line).filled(), request.lines(line).quantity());
    EXPECT_EQ(request.lines(line).asked(), 0);
    EXPECT_FALSE(Offers(request, line, "stood_down").empty());
    EXPECT_TRUE(Offers(request, line, "invited").empty());
  }

  /// Each line of the request has its teams in the plan, as many again as it needs, and no team is in two lines.
  static void ExpectTeamsForEveryLine(const PlanRequestResponse& plan, const ResourceRequest& request) {
    ASSERT_EQ(plan.lines_size(), request.lines_size());
    std::map<std::string, std::string> line_of;
    for (int line = 0; line < request.lines_size(); ++line) {
      EXPECT_EQ(plan.lines(line).line_id(), request.lines(line).id());
      ASSERT_EQ(plan.lines(line).teams_size(), 2 * request.lines(line).quantity()) << request.lines(line).capability();
      for (const auto& team : plan.lines(line).teams()) {
        const auto [first, is_new] = line_of.emplace(team.team_id(), request.lines(line).id());
        EXPECT_TRUE(is_new) << team.team_id() << " is planned for " << first->second << " and "
                            << request.lines(line).id();
      }
    }
  }

  Assignment Advance(const std::string& id, const std::vector<std::string>& who,
                     const std::vector<std::string>& more = {}) {
    return desk_->Ask<Assignment>(std::vector<std::string>{"assignment", "advance", id} + more + who);
  }

  /// Waits until /readyz has nothing to complain about; what it said last.
  static std::string AwaitReady() {
    std::string said;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    while (std::chrono::steady_clock::now() < end && said.find(R"("state":"ready")") == std::string::npos) {
      const auto reply = cli::Fetch({.url = server_->url() + "/readyz", .headers = {}, .body = {}});
      said = reply.ok() ? reply->body : std::string(reply.status().message());
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return said;
  }

  static Server* server_;
  static Desk* desk_;
  static std::string ready_while_empty_;
};

Server* StoryTest::server_ = nullptr;
Desk* StoryTest::desk_ = nullptr;
std::string StoryTest::ready_while_empty_;

TEST_F(StoryTest, ASystemWithNothingInItIsReady) {
  EXPECT_NE(ready_while_empty_.find(R"("state":"ready")"), std::string::npos) << ready_while_empty_;
}

TEST_F(StoryTest, ARefusedKeyIsLoggedOnceWithItsTrace) {
  const auto refused = cli::Fetch({.url = server_->url() + "/muster.identity.v1.IdentityService/WhoAmI",
                                   .post = true,
                                   .headers = {"Content-Type: application/json", "Authorization: Bearer mk_wrong"},
                                   .body = "{}"});
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->status, 401);
  std::string line;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (line.empty() && std::chrono::steady_clock::now() < end) {  // the log has a thread of its own
    const std::string log = server_->LogTail();
    const size_t at = log.find("a key was refused");
    if (at != std::string::npos) {
      const size_t begin = log.rfind('\n', at) + 1;
      line = log.substr(begin, log.find('\n', at) - begin);
    }
  }
  const size_t first = line.find("trace_id");
  EXPECT_NE(first, std::string::npos) << line;
  EXPECT_EQ(line.find("trace_id", first + 1), std::string::npos) << line;
  EXPECT_EQ(line.find("mk_wrong"), std::string::npos) << line;
}

TEST_F(StoryTest, VerifyLeavesNoOwnerOut) {
  const std::string key = cli::ReadSecretFile(cli::TokenPath(server_->data_dir(), "operator")).value();
  const auto reply = cli::Fetch({.url = server_->url() + "/muster.common.v1.InvariantService/Verify",
                                 .post = true,
                                 .headers = {"Content-Type: application/json", "Authorization: Bearer " + key},
                                 .body = "{}"});
  ASSERT_TRUE(reply.ok());
  auto of_server = nlohmann::json::parse(reply->body)["owners"].get<std::set<std::string>>();
  auto of_command = nlohmann::json::parse(desk_->Type({"verify"}, 0).out)["owners"].get<std::set<std::string>>();
  EXPECT_EQ(of_command, of_server);
}

TEST_F(StoryTest, AStreamEndsWithTheAccountBehindItOnBothWays) {
  const std::string organization = std::string(demo::kDemoOrganizationId);
  const auto account = desk_->Ask<identity::v1::Account>(
      {"account", "create", "leaver", "--role", "organization_manager", "--org", organization, "--district", "3205"});
  const std::string file = server_->file("leaver");
  desk_->Ask<identity::v1::CreateApiKeyResponse>({"key", "create", "leaver", "--label", "scenario", "--out", file});
  const std::string key = cli::ReadSecretFile(file).value();
  using Item = notify::v1::SubscribeResponse;
  std::vector<std::unique_ptr<cli::Session>> sessions;
  std::vector<std::unique_ptr<rpc::StreamReader<Item>>> streams;
  for (const cli::SessionOptions& options : {cli::SessionOptions{.socket_path = server_->socket(), .api_key = key},
                                             cli::SessionOptions{.url = server_->url(), .api_key = key}}) {
    sessions.push_back(cli::Session::Open(options).value());
    streams.push_back(sessions.back()->Stream<Item>(notify::v1::SubscribeRequest()).value());
    Item item;
    EXPECT_NE(streams.back()->Read(&item, std::chrono::milliseconds(500)), rpc::StreamReader<Item>::Next::kEnd);
  }
  desk_->Ask<identity::v1::Account>({"account", "disable", "leaver", "-y"});
  for (const auto& stream : streams) {
    Item item;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto next = rpc::StreamReader<Item>::Next::kTimeout;
    while (next != rpc::StreamReader<Item>::Next::kEnd && std::chrono::steady_clock::now() < end) {
      next = stream->Read(&item, std::chrono::milliseconds(200));
    }
    ASSERT_EQ(next, rpc::StreamReader<Item>::Next::kEnd) << "it goes on";
    EXPECT_EQ(GetErrorInfo(stream->status()).reason, Reason::kAuthRequired) << stream->status();
  }
}

TEST(KeyFileTest, MusterdRefusesAnotherKeyThanItsDataWasSealedWith) {
  Server server;
  ASSERT_TRUE(server.Start()) << server.LogTail();
  EXPECT_EQ(server.Stop(), 0);
  const std::filesystem::path file = server.data_dir() / "keys" / "field_wrapping.key";
  const std::filesystem::path kept = server.file("kept.key");
  std::filesystem::copy_file(file, kept);
  std::ofstream(file) << std::string(64, 'a') << "\n";
  EXPECT_FALSE(server.Start());
  EXPECT_NE(server.LogTail().find("keys/field_wrapping.key: holds other keys"), std::string::npos) << server.LogTail();
  std::filesystem::copy_file(kept, file, std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(server.Start()) << server.LogTail();
}

TEST_F(StoryTest, LoadingTheCityAgainChangesNothing) {
  const auto loaded = nlohmann::json::parse(desk_->Type({"demo", "load", "--scale", "0.02"}, 0).out);
  EXPECT_EQ(loaded["stored"].get<int>(), 0);
}

TEST_F(StoryTest, AlertsMakeChangeAndRehearseIncidents) {
  cli::AlertFacts facts;
  facts.identifier = "scenario-1";
  facts.sent = SystemClock().Now();
  const auto made = desk_->Ask<SubmitDocumentResponse>({"alert", "submit", Keep("storm.xml", facts), "--strict"});
  ASSERT_EQ(made.document().outcome(), exchange::v1::DOCUMENT_OUTCOME_APPLIED);
  const Incident incident = ReadIncident(made.document().incident_id());
  EXPECT_EQ(incident.mode(), common::v1::MODE_REAL);
  EXPECT_EQ(incident.kind(), dispatch::v1::INCIDENT_KIND_NATURAL_DISASTER);
  EXPECT_EQ(incident.warning_color(), dispatch::v1::WARNING_COLOR_ORANGE);
  EXPECT_EQ(incident.state(), dispatch::v1::INCIDENT_STATE_ACTIVE);
  EXPECT_EQ(incident.area().polygons_size(), 1);
  EXPECT_TRUE(incident.has_position());
  EXPECT_TRUE(incident.has_onset_time());
  EXPECT_TRUE(incident.has_expire_time());

  // The same bytes by HTTP are a duplicate.
  const std::string key = cli::ReadSecretFile(cli::TokenPath(server_->data_dir(), "operator")).value();
  const auto posted = cli::Fetch({.url = server_->url() + "/documents",
                                  .post = true,
                                  .headers = {"Content-Type: application/cap+xml", "Authorization: Bearer " + key},
                                  .body = cli::MakeAlert(facts)});
  ASSERT_TRUE(posted.ok());
  EXPECT_EQ(posted->status, 200) << posted->body;
  EXPECT_NE(posted->body.find("DOCUMENT_OUTCOME_DUPLICATE"), std::string::npos) << posted->body;

  cli::AlertFacts update = facts;
  update.identifier = "scenario-1-update";
  update.message_type = "Update";
  update.references = std::string(cli::kAlertSender) + ",scenario-1," + cli::CapTime(facts.sent);
  update.color = "red";
  const auto updated = desk_->Ask<SubmitDocumentResponse>({"alert", "submit", Keep("update.xml", update)});
  EXPECT_EQ(updated.document().incident_id(), incident.id());
  const Incident red = ReadIncident(incident.id());
  EXPECT_EQ(red.warning_color(), dispatch::v1::WARNING_COLOR_RED);
  EXPECT_GT(red.version(), incident.version());

  cli::AlertFacts exercise = facts;
  exercise.identifier = "scenario-1-drill";
  exercise.status = "Exercise";
  const auto drilled = desk_->Ask<SubmitDocumentResponse>({"alert", "submit", Keep("drill.xml", exercise)});
  EXPECT_EQ(ReadIncident(drilled.document().incident_id()).mode(), common::v1::MODE_DRILL);

  cli::AlertFacts cancel = update;
  cancel.identifier = "scenario-1-cancel";
  cancel.message_type = "Cancel";
  const auto cancelled = desk_->Ask<SubmitDocumentResponse>({"alert", "submit", Keep("cancel.xml", cancel)});
  EXPECT_EQ(cancelled.document().incident_id(), incident.id());
  EXPECT_GT(ReadIncident(incident.id()).version(), red.version());
}

TEST_F(StoryTest, ATeamIsMobilizedAndComesHome) {
  // The operator has an incident and writes what is needed.
  const auto incident =
      desk_->Ask<Incident>({"incident", "create", "--title", "Flood in Gusu", "--kind", "natural_disaster", "--event",
                            "flood", "--district", "3205/320508", "--lat", "31.30", "--lon", "120.62"});
  auto request = desk_->Ask<ResourceRequest>(
      {"request", "create", "--incident", incident.id(), "--requester", "Gusu district office", "--line",
       "capability=psychological_support,level=3,quantity=3,unit=teams,start=+1h,hours=8,priority=2,wave_size=3,answer="
       "30s",
       "--line",
       "capability=goods_distribution,quantity=2,unit=teams,start=+1h,hours=6,priority=1,wave_size=2,answer=30s",
       "--line",
       "capability=crisis_hotline,quantity=1,unit=teams,place=remote,start=+1h,hours=4,shifts=2,priority=3,wave_size=2,"
       "answer=30s"});
  ASSERT_EQ(request.lines_size(), 3);
  EXPECT_EQ(request.lines(kHotline).windows_size(), 2);

  // Candidates are ranked, each with its reasons; what has no input is absent.
  const auto rankings = ParseAll<RankTeamsResponse>(desk_->Type({"candidates", request.id(), "--limit", "5"}, 0).out);
  ASSERT_EQ(rankings.size(), 3U);
  for (size_t line = 0; line < rankings.size(); ++line) {
    ASSERT_FALSE(rankings[line].teams().empty()) << request.lines(static_cast<int>(line)).capability();
    double cost = 0;
    for (const auto& team : rankings[line].teams()) {
      EXPECT_GE(team.cost(), cost);
      cost = team.cost();
      EXPECT_FALSE(team.parts().empty());
      EXPECT_NE(team.explanation().zh(), "");
      EXPECT_NE(team.explanation().en(), "");
      EXPECT_EQ(team.has_travel_seconds(), line != kHotline);
    }
  }
  // A team of another trade may not go, and the rule is named.
  const auto other = desk_->Ask<registry::v1::ListTeamsResponse>(
      {"team", "list", "--capability", "goods_distribution", "--limit", "200"});
  bool explained = false;
  for (const auto& team : other.teams()) {
    const auto result = RunMuster(
        *server_, {"candidates", "--line", request.lines(kCounsellors).id(), "--explain", team.id(), "--json"});
    if (result.exit_code == 1) {
      const auto answers = ParseAll<ExplainTeamResponse>(result.out);
      ASSERT_FALSE(answers.at(0).failures().empty());
      EXPECT_NE(answers[0].failures(0).rule(), "");
      EXPECT_NE(answers[0].failures(0).text().zh(), "");
      explained = true;
      break;
    }
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_TRUE(explained);

  // A plan for all lines together has teams for each and uses none twice.
  const auto plan =
      desk_->Ask<PlanRequestResponse>({"dispatch", request.id(), "--over-ask", "100", "--reserves", "10", "--dry-run"});
  ASSERT_NO_FATAL_FAILURE(ExpectTeamsForEveryLine(plan, request));

  // Organizations listen: one over gRPC, the operator on the gateway's WebSocket.
  const std::string first_organization = plan.lines(kCounsellors).teams(0).organization_id();
  const BackgroundMuster listener(
      *server_, "listener.txt",
      std::vector<std::string>{"watch", "--receipts", "--json"} + desk_->As(first_organization));
  const BackgroundMuster live(*server_, "live.txt", {"watch", "--as", "operator", "--url", server_->url(), "--json"});
  ASSERT_TRUE(live.AwaitText("hello")) << live.Output();

  // Dispatch: the first wave goes out and arrives.
  const auto dispatched =
      desk_->Ask<DispatchResponse>({"dispatch", request.id(), "--over-ask", "100", "--reserves", "10", "--yes"});
  request = dispatched.resource_request();
  ASSERT_EQ(dispatched.offers_size(), 7);
  std::vector<Offer> waves[3];
  for (const Offer& offer : dispatched.offers()) {
    EXPECT_EQ(offer.state(), dispatch::v1::OFFER_STATE_INVITED);
    for (const int line : {kCounsellors, kDistribution, kHotline}) {
      if (offer.line_id() == request.lines(line).id()) {
        waves[line].push_back(offer);
      }
    }
  }
  const auto& counsellors = waves[kCounsellors];
  ASSERT_EQ(counsellors.size(), 3U);
  ASSERT_EQ(counsellors[0].organization_id(), first_organization);
  EXPECT_TRUE(listener.AwaitText(counsellors[0].id())) << listener.Output();
  EXPECT_TRUE(live.AwaitText("OfferInvited")) << live.Output();

  // Some accept, one comes under a condition, one declines with a reason.
  const auto first = desk_->Ask<Offer>(std::vector<std::string>{"offer", "accept", counsellors[0].id(), "--insurer",
                                                                "Demo", "--policy", "P-1", "--valid-until", "+30d"} +
                                       desk_->As(counsellors[0].organization_id()));
  EXPECT_EQ(first.state(), dispatch::v1::OFFER_STATE_ACCEPTED);
  const auto uninsured = desk_->Ask<Offer>(std::vector<std::string>{"offer", "accept", waves[kDistribution][0].id()} +
                                           desk_->As(waves[kDistribution][0].organization_id()));
  desk_->Ask<Offer>(std::vector<std::string>{"offer", "provisional", counsellors[1].id(), "--condition", "transport"} +
                    desk_->As(counsellors[1].organization_id()));
  const auto declined =
      desk_->Ask<Offer>(std::vector<std::string>{"offer", "decline", counsellors[2].id(), "--reason", "no_people"} +
                        desk_->As(counsellors[2].organization_id()));
  EXPECT_EQ(declined.decline_reason(), dispatch::v1::DECLINE_REASON_NO_PEOPLE);

  // Bad turns are refused with their reason and change nothing.
  desk_->Refused({"offer", "accept", waves[kHotline][0].id()}, "INVALID_FIELD");  // an operator says how it was heard
  desk_->Refused(
      std::vector<std::string>{"offer", "accept", counsellors[2].id()} + desk_->As(counsellors[2].organization_id()),
      "ILLEGAL_TRANSITION");
  desk_->Refused(std::vector<std::string>{"assignment", "show", first.assignment_id()} +
                     desk_->As(waves[kHotline][1].organization_id()),
                 "NOT_FOUND", 5);

  // The decline makes the next wave go out by itself; a phone answer fills; the provisional one is confirmed.
  const auto second_wave = AwaitWave(request, kCounsellors, 2, 15);
  ASSERT_FALSE(second_wave.empty());
  desk_->Ask<Offer>({"offer", "accept", second_wave[0].id(), "--via", "phone"});
  const auto confirmed = desk_->Ask<Offer>(std::vector<std::string>{"offer", "confirm", counsellors[1].id()} +
                                           desk_->As(counsellors[1].organization_id()));
  EXPECT_EQ(confirmed.state(), dispatch::v1::OFFER_STATE_ACCEPTED);
  ExpectFullAndStoodDown(request.id(), kCounsellors);
  desk_->Ask<Offer>({"offer", "accept", waves[kHotline][0].id(), "--via", "phone"});
  ExpectFullAndStoodDown(request.id(), kHotline);

  // One stays silent: when its time is up the next wave goes out by itself.
  const auto later = AwaitWave(request, kDistribution, 2, 60);
  ASSERT_FALSE(later.empty());
  const auto expired = Offers(request, kDistribution, "expired");
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0].id(), waves[kDistribution][1].id());
  desk_->Ask<Offer>({"offer", "accept", later[0].id(), "--via", "radio"});
  ExpectFullAndStoodDown(request.id(), kDistribution);

  // The receipts of the organization that listened are there.
  const auto deliveries = desk_->Ask<ListDeliveriesResponse>({"delivery", "list", "--about", counsellors[0].id()});
  ASSERT_FALSE(deliveries.deliveries().empty());
  EXPECT_EQ(deliveries.deliveries(0).state(), notify::v1::DELIVERY_STATE_DELIVERED);

  // A busy team cannot be booked again.
  const auto rival =
      desk_->Ask<ResourceRequest>({"request", "create", "--incident", incident.id(), "--line",
                                   "capability=psychological_support,level=3,quantity=1,unit=teams,start=+2h,hours=2"});
  const auto busy = desk_->Type({"dispatch", rival.id(), "--team", counsellors[0].team_id(), "--direct", "--yes"}, 4);
  EXPECT_NE(busy.err.find("TEAM_OVERLAP"), std::string::npos) << busy.err;

  // Departure needs cover, or an operator who says why not.
  const auto manager = desk_->As(first_organization);
  const auto other_manager = desk_->As(uninsured.organization_id());
  EXPECT_EQ(Advance(first.assignment_id(), manager).state(), dispatch::v1::ASSIGNMENT_STATE_MOBILIZING);
  EXPECT_EQ(Advance(first.assignment_id(), manager).state(), dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE);
  Advance(uninsured.assignment_id(), other_manager);
  desk_->Refused(std::vector<std::string>{"assignment", "advance", uninsured.assignment_id()} + other_manager,
                 "NOT_ELIGIBLE");
  const auto overridden = Advance(uninsured.assignment_id(), {}, {"--cover-override", "covered by the city"});
  EXPECT_EQ(overridden.cover().state(), dispatch::v1::COVER_STATE_OVERRIDDEN);

  // Arrival, work, report, release, home.
  const auto arrived = desk_->Ask<Assignment>(
      std::vector<std::string>{"assignment", "checkin", first.assignment_id(), "--lat", "31.30", "--lon", "120.62"} +
      manager);
  EXPECT_EQ(arrived.state(), dispatch::v1::ASSIGNMENT_STATE_ON_SCENE);
  EXPECT_NEAR(arrived.check_in().position().latitude(), 31.30, 1e-6);
  Advance(uninsured.assignment_id(), other_manager);
  EXPECT_EQ(Advance(first.assignment_id(), manager).state(), dispatch::v1::ASSIGNMENT_STATE_WORKING);
  const auto report =
      desk_->Ask<SituationReport>(std::vector<std::string>{"report", "add", "three shelters visited", "--assignment",
                                                           first.assignment_id(), "--served", "42"} +
                                  manager);
  EXPECT_EQ(report.incident_id(), incident.id());
  desk_->Ask<Assignment>({"assignment", "release", first.assignment_id(), "--reason", "work done"});
  EXPECT_EQ(Advance(first.assignment_id(), manager).state(), dispatch::v1::ASSIGNMENT_STATE_RETURNING);
  const auto home =
      desk_->Ask<Assignment>(std::vector<std::string>{"assignment", "checkout", first.assignment_id()} + manager);
  EXPECT_EQ(home.state(), dispatch::v1::ASSIGNMENT_STATE_HOME);

  // Closing releases whoever is still out, at once.
  const auto closed =
      desk_->Ask<CloseIncidentResponse>({"incident", "close", incident.id(), "--reason", "over", "--yes"});
  EXPECT_EQ(closed.incident().state(), dispatch::v1::INCIDENT_STATE_CLOSED);
  EXPECT_GE(closed.released_assignments(), 4);
  const auto released = desk_->Ask<Assignment>({"assignment", "show", uninsured.assignment_id()});
  EXPECT_EQ(released.state(), dispatch::v1::ASSIGNMENT_STATE_RELEASED);
  const auto left = desk_->Ask<dispatch::v1::ListAssignmentsResponse>(
      {"assignment", "list", "--incident", incident.id(), "--state", "reserved", "--state", "mobilizing", "--state",
       "en_route", "--state", "on_scene", "--state", "working"});
  EXPECT_TRUE(left.assignments().empty());
  Advance(uninsured.assignment_id(), other_manager);
  Advance(uninsured.assignment_id(), other_manager);
  EXPECT_TRUE(live.AwaitText("IncidentClosed")) << live.Output();

  // All of it is on record.
  const auto trail =
      desk_->Ask<ListAuditRecordsResponse>({"audit", "list", "--object", first.assignment_id(), "--limit", "100"});
  std::vector<std::string> states;
  for (const auto& record : trail.records()) {
    states.push_back(record.to_state());
  }
  EXPECT_EQ(states, (std::vector<std::string>{"reserved", "mobilizing", "en_route", "on_scene", "working", "released",
                                              "returning", "home"}));
}

TEST_F(StoryTest, WhatIsOnRecordHolds) {
  desk_->Type({"audit", "verify"}, 0);
  const auto verified = desk_->Ask<VerifyResponse>({"verify"});
  EXPECT_TRUE(verified.violations().empty());
  EXPECT_GT(verified.checked_rows(), 0);
  desk_->Type({"doctor", "--url", server_->url()}, 0);
}

TEST_F(StoryTest, TheDemoTellsItself) {
  const ProgramResult told = RunMuster(*server_, {"demo"});
  EXPECT_EQ(told.exit_code, 0) << told.out << told.err << server_->LogTail();
  EXPECT_NE(told.out.find("11. "), std::string::npos) << told.out;
}

}  // namespace
}  // namespace muster::testing

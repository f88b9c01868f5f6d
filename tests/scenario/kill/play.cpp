#include "tests/scenario/kill/play.h"

#include <gtest/gtest.h>

#include <iostream>
#include <list>

#include "services/cli/connect/http_client.h"
#include "tests/scenario/kill/device.h"
#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/mobilizer.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/program.h"

namespace muster::testing {
namespace {

constexpr unsigned kOperators = 3;
constexpr std::chrono::seconds kSettles{30};
constexpr std::chrono::seconds kPatience{2};

int MobilizeUnder(const Deployment& deployment, const World& world, Ledger& ledger, int rounds, unsigned seed,
                  const Killer::Strike& strike) {
  std::atomic<int> shifts = 0;
  const Killer killer(rounds, seed, strike);
  std::list<std::thread> operators;
  for (unsigned i = 0; i < kOperators; ++i) {
    operators.emplace_back([&, i] {
      Mobilizer mobilizer(deployment, world, ledger, shifts, seed + i);
      while (!killer.is_done() && !::testing::Test::HasFailure()) {
        mobilizer.PlayOnce();
      }
    });
  }
  for (std::thread& each : operators) {
    each.join();
  }
  return shifts;
}

}  // namespace

int PlayUnder(const Deployment& deployment, const World& world, Ledger& ledger, int rounds, unsigned seed,
              const Killer::Strike& strike) {
  std::list<Device> devices;
  for (const Manager& manager : world.managers) {
    devices.emplace_back(deployment, manager, ledger, seed + static_cast<unsigned>(devices.size()));
  }
  const int played = MobilizeUnder(deployment, world, ledger, rounds, seed, strike);
  Until([&] { return Reckon(Inspect(deployment, world), ledger).unreceipted.empty(); }, kSettles);
  return played;
}

void ExpectOffersHeard(const Findings& found, const Ledger& ledger) {
  const std::set<std::string> on_devices = ledger.heard();
  size_t heard = 0;
  for (const auto& [id, delivery] : found.deliveries) {
    heard += delivery.event_type().ends_with(".OfferInvited") && IsHeard(delivery, on_devices) ? 1 : 0;
  }
  std::cout << "offers heard: " << heard << " of " << found.offers.size() << "\n";
  EXPECT_GE(heard * 10, found.offers.size() * 9);
}

void ExpectAllWasPlayed(const Findings& found, const Ledger& ledger) {
  std::map<std::string, int> seen;
  for (const auto& [id, offer] : found.offers) {
    const bool accepted = offer.state() == dispatch::v1::OFFER_STATE_ACCEPTED;
    const bool expired = offer.state() == dispatch::v1::OFFER_STATE_EXPIRED;
    const bool promised = !offer.condition().empty();
    seen["declined with a reason"] += offer.decline_reason() == dispatch::v1::DECLINE_REASON_NO_PEOPLE ? 1 : 0;
    seen["a promise confirmed"] += accepted && promised ? 1 : 0;
    seen["a promise that lapsed"] += expired && promised ? 1 : 0;
    seen["silence"] += expired && !offer.has_answer_time() ? 1 : 0;
    seen["a later wave"] += offer.wave() > 1 ? 1 : 0;
    seen["work from home"] += accepted && offer.capability() == kRemoteSkill ? 1 : 0;
    seen["stood down when full"] += offer.state() == dispatch::v1::OFFER_STATE_STOOD_DOWN ? 1 : 0;
  }
  for (const auto& [id, assignment] : found.assignments) {
    seen["home after work on scene"] +=
        assignment.state() == dispatch::v1::ASSIGNMENT_STATE_HOME && assignment.has_check_in() ? 1 : 0;
  }
  seen["a second acceptance refused"] = ledger.Refusals("AnswerOfferRequest", "TEAM_OVERLAP");
  seen["a second booking refused"] = ledger.Refusals("DispatchRequest", "TEAM_OVERLAP");
  for (const auto& [what, times] : seen) {
    EXPECT_GT(times, 0) << what;
    std::cout << what << ": " << times << "\n";
  }
}

void ExpectRedisInUse(const Deployment& deployment) {
  for (const std::string& url : deployment.urls()) {
    std::string said;
    EXPECT_TRUE(Until(
        [&] {
          const auto reply = cli::Fetch({.url = url + "/readyz", .headers = {}, .body = {}, .timeout = kPatience});
          said = reply.ok() ? reply->body : reply.status().ToString();
          return reply.ok() && reply->status == 200 && said.find("redis") == std::string::npos;
        },
        kSettles))
        << said;
  }
}

void ExpectVerified(const Deployment& deployment) {
  const ProgramResult verified = RunMuster(deployment, {"verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  const ProgramResult chains = RunMuster(deployment, {"audit", "verify"});
  EXPECT_EQ(chains.exit_code, 0) << chains.out << chains.err;
}

}  // namespace muster::testing

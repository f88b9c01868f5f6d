// musterd and its redis-server are killed at random moments while mobilizations go on. Whoever was cut off sends the
// same call again. Afterwards everything that was acknowledged is there, no team was booked twice, and every offer
// has reached its organization.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "services/cli/connect/unix_socket.h"
#include "tests/scenario/kill/listener.h"
#include "tests/scenario/kill/mobilizer.h"

namespace muster::testing {
namespace {

using dispatch::v1::ListOffersResponse;
using notify::v1::ListDeliveriesResponse;

constexpr int kKills = 30;
constexpr unsigned kSeed = 20261123;

/// Kills at random moments, in turn musterd, its Redis, and both; starts musterd again each time. In the middle,
/// besides, all that Redis holds is thrown away.
class Killer {
 public:
  explicit Killer(Server& server) : server_(server), thread_([this] { Run(); }) {}
  ~Killer() { thread_.join(); }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;
  bool is_done() const { return done_.load(); }

 private:
  void Run() {
    std::mt19937 random(kSeed);
    std::uniform_int_distribution<int> pause_ms(50, 900);
    for (int round = 0; round < kKills; ++round) {
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms(random)));
      if (round == kKills / 2) {
        EXPECT_TRUE(Until([this] { return Flush(); })) << "Redis was never there to be flushed";
      }
      if (round % 3 == 1) {
        EXPECT_TRUE(Until([this] { return server_.KillRedis(); })) << "Redis was never there to be killed";
      } else {
        server_.Kill(/*redis=*/round % 3 == 2);
        const bool started = server_.Start();
        EXPECT_TRUE(started) << server_.LogTail();
        if (!started) {
          break;
        }
      }
    }
    done_.store(true);
  }

  bool Flush() const {
    const auto answer = cli::AskSocket(server_.redis_socket(), "FLUSHALL\r\n", 64, std::chrono::seconds(2));
    return answer.ok() && answer->starts_with("+OK");
  }

  /// Redis may be on its way back from the kill before: tries until it is there.
  template <class Attempt>
  static bool Until(const Attempt& attempt) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!attempt()) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  Server& server_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

class KillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.LogTail();
    const ProgramResult loaded = RunMuster(server_, {"demo", "load", "--scale", "0.01"});
    ASSERT_EQ(loaded.exit_code, 0) << loaded.err;
  }

  template <class Object, class Request>
  void ExpectKept(const std::string& kind) {
    for (const auto& [id, version] : ledger_.Acknowledged(kind)) {
      Request request;
      request.set_id(id);
      const auto object = client_.Call<Object>(request);
      ASSERT_TRUE(object.ok()) << kind << " " << id << ": " << object.status();
      EXPECT_GE(object->version(), version) << kind << " " << id;
    }
  }

  void ExpectOffersKept() {
    std::map<std::string, int64_t> stored;
    dispatch::v1::ListOffersRequest request;
    request.set_page_size(500);
    do {
      const auto page = client_.Call<ListOffersResponse>(request);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const auto& offer : page->offers()) {
        stored[offer.id()] = offer.version();
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    for (const auto& [id, version] : ledger_.Acknowledged("offer")) {
      EXPECT_GE(stored[id], version) << "offer " << id;
    }
  }

  /// The deliveries that tell of an offer.
  ListDeliveriesResponse DeliveriesOf(const std::string& offer) {
    notify::v1::ListDeliveriesRequest request;
    request.set_subject_id(offer);
    const auto reply = client_.Call<ListDeliveriesResponse>(request);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *reply : ListDeliveriesResponse();
  }

  /// Each offer was taken down once for its organization, and reached it or was overtaken by what came of it: nobody is
  /// asked for what is not needed any more.
  bool IsSettled(const std::string& offer) {
    const ListDeliveriesResponse reply = DeliveriesOf(offer);
    std::set<std::string> events;
    for (const auto& delivery : reply.deliveries()) {
      EXPECT_TRUE(events.insert(delivery.event_id()).second) << "an event was applied twice for " << offer;
      // FAILED: overtaken before anybody was there to hear it.
      if (delivery.state() == notify::v1::DELIVERY_STATE_QUEUED ||
          delivery.state() == notify::v1::DELIVERY_STATE_SENT) {
        return false;
      }
    }
    return !events.empty();
  }

  void ExpectOffersHeardOnce() {
    std::set<std::string> open = ledger_.invited();
    EXPECT_LT(ledger_.Unheard().size(), open.size()) << "the organization heard of some while it happened";
    for (int i = 0; i < 60 && !open.empty(); ++i) {
      std::erase_if(open, [this](const std::string& offer) { return IsSettled(offer); });
      if (!open.empty()) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
      }
    }
    EXPECT_TRUE(open.empty()) << open.size() << " offers never reached their organization";
  }

  Server server_;
  Ledger ledger_;
  Insistent client_{server_, "operator"};
};

TEST_F(KillTest, NothingAcknowledgedIsLost) {
  Mobilizer mobilizer(server_, ledger_);
  mobilizer.Prepare();
  const Listener listener(server_, ledger_);
  {
    const Killer killer(server_);
    while (!killer.is_done() && !HasFailure()) {
      mobilizer.PlayOnce();
    }
  }
  EXPECT_GE(mobilizer.played(), 3);
  EXPECT_GE(ledger_.acknowledgements(), 60U);

  ExpectKept<dispatch::v1::Incident, dispatch::v1::GetIncidentRequest>("incident");
  ExpectKept<dispatch::v1::ResourceRequest, dispatch::v1::GetRequestRequest>("request");
  ExpectKept<dispatch::v1::Assignment, dispatch::v1::GetAssignmentRequest>("assignment");
  ExpectOffersKept();
  ExpectOffersHeardOnce();

  const ProgramResult verified = RunMuster(server_, {"verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  const ProgramResult chains = RunMuster(server_, {"audit", "verify"});
  EXPECT_EQ(chains.exit_code, 0) << chains.out << chains.err;
  EXPECT_EQ(server_.Stop(), 0);
}

}  // namespace
}  // namespace muster::testing

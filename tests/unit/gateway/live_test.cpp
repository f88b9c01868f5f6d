#include <nlohmann/json.hpp>
#include <thread>

#include "services/gateway/live/live_ring.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace muster::gateway {
namespace {

using namespace std::chrono_literals;
using muster::testing::RawFrame;
using muster::testing::RawSocket;
using muster::testing::ReasonIn;
using nlohmann::json;

events::FeedEvent Event(int64_t seq, const std::string& district = "3205/320506",
                        std::vector<OrganizationId> organizations = {}, const std::string& owner = "dispatch") {
  events::FeedEvent event;
  event.id = EventId("event-" + std::to_string(seq));
  event.type = "muster.dispatch.v1.OfferInvited";
  event.subject = "offer-1";
  event.owner = owner;
  event.feed_seq = seq;
  event.district_path = district;
  event.organization_ids = std::move(organizations);
  event.data_type = "muster.testing.v1.CountItem";
  muster::testing::CountItem item;
  item.set_number(seq);
  event.data = item.SerializeAsString();
  return event;
}

class LiveTest : public muster::testing::GatewayFixture {
 protected:
  static constexpr const char* kOperator = "Authorization: Bearer token-operator\r\n";

  std::unique_ptr<RawSocket> Open(const std::string& query = "", const std::string& headers = kOperator) {
    return std::make_unique<RawSocket>(gateway_->port(), "/live" + query, headers);
  }
  /// Opens and takes the greeting.
  std::unique_ptr<RawSocket> OpenGreeted(const std::string& query = "", const std::string& headers = kOperator) {
    auto socket = Open(query, headers);
    EXPECT_EQ(socket->handshake().status, 101);
    EXPECT_EQ(json::parse(socket->Receive().payload)["control"], "hello");
    return socket;
  }
  void Publish(const events::FeedEvent& event) {
    feed_.Add(event);
    EXPECT_OK(gateway_->live().Apply(event));
  }
  static std::string SeqOf(const RawFrame& frame) {
    return frame.opcode == 1 ? json::parse(frame.payload).value("feedseq", "none")
                             : "opcode " + std::to_string(frame.opcode);
  }
};

TEST_F(LiveTest, SendsACloudEventToWhoMaySeeIt) {
  Start();
  const auto socket = OpenGreeted();
  Publish(Event(7));
  const json event = json::parse(socket->Receive().payload);
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["id"], "event-7");
  EXPECT_EQ(event["source"], "muster/dispatch");
  EXPECT_EQ(event["feedseq"], "7");
  EXPECT_EQ(event["mode"], "real");
  EXPECT_EQ(event["data"]["number"], "7");
  EXPECT_FALSE(event.contains("organizationids")) << "who else was asked is nobody's business";
}

TEST_F(LiveTest, FiltersByDistrictAndOrganization) {
  Start();
  const auto official = OpenGreeted();
  const auto organization = OpenGreeted("", "Authorization: Bearer token-org-a\r\n");
  Publish(Event(1, "3206/320601"));                         // another city
  Publish(Event(2, "3205/320506", {OrganizationId("b")}));  // another organization
  Publish(Event(3, "3205/320506", {OrganizationId("b"), OrganizationId("a")}));
  Publish(Event(4, ""));
  EXPECT_EQ(SeqOf(official->Receive()), "2");
  EXPECT_EQ(SeqOf(official->Receive()), "3");
  EXPECT_EQ(SeqOf(official->Receive()), "4");
  EXPECT_EQ(SeqOf(organization->Receive()), "3");
  Publish(Event(5, "3205/320506", {OrganizationId("a")}));
  EXPECT_EQ(SeqOf(organization->Receive()), "5");
}

TEST_F(LiveTest, ResumesFromWhatIsHeldHere) {
  Start();
  for (int seq = 1; seq <= 200; ++seq) {
    Publish(Event(seq));
  }
  const auto socket = OpenGreeted("?cursor=dispatch:50");
  for (int seq = 51; seq <= 200; ++seq) {
    ASSERT_EQ(SeqOf(socket->Receive()), std::to_string(seq));
  }
  Publish(Event(201));
  EXPECT_EQ(SeqOf(socket->Receive()), "201");
  EXPECT_EQ(feed_.reads(), 0);
}

TEST_F(LiveTest, ResumesFromTheOwnersFeedFurtherBack) {
  options_.live.ring_events = 10;
  Start();
  for (int seq = 1; seq <= 1300; ++seq) {
    Publish(Event(seq));
  }
  const auto socket = OpenGreeted("?cursor=dispatch%3A20");
  for (int seq = 21; seq <= 1300; ++seq) {
    ASSERT_EQ(SeqOf(socket->Receive()), std::to_string(seq));
  }
  EXPECT_GT(feed_.reads(), 0);
  Publish(Event(1301));
  EXPECT_EQ(SeqOf(socket->Receive()), "1301");
}

TEST_F(LiveTest, LosesNothingWhileEventsComeDuringResuming) {
  options_.live.ring_events = 2000;
  Start();
  for (int seq = 1; seq <= 500; ++seq) {
    Publish(Event(seq));
  }
  std::thread publisher([&] {
    for (int seq = 501; seq <= 1500; ++seq) {
      Publish(Event(seq));
      std::this_thread::yield();
    }
  });
  const auto socket = OpenGreeted("?cursor=dispatch:0");
  int expected = 1;
  while (expected <= 1500) {
    const RawFrame frame = socket->Receive();
    if (frame.opcode == 8) {  // overflowed once it was live: allowed, and it says so
      EXPECT_EQ(frame.close_code(), 1013);
      break;
    }
    ASSERT_EQ(SeqOf(frame), std::to_string(expected++));
  }
  publisher.join();
  EXPECT_GT(expected, 500);
}

TEST_F(LiveTest, KeepsArrivalOrderWhereDrillEventsComeLate) {
  Start();
  Publish(Event(1));
  Publish(Event(3));
  Publish(Event(2));  // by the other stream
  const auto socket = OpenGreeted("?cursor=dispatch:3");
  EXPECT_EQ(SeqOf(socket->Receive()), "2") << "it came after 3, so who has 3 lacks it";
}

TEST_F(LiveTest, AsksForASnapshotWhenTheFeedNoLongerHoldsWhatFollows) {
  options_.live.ring_events = 10;
  Start();
  for (int seq = 1; seq <= 100; ++seq) {
    Publish(Event(seq));
  }
  feed_.ForgetThrough(60);
  auto socket = OpenGreeted("?cursor=dispatch:20");
  json control = json::parse(socket->Receive().payload);
  EXPECT_EQ(control["control"], "snapshot_needed");
  EXPECT_EQ(control["owner"], "dispatch");
  EXPECT_EQ(control["cursor"], "100");
  Publish(Event(101));
  EXPECT_EQ(SeqOf(socket->Receive()), "101") << "and it goes on from now";
  socket = OpenGreeted("?cursor=dispatch:5000");
  EXPECT_EQ(json::parse(socket->Receive().payload)["control"], "snapshot_needed") << "a cursor of another life";
}

TEST_F(LiveTest, TellsClientsWhenItHasLostEventsItself) {
  Start();
  const auto socket = OpenGreeted();
  Publish(Event(1));
  EXPECT_EQ(SeqOf(socket->Receive()), "1");
  feed_.Add(Event(90));
  EXPECT_EQ(*gateway_->live().Resync("dispatch"), 90);
  const json control = json::parse(socket->Receive().payload);
  EXPECT_EQ(control["control"], "snapshot_needed");
  EXPECT_EQ(control["cursor"], "90");
}

TEST_F(LiveTest, ClosesAClientThatDoesNotKeepUpWith1013) {
  options_.http.socket_queue_messages = 4;
  Start();
  const auto slow = OpenGreeted();
  const auto quick = OpenGreeted();
  events::FeedEvent large = Event(1);
  muster::testing::CountItem item;
  item.set_filler(std::string(100'000, 'x'));
  large.data = item.SerializeAsString();
  for (int seq = 1; seq <= 200; ++seq) {
    large.feed_seq = seq;
    Publish(large);
    ASSERT_EQ(SeqOf(quick->Receive()), std::to_string(seq));
  }
  int received = 0;
  RawFrame frame = slow->Receive();
  for (; frame.opcode == 1; frame = slow->Receive()) {
    ++received;
  }
  EXPECT_LT(received, 200);
  if (frame.opcode == 8) {  // else it came back too late to be told, and was cut off
    EXPECT_EQ(frame.close_code(), 1013);
    EXPECT_EQ(frame.payload.substr(2), "resync");
  }
}

TEST_F(LiveTest, RefusesTheHandshakeBeforeItUpgrades) {
  Start();
  EXPECT_EQ(Open("", "")->handshake().status, 401);
  EXPECT_EQ(Open("", "Authorization: Bearer expired\r\n")->handshake().status, 401);
  EXPECT_EQ(Open("", "Authorization: Bearer mk_bad\r\n")->handshake().status, 401);
  EXPECT_EQ(ReasonIn(Open("", std::string(kOperator) + "Origin: https://evil.example\r\n")->handshake()), "CSRF");
  EXPECT_EQ(Open("", std::string(kOperator) + "Origin: http://127.0.0.1\r\n")->handshake().status, 101);
  for (const char* cursor : {"dispatch", "dispatch:", "dispatch:-1", "dispatch:x", "weather:1", "dispatch:1,dispatch:2",
                             "dispatch:99999999999999999999"}) {
    EXPECT_EQ(ReasonIn(Open(std::string("?cursor=") + cursor)->handshake()), "BAD_CURSOR") << cursor;
  }
  EXPECT_EQ(Ask(Get("/live")).status, 426);
}

TEST_F(LiveTest, IsClosedToRolesThatMayNotReadWhatItTells) {
  Start();
  for (const Role role : {Role::kMember, Role::kRequester, Role::kIntegration, Role::kSystemAdmin}) {
    role_ = role;
    const auto socket = Open("", "Authorization: Bearer token-role\r\n");
    EXPECT_EQ(socket->handshake().status, 403) << Name(role);
    EXPECT_EQ(ReasonIn(socket->handshake()), "FORBIDDEN");
  }
  for (const Role role : {Role::kStreetOperator, Role::kAuditor, Role::kTeamLeader}) {
    role_ = role;
    EXPECT_EQ(Open("", "Authorization: Bearer token-role\r\n")->handshake().status, 101) << Name(role);
  }
}

TEST_F(LiveTest, EndsWhenTheRoleThatAllowedItIsTakenAway) {
  Start();
  const auto socket = OpenGreeted("", "Authorization: Bearer mk_good\r\n");
  {
    MutexLock lock(mutex_);
    role_ = Role::kMember;
  }
  gateway_->AccountsChanged();
  const RawFrame frame = socket->Receive();
  EXPECT_EQ(frame.close_code(), 1008);
  EXPECT_EQ(frame.payload.substr(2), "FORBIDDEN");
}

TEST_F(LiveTest, TakesABrowsersTokenAsASubprotocolAndDoesNotAnswerIt) {
  Start();
  const auto socket = Open("", "Sec-WebSocket-Protocol: muster.live.v1, muster.bearer.token-operator\r\n");
  EXPECT_EQ(socket->handshake().status, 101);
  std::string chosen;
  for (const auto& [name, value] : socket->handshake().headers) {
    EXPECT_EQ(value.find("token-operator"), std::string::npos) << name;
    chosen += value == "muster.live.v1" ? value : "";
  }
  EXPECT_EQ(chosen, "muster.live.v1");
}

TEST_F(LiveTest, TakesAnApiKeyAndEndsWhenItIsRevoked) {
  Start();
  const auto socket = OpenGreeted("", "Authorization: Bearer mk_good\r\n");
  Publish(Event(1));
  EXPECT_EQ(SeqOf(socket->Receive()), "1");
  gateway_->AccountsChanged();
  Publish(Event(2));
  EXPECT_EQ(SeqOf(socket->Receive()), "2") << "still good";
  key_revoked_ = true;
  gateway_->AccountsChanged();
  const RawFrame frame = socket->Receive();
  EXPECT_EQ(frame.opcode, 8);
  EXPECT_EQ(frame.close_code(), 1008);
}

TEST_F(LiveTest, EndsWithTheAccessTokenItCameWith) {
  identity_life_ = 100ms;
  Start();
  const RawFrame frame = OpenGreeted()->Receive();
  EXPECT_EQ(frame.close_code(), 1008);
  EXPECT_EQ(frame.payload.substr(2), "SESSION_EXPIRED");
}

TEST_F(LiveTest, ClosesBadClientsWithTheRightCode) {
  Start();
  const auto code = [&](const std::function<void(RawSocket&)>& misbehave) {
    const auto socket = OpenGreeted();
    misbehave(*socket);
    RawFrame frame = socket->Receive();
    while (frame.opcode == 10) {
      frame = socket->Receive();
    }
    return frame.close_code();
  };
  EXPECT_EQ(code([](RawSocket& socket) { socket.SendText("{}"); }), 1008) << "the feed takes no messages";
  EXPECT_EQ(code([](RawSocket& socket) { socket.Send(0x82, "binary"); }), 1003);
  EXPECT_EQ(code([](RawSocket& socket) { socket.SendText(std::string(65 * 1024, 'a')); }), 1009);
  EXPECT_EQ(code([](RawSocket& socket) {
              socket.Send(0x01, "a");
              for (int i = 0; i < 70'000; ++i) {
                socket.Send(0x00, "a");
              }
            }),
            1009)
      << "in many pieces too";
  EXPECT_EQ(code([](RawSocket& socket) { socket.SendText("\xff\xfe"); }), 1007);
  EXPECT_EQ(code([](RawSocket& socket) { socket.Send(0x81, "unmasked", false); }), 1002);
  EXPECT_EQ(code([](RawSocket& socket) { socket.Send(0xf1, "reserved bits"); }), 1002);
  EXPECT_EQ(code([](RawSocket& socket) { socket.Send(0x83, "unknown opcode"); }), 1002);
  EXPECT_EQ(code([](RawSocket& socket) {
              for (int i = 0; i < 30; ++i) {
                socket.Send(0x89, "ping");
              }
            }),
            1008);
}

TEST_F(LiveTest, ClosesWith1001WhenTheServerGoes) {
  Start();
  const auto socket = OpenGreeted();
  gateway_->Drain();
  EXPECT_EQ(socket->Receive().close_code(), 1001);
}

TEST_F(LiveTest, CountsItsClients) {
  Start();
  auto socket = OpenGreeted();
  EXPECT_EQ(gateway_->live().clients(), 1U);
  EXPECT_EQ(gateway_->stats().sockets, 1U);
  socket.reset();
  while (gateway_->live().clients() > 0) {
    std::this_thread::yield();
  }
}

std::shared_ptr<LiveEvent> RingEvent(int64_t seq) { return EncodeLiveEvent(Event(seq)); }

TEST(LiveRingTest, KnowsWhatItHolds) {
  LiveRing ring(3, 1'000'000);
  ring.Reset(10);
  EXPECT_EQ(ring.Locate(10)->place, ring.next_place());
  EXPECT_EQ(ring.Locate(9), std::nullopt);
  for (const int seq : {11, 12, 14, 13}) {
    ring.Add(RingEvent(seq));
  }
  EXPECT_EQ(ring.head(), 14);
  EXPECT_EQ(ring.Locate(10), std::nullopt) << "11 has left the ring";
  EXPECT_EQ(ring.Read(ring.Locate(12)->place, 10)->size(), 2U);
  EXPECT_EQ(ring.Read(ring.Locate(14)->place, 10)->front()->feed_seq, 13);
  const auto from_eleven = ring.Locate(11);
  ASSERT_TRUE(from_eleven.has_value());
  EXPECT_EQ(from_eleven->skip_through, 11);
  EXPECT_EQ(ring.Read(from_eleven->place, 10)->size(), 3U);
}

TEST(LiveRingTest, HoldsBytesWithinItsLimit) {
  const size_t size = RingEvent(10)->frame->size();
  LiveRing ring(1000, size * 5);
  for (int seq = 10; seq < 60; ++seq) {
    ring.Add(RingEvent(seq));
  }
  EXPECT_EQ(ring.Locate(30), std::nullopt);
  EXPECT_EQ(ring.Read(ring.Locate(55)->place, 100)->size(), 4U);
}

TEST(LiveEventTest, SendsAPayloadOfAnUnknownTypeAsBytes) {
  events::FeedEvent event = Event(1);
  event.data_type = "muster.future.v9.Thing";
  event.data = "\x01\x02";
  EXPECT_EQ(json::parse(*EncodeLiveEvent(event)->frame)["data_base64"], "AQI=");
}

}  // namespace

}  // namespace muster::gateway

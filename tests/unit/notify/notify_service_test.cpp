#include "services/notify/rpc/notify_service.h"

#include "tests/unit/notify/notify_fixture.h"

namespace muster::notify {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class NotifyServiceTest : public NotifyFixture {};

TEST_F(NotifyServiceTest, AnInvitationBecomesADeliveryToTheOrganizationAsked) {
  ASSERT_TRUE(Apply(OfferEvent("OfferInvited", "offer-1", "a")));
  const auto deliveries = List(Manager("a"));
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(deliveries[0].subject_id(), "offer-1");
  EXPECT_EQ(deliveries[0].organization_id(), "a");
  EXPECT_EQ(deliveries[0].state(), v1::DELIVERY_STATE_QUEUED);
  EXPECT_EQ(deliveries[0].event_type(), "muster.dispatch.v1.OfferInvited");
  EXPECT_THAT(deliveries[0].text().zh(), HasSubstr("心理援助 12人"));
  EXPECT_EQ(deliveries[0].version(), 1);
  EXPECT_THAT(Told(), ElementsAre("DeliveryQueued"));
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, ItsEventsAreForTheOrganizationAndTheDistrict) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a", Mode::kDrill));
  const events::FeedEvent event = feed_->Read({"notify", 0, 1, {}})->events[0];
  EXPECT_EQ(event.mode, Mode::kDrill);
  EXPECT_EQ(event.district_path, "3205/320506");
  EXPECT_THAT(event.organization_ids, ElementsAre(OrganizationId("a")));
  v1::DeliveryEvent payload;
  ASSERT_TRUE(payload.ParseFromString(event.data));
  EXPECT_EQ(event.data_type, "muster.notify.v1.DeliveryEvent");
  EXPECT_EQ(payload.organization_id(), "a");
  EXPECT_EQ(payload.subject_id(), "offer-1");
  EXPECT_THAT(payload.text().zh(), ::testing::StartsWith("【演练】"));
}

TEST_F(NotifyServiceTest, TestsAndOtherEventsReachNobody) {
  EXPECT_FALSE(Apply(OfferEvent("OfferInvited", "offer-1", "a", Mode::kTest)));
  EXPECT_FALSE(Apply(Event("IncidentOpened", "incident-1", "muster.dispatch.v1.IncidentEvent", "", Mode::kReal)));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(NotifyServiceTest, AReminderIsToldToTheOrganizationAndSeenByItsOfficer) {
  registry::v1::ExpiryReminderEvent message;
  registry::v1::Reminder& reminder = *message.mutable_reminder();
  reminder.set_id("reminder-1");
  reminder.set_kind(registry::v1::REMINDER_KIND_CAPABILITY);
  reminder.set_detail("psychological_support");
  reminder.set_organization_id("a");
  reminder.mutable_end_time()->set_seconds(1'772'323'200);  // 2026-03-01T00:00:00Z
  reminder.set_days(30);
  events::FeedEvent event =
      Event("ExpiryReminder", "reminder-1", message.GetTypeName(), message.SerializeAsString(), Mode::kReal);
  event.owner = "registry";
  event.type = "muster.registry.v1.ExpiryReminder";
  ASSERT_TRUE(Apply(event));
  const auto deliveries = List(Manager("a"));
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(deliveries[0].text().zh(),
            "一支队伍的“心理援助”证书或等级有效期止于2026年3月1日，不足30天。请及时办理延续。");
  EXPECT_THAT(deliveries[0].text().en(), HasSubstr("psychological support ends on 1 Mar 2026, within 30 days"));
  EXPECT_THAT(List(Official(Role::kCivilAffairsOfficer, "3205")), SizeIs(1));
  EXPECT_THAT(List(Official(Role::kCivilAffairsOfficer, "3205/320583")), IsEmpty());
  ExpectNoViolations();

  event.data_type = registry::v1::TeamEvent::descriptor()->full_name();
  EXPECT_FALSE(Apply(event)) << "nothing else of the registry is told";
}

TEST_F(NotifyServiceTest, AWrongPayloadIsAnError) {
  const auto event =
      Event("OfferInvited", "offer-1", dispatch::v1::OfferEvent::descriptor()->full_name(), "\xff\xff", Mode::kReal);
  EXPECT_THAT(service_->handler().Handle(event), HasReason(Reason::kInvalidField));
}

TEST_F(NotifyServiceTest, NamesCapabilitiesByCodeWhileTheRegistryIsAway) {
  registry_.is_away = true;
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  EXPECT_THAT(List(Manager("a"))[0].text().zh(), HasSubstr("psychological_support 12人"));
  Apply(OfferEvent("OfferInvited", "offer-2", "a"));
  EXPECT_EQ(registry_.calls, 1) << "not asked again at once";
  registry_.is_away = false;
  clock_.Advance(std::chrono::seconds(30));
  Apply(OfferEvent("OfferInvited", "offer-3", "a"));
  EXPECT_THAT(List(Manager("a"))[2].text().zh(), HasSubstr("心理援助"));
}

TEST_F(NotifyServiceTest, SendsWhatWaitsToWhoeverBeginsToListen) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Apply(OfferEvent("OfferInvited", "offer-2", "b"));
  Step();  // nobody listens
  const auto sink = Subscribe(Manager("a"));
  EXPECT_THAT(sink->received, IsEmpty());
  Step();
  ASSERT_THAT(sink->received, SizeIs(1));
  EXPECT_EQ(sink->received[0].subject_id(), "offer-1");
  EXPECT_EQ(sink->received[0].attempts(), 1);
  EXPECT_EQ(List(Manager("a"))[0].state(), v1::DELIVERY_STATE_SENT);
  EXPECT_EQ(List(Manager("b"))[0].state(), v1::DELIVERY_STATE_QUEUED);
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, SendsWhatWaitsAlsoWhenTheStoreWasFullAsTheListenerCame) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();  // nobody listens: it is parked
  const auto sink = Subscribe(Manager("a"));
  refusing_ = Error(Reason::kStoreFull);
  Step();
  EXPECT_THAT(sink->received, IsEmpty());
  refusing_ = absl::OkStatus();
  Step();
  EXPECT_THAT(sink->received, SizeIs(1));
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, SendsNewOnesAsTheyCome) {
  const auto sink = Subscribe(Manager("a"));
  const auto second = Subscribe(Manager("a"));
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  EXPECT_THAT(sink->received, SizeIs(1));
  EXPECT_THAT(second->received, SizeIs(1));
}

TEST_F(NotifyServiceTest, SendsAgainUntilTheReceiptComes) {
  const auto sink = Subscribe(Manager("a"));
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  std::vector<int> sendings;
  for (int second = 0; second <= 120; ++second) {
    clock_.Advance(std::chrono::seconds(1));
    const size_t before = sink->received.size();
    Step();
    if (sink->received.size() > before) {
      sendings.push_back(second + 1);
    }
  }
  EXPECT_THAT(sendings, ElementsAre(2, 7, 17, 47, 107));
  EXPECT_EQ(sink->received.back().attempts(), 6);
  EXPECT_EQ(List(Manager("a"))[0].attempts(), 6);
  ASSERT_OK(Acknowledge(Manager("a"), sink->received[0].id()));
  const size_t before = sink->received.size();
  clock_.Advance(std::chrono::minutes(10));
  Step();
  EXPECT_EQ(sink->received.size(), before);
  EXPECT_EQ(List(Manager("a"))[0].attempts(), 6);
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, SendsAgainAlsoAfterTheClockWasPutBack) {
  const auto sink = Subscribe(Manager("a"));
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  clock_.Jump(-std::chrono::hours(24));
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_THAT(sink->received, SizeIs(2));
}

TEST_F(NotifyServiceTest, WaitsForAListenerWhoseQueueIsFull) {
  const auto sink = Subscribe(Manager("a"));
  sink->is_full = true;
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  EXPECT_EQ(List(Manager("a"))[0].state(), v1::DELIVERY_STATE_QUEUED);
  sink->is_full = false;
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_THAT(sink->received, SizeIs(1));
}

TEST_F(NotifyServiceTest, ListenersThatLeaveAreForgotten) {
  const auto sink = Subscribe(Manager("a"));
  EXPECT_EQ(service_->subscriber_count(), 1u);
  sink->Finish(absl::OkStatus());
  EXPECT_EQ(service_->subscriber_count(), 0u);
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  EXPECT_EQ(List(Manager("a"))[0].state(), v1::DELIVERY_STATE_QUEUED);
}

TEST_F(NotifyServiceTest, EndsStreamsWhenItEnds) {
  const auto sink = Subscribe(Manager("a"));
  service_.reset();
  ASSERT_TRUE(sink->finished.has_value());
  EXPECT_THAT(*sink->finished, HasReason(Reason::kDraining));
}

TEST_F(NotifyServiceTest, OnlyAnOrganizationFollowsItsOwn) {
  EXPECT_THAT(*Subscribe(Manager("a"), "b")->finished, HasReason(Reason::kNotFound));
  EXPECT_THAT(*Subscribe(Official(Role::kCityOperator, "3205"))->finished, HasReason(Reason::kInvalidField));
  EXPECT_FALSE(Subscribe(Manager("a"), "a")->finished.has_value());
}

TEST_F(NotifyServiceTest, SurvivesARestartWithWhatWasNotReceipted) {
  const auto sink = Subscribe(Manager("a"));
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Step();
  Open();
  const auto again = Subscribe(Manager("a"));
  Step();
  ASSERT_THAT(again->received, SizeIs(1));
  EXPECT_EQ(again->received[0].id(), sink->received[0].id());
}

TEST_F(NotifyServiceTest, RecordsReceiptsOnce) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const std::string id = List(Manager("a"))[0].id();
  const auto delivered = Acknowledge(Manager("a"), id);
  ASSERT_OK(delivered);
  EXPECT_EQ(delivered->state(), v1::DELIVERY_STATE_DELIVERED);
  EXPECT_TRUE(delivered->has_delivered_time());
  EXPECT_FALSE(delivered->has_read_time());
  const auto again = Acknowledge(Manager("a"), id);
  ASSERT_OK(again);
  EXPECT_EQ(again->version(), delivered->version());
  const auto read = Acknowledge(Manager("a"), id, v1::DELIVERY_STATE_READ);
  ASSERT_OK(read);
  EXPECT_EQ(read->state(), v1::DELIVERY_STATE_READ);
  EXPECT_TRUE(read->has_read_time());
  const auto late = Acknowledge(Manager("a"), id);
  ASSERT_OK(late);
  EXPECT_EQ(late->state(), v1::DELIVERY_STATE_READ) << "a late receipt changes nothing";
  EXPECT_THAT(Told(), ElementsAre("DeliveryQueued", "DeliveryReceipted", "DeliveryReceipted"));
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, RepeatsOfOneRequestGetOneAnswer) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const std::string id = List(Manager("a"))[0].id();
  const std::string request_id = NewUuid(clock_.Now(), SystemRandom());
  const auto first = Acknowledge(Manager("a"), id, v1::DELIVERY_STATE_DELIVERED, request_id);
  ASSERT_OK(Acknowledge(Manager("a"), id, v1::DELIVERY_STATE_READ));
  const auto repeated = Acknowledge(Manager("a"), id, v1::DELIVERY_STATE_DELIVERED, request_id);
  ASSERT_OK(repeated);
  EXPECT_EQ(repeated->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(Acknowledge(Manager("a"), id, v1::DELIVERY_STATE_READ, request_id), HasReason(Reason::kRequestIdReused));
}

TEST_F(NotifyServiceTest, ReadImpliesDelivered) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const auto read = Acknowledge(Manager("a"), List(Manager("a"))[0].id(), v1::DELIVERY_STATE_READ);
  ASSERT_OK(read);
  EXPECT_TRUE(read->has_delivered_time());
}

TEST_F(NotifyServiceTest, RefusesReceiptsThatMakeNoSense) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const std::string id = List(Manager("a"))[0].id();
  for (const v1::DeliveryState state : {v1::DELIVERY_STATE_UNSPECIFIED, v1::DELIVERY_STATE_QUEUED,
                                        v1::DELIVERY_STATE_SENT, v1::DELIVERY_STATE_FAILED}) {
    EXPECT_THAT(Acknowledge(Manager("a"), id, state), HasReason(Reason::kInvalidField));
  }
  EXPECT_THAT(Acknowledge(Manager("a"), "no such delivery"), HasReason(Reason::kNotFound));
  EXPECT_EQ(List(Manager("a"))[0].state(), v1::DELIVERY_STATE_QUEUED);
}

TEST_F(NotifyServiceTest, ForeignDeliveriesDoNotExist) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const std::string id = List(Manager("a"))[0].id();
  EXPECT_THAT(List(Manager("b")), IsEmpty());
  EXPECT_THAT(Acknowledge(Manager("b"), id), HasReason(Reason::kNotFound));
  EXPECT_THAT(List(Official(Role::kDistrictOperator, "3205/320507")), IsEmpty());
  EXPECT_THAT(Acknowledge(Official(Role::kDistrictOperator, "3205/320507"), id), HasReason(Reason::kNotFound));
  EXPECT_THAT(List(Official(Role::kDistrictOperator, "3205/32050")), IsEmpty())
      << "a prefix of the text is no district";
  v1::ListDeliveriesRequest request;
  request.set_organization_id("a");
  EXPECT_THAT(List(Manager("b"), request), IsEmpty());
}

TEST_F(NotifyServiceTest, OfficialsSeeTheirDistrictAndOperatorsMayAcknowledgeForAnOrganization) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  const auto seen = List(Official(Role::kAuditor, "3205"));
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_THAT(Acknowledge(Official(Role::kAuditor, "3205"), seen[0].id()), HasReason(Reason::kForbidden));
  EXPECT_OK(Acknowledge(Official(Role::kDistrictOperator, "3205/320506"), seen[0].id()));
}

TEST_F(NotifyServiceTest, AGrantForTheIncidentLetsOneSeeUntilItEnds) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Principal guest = Official(Role::kDistrictOperator, "3205/320507");
  guest.incident_grants = {{IncidentId("incident-1"), clock_.Now() + std::chrono::hours(1)}};
  EXPECT_THAT(List(guest), SizeIs(1));
  clock_.Advance(std::chrono::hours(2));
  EXPECT_THAT(List(guest), IsEmpty());
}

TEST_F(NotifyServiceTest, ListsInPagesAndByFilter) {
  for (int i = 0; i < 3; ++i) {
    Apply(OfferEvent("OfferInvited", "offer-" + std::to_string(i), "a"));
    clock_.Advance(std::chrono::milliseconds(2));
  }
  ASSERT_OK(Acknowledge(Manager("a"), List(Manager("a"))[0].id()));
  v1::ListDeliveriesRequest request;
  request.set_page_size(2);
  const auto first = Invoke<v1::ListDeliveriesResponse>("ListDeliveries", Manager("a"), request);
  ASSERT_OK(first);
  EXPECT_EQ(first->deliveries_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto second = Invoke<v1::ListDeliveriesResponse>("ListDeliveries", Manager("a"), request);
  ASSERT_OK(second);
  EXPECT_EQ(second->deliveries_size(), 1);
  EXPECT_TRUE(second->next_page_token().empty());
  request = {};
  request.set_unreceipted_only(true);
  EXPECT_THAT(List(Manager("a"), request), SizeIs(2));
  request = {};
  request.set_subject_id("offer-2");
  EXPECT_THAT(List(Manager("a"), request), SizeIs(1));
  request = {};
  request.set_page_size(501);
  EXPECT_THAT(Invoke<v1::ListDeliveriesResponse>("ListDeliveries", Manager("a"), request), HasReason(Reason::kBadPage));
}

TEST_F(NotifyServiceTest, TellsPeopleWhenNoReceiptComes) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Apply(OfferEvent("OfferStoodDown", "offer-2", "b"));
  clock_.Advance(std::chrono::minutes(5) - std::chrono::seconds(1));
  Step();
  EXPECT_EQ(service_->counters().escalated, 0);
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(service_->counters().escalated, 1) << "that one may stand down is not urgent";
  EXPECT_THAT(Told(), ElementsAre("DeliveryQueued", "DeliveryQueued", "DeliveryEscalated"));
  clock_.Advance(std::chrono::minutes(5));
  Step();
  EXPECT_EQ(service_->counters().escalated, 1) << "once is enough";
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, AClockThatJumpsDoesNotRaiseEveryAlarmAtOnce) {
  for (int i = 0; i < 60; ++i) {
    Apply(OfferEvent("OfferInvited", "offer-" + std::to_string(i), "a"));
  }
  clock_.Advance(std::chrono::hours(24));
  Step();
  EXPECT_EQ(service_->counters().escalated, 50);
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(service_->counters().escalated, 60);
}

TEST_F(NotifyServiceTest, AnAnswerIsAReceipt) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  ASSERT_TRUE(Apply(OfferEvent("OfferAccepted", "offer-1", "a")));
  const auto deliveries = List(Manager("a"));
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_EQ(deliveries[0].state(), v1::DELIVERY_STATE_READ);
  clock_.Advance(std::chrono::minutes(6));
  Step();
  EXPECT_EQ(service_->counters().escalated, 0);
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, AnOperatorsAnswerEndsTheAskingAndIsNoReceipt) {
  for (const std::string answer : {"OfferAccepted", "OfferProvisional", "OfferDeclined"}) {
    Apply(OfferEvent("OfferInvited", answer, "a"));
    ASSERT_TRUE(Apply(OfferEvent(answer, answer, "a", Mode::kReal, By::kOperator)));
  }
  const auto sink = Subscribe(Manager("a"));
  clock_.Advance(std::chrono::minutes(6));
  Step();
  EXPECT_THAT(sink->received, IsEmpty()) << "it was asked by phone or radio";
  EXPECT_EQ(service_->counters().escalated, 0);
  for (const v1::Delivery& delivery : List(Manager("a"))) {
    EXPECT_EQ(delivery.state(), v1::DELIVERY_STATE_FAILED) << "nobody of the organization has read it";
    EXPECT_FALSE(delivery.has_read_time());
    EXPECT_FALSE(delivery.has_delivered_time());
    EXPECT_OK(Acknowledge(Manager("a"), delivery.id())) << "a receipt that comes late counts";
  }
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, AnOperatorsMoveIsNoReceiptEither) {
  Apply(AssignmentEvent("AssignmentReserved", "assignment-1", "a"));
  ASSERT_TRUE(Apply(AssignmentEvent("AssignmentMobilizing", "assignment-1", "a", By::kOperator)));
  EXPECT_EQ(List(Manager("a"))[0].state(), v1::DELIVERY_STATE_FAILED);
  EXPECT_THAT(Told(), ElementsAre("DeliveryQueued", "DeliverySuperseded"));
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, ALaterEventOvertakesWhatNobodyReceived) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Apply(OfferEvent("OfferStoodDown", "offer-1", "a"));
  const auto sink = Subscribe(Manager("a"));
  Step();
  ASSERT_THAT(sink->received, SizeIs(1)) << "nobody is asked for what is not needed any more";
  EXPECT_EQ(sink->received[0].event_type(), "muster.dispatch.v1.OfferStoodDown");
  EXPECT_THAT(Told(), ElementsAre("DeliveryQueued", "DeliverySuperseded", "DeliveryQueued"));
  ExpectNoViolations();
}

TEST_F(NotifyServiceTest, ARecallReachesTheOrganization) {
  Apply(AssignmentEvent("AssignmentReserved", "assignment-1", "a"));
  Apply(AssignmentEvent("AssignmentMobilizing", "assignment-1", "a"));
  Apply(AssignmentEvent("AssignmentRecalled", "assignment-1", "a"));
  const auto deliveries = List(Manager("a"));
  ASSERT_THAT(deliveries, SizeIs(2));
  // Both were made in the same instant, so their order in the list is open.
  const bool recall_first = deliveries[0].event_type() == "muster.dispatch.v1.AssignmentRecalled";
  const auto& reserved = deliveries[recall_first ? 1 : 0];
  const auto& recalled = deliveries[recall_first ? 0 : 1];
  EXPECT_EQ(reserved.state(), v1::DELIVERY_STATE_READ);
  EXPECT_THAT(recalled.text().zh(), HasSubstr("请立即撤回"));
  EXPECT_THAT(recalled.text().en(), HasSubstr("Come back at once"));
}

TEST_F(NotifyServiceTest, SendsMoreThanOneBatch) {
  const auto sink = Subscribe(Manager("a"));
  for (int i = 0; i < 300; ++i) {
    Apply(OfferEvent("OfferInvited", "offer-" + std::to_string(i), "a"));
  }
  int steps = 0;
  while (service_->Step(clock_.Now()) == Duration::zero()) {
    ++steps;
  }
  EXPECT_THAT(sink->received, SizeIs(300));
  EXPECT_EQ(steps, 2);
  ExpectNoViolations();
}

/// One thing done to the store past all rules, and what must be told.
struct Damage {
  const char* name;
  const char* sql;
  const char* told;
};

class NotifyDamageTest : public NotifyServiceTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(NotifyDamageTest, IsFound) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Apply(OfferEvent("OfferInvited", "offer-2", "b", Mode::kDrill));
  Spoil("INSERT INTO inbox (consumer, event_id, time_us) SELECT 'notify', event_id, create_us FROM delivery");
  ASSERT_THAT(Violations(), ::testing::IsEmpty());
  Spoil("DROP INDEX delivery_by_event");
  Spoil(GetParam().sql);
  EXPECT_THAT(Violations(), ::testing::ElementsAre(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Planted, NotifyDamageTest,
    ::testing::Values(
        Damage{"NeverSentAgain", "DELETE FROM delivery_schedule WHERE organization_id = 'a'",
               "I3 awaits its receipt and is never sent again"},
        Damage{"ForgedText", "UPDATE delivery SET text_zh = 'forged' WHERE organization_id = 'a'",
               "I4 the row is not what its last audit record says"},
        Damage{"EventThatNeverCame",
               "DELETE FROM inbox WHERE event_id = (SELECT event_id FROM delivery WHERE organization_id = 'a')",
               "I8 tells of an event that never came"}),
    [](const ::testing::TestParamInfo<Damage>& damage) { return std::string(damage.param.name); });

TEST_F(NotifyServiceTest, VerifyFindsADeliveryThatWouldBeSentAfterItsReceipt) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Spoil("UPDATE delivery SET state = 'read'");
  EXPECT_THAT(Violations(), ::testing::UnorderedElementsAre("I3 has its receipt and would be sent again",
                                                            "I4 the row is not what its last audit record says"));
}

TEST_F(NotifyServiceTest, VerifyFindsAnEventThatWasToldTwice) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a"));
  Apply(OfferEvent("OfferInvited", "offer-2", "a"));
  Spoil("DROP INDEX delivery_by_event");
  Spoil("UPDATE delivery SET event_id = (SELECT MIN(event_id) FROM delivery)");
  EXPECT_THAT(Violations(), ::testing::UnorderedElementsAre("I3 one event was told to one organization more than once",
                                                            "I4 the row is not what its last audit record says"));
}

TEST_F(NotifyServiceTest, VerifyFindsADrillThatLooksReal) {
  Apply(OfferEvent("OfferInvited", "offer-1", "a", Mode::kDrill));
  Spoil("UPDATE delivery SET text_zh = substr(text_zh, 5)");
  EXPECT_THAT(Violations(),
              ::testing::UnorderedElementsAre("I15 of a drill and not marked as one, or real and marked as a drill",
                                              "I4 the row is not what its last audit record says"));
}

}  // namespace
}  // namespace muster::notify

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/events/convert.h"
#include "muster/events/migrations.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/notify/rpc/notify_service.h"
#include "services/notify/store/tables.h"
#include "services/notify/store/verify.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"

namespace muster::notify {

/// A registry that knows one capability.
class FakeRegistry final : public rpc::Peer {
 public:
  void Unary(const std::string& full_name, const rpc::Call&, const google::protobuf::Message&,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override {
    ++calls;
    EXPECT_EQ(full_name, "muster.registry.v1.RegistryService.ListCapabilities");
    if (is_away) {
      return done(Error(Reason::kOverloaded));
    }
    auto* capability = static_cast<registry::v1::ListCapabilitiesResponse*>(response)->add_capabilities();
    capability->set_code("psychological_support");
    capability->set_name_zh("心理援助");
    capability->set_name_en("psychological support");
    done(absl::OkStatus());
  }
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string&, const rpc::Call&, const google::protobuf::Message&,
                                            std::shared_ptr<rpc::StreamConsumer>) override {
    return nullptr;
  }
  bool is_away = false;
  int calls = 0;
};

/// A database that refuses every command while told to, as one whose disk is full.
class RefusingDatabase final : public storage::Database {
 public:
  RefusingDatabase(storage::Database& database, const absl::Status& refusing)
      : database_(database), refusing_(refusing) {}
  void Submit(std::unique_ptr<storage::Command> command, storage::CommandDone done) override {
    refusing_.ok() ? database_.Submit(std::move(command), std::move(done)) : done(refusing_);
  }
  using storage::Database::Query;
  absl::Status Query(std::span<const storage::Read> reads) override { return database_.Query(reads); }
  void OnCommit(std::function<void()> listener) override { database_.OnCommit(std::move(listener)); }

 private:
  storage::Database& database_;
  const absl::Status& refusing_;
};

/// The client's end of a stream.
class FakeSink final : public rpc::ItemSink {
 public:
  bool Write(const google::protobuf::Message& item) override { return TryWrite(item); }
  bool TryWrite(const google::protobuf::Message& item) override {
    if (is_full || finished) {
      return false;
    }
    received.push_back(static_cast<const v1::SubscribeResponse&>(item).delivery());
    return true;
  }
  void Finish(absl::Status status) override {
    if (!finished) {
      finished = std::move(status);
      if (done_) {
        done_();
      }
    }
  }
  void OnDone(std::function<void()> done) override { done_ = std::move(done); }
  bool IsCancelled() const override { return finished.has_value(); }

  std::vector<v1::Delivery> received;
  std::optional<absl::Status> finished;
  bool is_full = false;

 private:
  std::function<void()> done_;
};

inline Principal Manager(const std::string& organization) {
  Principal principal;
  principal.account_id = AccountId("manager-" + organization);
  principal.roles = {Role::kOrganizationManager};
  principal.district_path = "3205/320506";
  principal.organization_id = OrganizationId(organization);
  return principal;
}

inline Principal Official(Role role, const std::string& district_path) {
  Principal principal;
  principal.account_id = AccountId("official");
  principal.roles = {role};
  principal.district_path = district_path;
  return principal;
}

/// The whole service over a real database of its own; calls go through the method table as a door's do.
class NotifyFixture : public ::testing::Test {
 protected:
  NotifyFixture() { Open(); }

  /// Starts the service, as after a restart when called again.
  void Open() {
    service_.reset();
    feed_.reset();
    database_.reset();
    database_ = store_->Open({&clock_}, muster::testing::OwnerMigrations(events::Migrations(), Migrations())).value();
    feed_ = std::make_unique<events::FeedReader>("notify", *database_);
    service_database_ = std::make_unique<RefusingDatabase>(*database_, refusing_);
    service_ = std::make_unique<NotifyService>(NotifyService::Dependencies{
        *service_database_, *feed_, registry_, clock_, SystemRandom(), [] { return std::string("token"); }, nullptr});
    table_ = std::make_unique<rpc::MethodTable>();
    service_->Register(*table_);
  }

  /// Who brought about what an event of dispatch tells.
  enum class By { kOrganization, kOperator };

  events::FeedEvent OfferEvent(const std::string& name, const std::string& offer_id, const std::string& organization,
                               Mode mode = Mode::kReal, By by = By::kOrganization) {
    dispatch::v1::OfferEvent message;
    message.set_by_organization(by == By::kOrganization);
    dispatch::v1::Offer& offer = *message.mutable_offer();
    offer.set_id(offer_id);
    offer.set_incident_id("incident-1");
    offer.set_incident_title("城西内涝");
    offer.set_organization_id(organization);
    offer.set_capability("psychological_support");
    offer.set_count_asked(12);
    auto* window = offer.add_windows();
    window->mutable_start_time()->set_seconds(1'767'225'600);  // 2026-01-01T00:00:00Z
    window->mutable_end_time()->set_seconds(1'767'225'600 + 8 * 3600);
    offer.mutable_expire_time()->set_seconds(1'767'225'600 - 1800);
    return Event(name, offer_id, dispatch::v1::OfferEvent::descriptor()->full_name(), message.SerializeAsString(),
                 mode);
  }
  events::FeedEvent AssignmentEvent(const std::string& name, const std::string& assignment_id,
                                    const std::string& organization, By by = By::kOrganization) {
    dispatch::v1::AssignmentEvent message;
    message.set_by_organization(by == By::kOrganization);
    dispatch::v1::Assignment& assignment = *message.mutable_assignment();
    assignment.set_id(assignment_id);
    assignment.set_incident_id("incident-1");
    assignment.set_organization_id(organization);
    assignment.set_capability("psychological_support");
    assignment.set_headcount(1);
    return Event(name, assignment_id, dispatch::v1::AssignmentEvent::descriptor()->full_name(),
                 message.SerializeAsString(), Mode::kReal);
  }
  events::FeedEvent Event(const std::string& name, const std::string& subject, const std::string& data_type,
                          const std::string& data, Mode mode) {
    events::FeedEvent event;
    event.id = EventId(NewUuid(clock_.Now(), SystemRandom()));
    event.owner = "dispatch";
    event.type = "muster.dispatch.v1." + name;
    event.subject = subject;
    event.time = clock_.Now();
    event.data_type = data_type;
    event.data = data;
    event.mode = mode;
    event.district_path = "3205/320506";
    event.feed_seq = ++seq_;
    return event;
  }
  /// Applies an event as the consumer does; true when it changed something.
  bool Apply(const events::FeedEvent& event) {
    auto command = service_->handler().Handle(event);
    EXPECT_OK(command);
    if (!command.ok() || *command == nullptr) {
      return false;
    }
    EXPECT_OK(database_->Run(*std::move(command)));
    return true;
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& method, const Principal& principal, const Request& request) {
    rpc::Call call;
    call.principal = principal;
    call.method = "muster.notify.v1.NotifyService." + method;
    call.source_address = "127.0.0.1";
    std::promise<absl::StatusOr<Response>> answer;
    table_->Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* response) {
      status.ok() ? answer.set_value(static_cast<Response&>(*response)) : answer.set_value(status);
    });
    return answer.get_future().get();
  }
  std::shared_ptr<FakeSink> Subscribe(const Principal& principal, const std::string& organization = {}) {
    auto call = std::make_shared<rpc::Call>();
    call->principal = principal;
    v1::SubscribeRequest request;
    request.set_organization_id(organization);
    auto sink = std::make_shared<FakeSink>();
    table_->Find("muster.notify.v1.NotifyService.Subscribe")->stream(call, request, sink);
    return sink;
  }
  std::vector<v1::Delivery> List(const Principal& principal, const v1::ListDeliveriesRequest& request = {}) {
    const auto response = Invoke<v1::ListDeliveriesResponse>("ListDeliveries", principal, request);
    EXPECT_OK(response);
    return {response->deliveries().begin(), response->deliveries().end()};
  }
  absl::StatusOr<v1::Delivery> Acknowledge(const Principal& principal, const std::string& id,
                                           v1::DeliveryState state = v1::DELIVERY_STATE_DELIVERED,
                                           std::string request_id = {}) {
    v1::AcknowledgeDeliveryRequest request;
    request.set_request_id(request_id.empty() ? NewUuid(clock_.Now(), SystemRandom()) : request_id);
    request.set_id(id);
    request.set_state(state);
    return Invoke<v1::Delivery>("AcknowledgeDelivery", principal, request);
  }
  void Step() { service_->Step(clock_.Now()); }
  /// Names of notify's own events so far.
  std::vector<std::string> Told() {
    std::vector<std::string> names;
    const auto page = feed_->Read({"notify", 0, 1000, {}});
    EXPECT_OK(page);
    for (const events::FeedEvent& event : page->events) {
      names.push_back(event.type.substr(event.type.rfind('.') + 1));
    }
    return names;
  }
  void ExpectNoViolations() {
    for (const std::string& violation : Violations()) {
      ADD_FAILURE() << violation;
    }
  }
  /// What is violated, as "I3 <problem>".
  std::vector<std::string> Violations() {
    std::vector<std::string> violations;
    const auto result = VerifyStore(*database_);
    EXPECT_OK(result);
    for (const events::Violation& violation : result->violations) {
      violations.push_back(violation.invariant + " " + violation.problem_en);
    }
    return violations;
  }
  /// Runs one statement past all rules.
  void Spoil(std::string_view sql) {
    ASSERT_OK(database_->Run(storage::MakeCommand(nullptr, [sql](Time, storage::Changes& changes) {
      changes.writes.push_back({sql, {}, -1, {}});
      return absl::OkStatus();
    })));
  }

  const std::unique_ptr<muster::testing::StoreUnderTest> store_ = muster::testing::NewStore();
  muster::testing::FakeClock clock_;
  FakeRegistry registry_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<events::FeedReader> feed_;
  absl::Status refusing_;  ///< what the service's commands are answered meanwhile
  std::unique_ptr<RefusingDatabase> service_database_;
  std::unique_ptr<NotifyService> service_;
  std::unique_ptr<rpc::MethodTable> table_;
  int64_t seq_ = 0;
};

}  // namespace muster::notify

#pragma once

#include <google/protobuf/message.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/domain/reason.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/pipeline.h"
#include "muster/testing/v1/echo.pb.h"

namespace muster::testing {

using muster::testing::v1::ChangeRequest;
using muster::testing::v1::CountItem;
using muster::testing::v1::CountRequest;
using muster::testing::v1::EchoRequest;
using muster::testing::v1::EchoResponse;

constexpr const char* kEcho = "muster.testing.v1.EchoService.Echo";
constexpr const char* kEchoInline = "muster.testing.v1.EchoService.EchoInline";
constexpr const char* kGreet = "muster.testing.v1.EchoService.Greet";
constexpr const char* kChange = "muster.testing.v1.EchoService.Change";
constexpr const char* kForbidden = "muster.testing.v1.EchoService.Forbidden";
constexpr const char* kHidden = "muster.testing.v1.EchoService.Hidden";
constexpr const char* kNotServed = "muster.testing.v1.EchoService.NotServed";
constexpr const char* kCount = "muster.testing.v1.EchoService.Count";

/// The echo service of the tests, with what it saw.
class EchoService {
 public:
  explicit EchoService(const Clock& clock = SystemClock()) : clock_(clock) {}

  void Register(rpc::MethodTable& table) {
    const auto echo = [this](const rpc::Call& call, const EchoRequest& request, rpc::Reply<EchoResponse> reply) {
      Echo(call, request, std::move(reply));
    };
    for (const char* name : {kEcho, kGreet, kForbidden, kHidden}) {
      table.Unary<EchoRequest, EchoResponse>(name, echo);
    }
    table.Unary<EchoRequest, EchoResponse>(kEchoInline, echo, rpc::Run::kInline);
    table.Unary<ChangeRequest, EchoResponse>(
        kChange, [this](const rpc::Call&, const ChangeRequest& request, rpc::Reply<EchoResponse> reply) {
          ++changes;
          EchoResponse response;
          response.set_text(request.text() + "/" + request.request_id());
          reply(response);
        });
    table.Stream<CountRequest, CountItem>(
        kCount, [this](std::shared_ptr<const rpc::Call> call, const CountRequest& request,
                       std::shared_ptr<rpc::ItemWriter<CountItem>> writer) { Count(*call, request, *writer); });
  }

  std::atomic<int> calls = 0;
  std::atomic<int> changes = 0;
  std::atomic<int64_t> items_written = 0;
  std::atomic<int> streams_ended = 0;
  std::atomic<int> cancelled = 0;

 private:
  void Echo(const rpc::Call& call, const EchoRequest& request, rpc::Reply<EchoResponse> reply) {
    ++calls;
    const Duration end = clock_.Steady() + std::chrono::milliseconds(request.delay_ms());
    while (clock_.Steady() < end && !call.IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (call.IsCancelled()) {
      ++cancelled;
    }
    if (const auto reason = ReasonFromName(request.fail_with()); reason.has_value()) {
      reply(Error(*reason, "text", {{"retry_after_s", "7"}}));
      return;
    }
    EchoResponse response;
    response.set_text(request.text());
    response.set_number(request.number());
    response.set_color(request.color());
    response.set_data(request.data());
    response.set_account_id(call.principal.account_id.value());
    response.set_trace_id(call.trace_id);
    response.set_source_address(call.source_address);
    response.set_peer_service(call.peer_service);
    response.set_remaining_ms((call.steady_deadline - clock_.Steady()).count() / 1000);
    reply(std::move(response));
  }

  void Count(const rpc::Call&, const CountRequest& request, rpc::ItemWriter<CountItem>& writer) {
    writer.OnDone([this] { ++streams_ended; });
    CountItem item;
    item.set_filler(std::string(static_cast<size_t>(request.item_bytes()), 'x'));
    for (int i = 1; request.endless() || i <= request.items(); ++i) {
      item.set_number(i);
      if (!writer.Write(item)) {
        break;
      }
      ++items_written;
    }
    const auto reason = ReasonFromName(request.fail_with());
    writer.Finish(reason.has_value() ? Error(*reason) : absl::OkStatus());
  }

  const Clock& clock_;
};

/// Takes "token-<account>" for a city operator of that name, refuses other tokens, and refuses Forbidden to all.
inline rpc::Checks TestChecks() {
  rpc::Checks checks;
  checks.authenticate = [](const std::string& token) -> absl::StatusOr<Principal> {
    if (token == "expired") {
      return Error(Reason::kSessionExpired);
    }
    if (!token.starts_with("token-")) {
      return Error(Reason::kAuthRequired);
    }
    Principal principal;
    principal.account_id = AccountId(token.substr(6));
    principal.roles = {Role::kCityOperator};
    principal.district_path = "3205";
    return principal;
  };
  checks.is_anonymous = [](const std::string& method) { return method == kGreet; };
  checks.authorize = [](const Principal&, const std::string& method) {
    return method == kForbidden ? Error(Reason::kForbidden, {}, {{"action", "Forbidden"}}) : absl::OkStatus();
  };
  return checks;
}

inline rpc::Call TestCall(Duration timeout = std::chrono::seconds(5)) {
  return rpc::BackgroundCall(SystemClock(), "token-operator", timeout);
}

}  // namespace muster::testing

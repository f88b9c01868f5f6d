#pragma once

#include <atomic>
#include <thread>

#include "muster/notify/v1/notify.pb.h"
#include "tests/scenario/kill/insistent.h"
#include "tests/scenario/kill/ledger.h"

namespace muster::testing {

/// The demo organization's device: it listens, notes which offers it heard of and acknowledges each, and comes back
/// whenever the line is cut.
class Listener {
 public:
  Listener(const Server& server, Ledger& ledger)
      : client_(server, "organization"), ledger_(ledger), thread_([this] { Run(); }) {}
  ~Listener() {
    stopping_.store(true);
    thread_.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  using Item = notify::v1::SubscribeResponse;

  void Run() {
    while (!stopping_.load()) {
      if (client_.Connect()) {
        Listen();
      }
      client_.Drop();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  void Listen() {
    const auto stream = client_.session().Stream<Item>(notify::v1::SubscribeRequest());
    Item item;
    while (stream.ok() && !stopping_.load()) {
      const auto next = (*stream)->Read(&item, std::chrono::milliseconds(100));
      if (next == rpc::StreamReader<Item>::Next::kEnd) {
        return;
      }
      if (next == rpc::StreamReader<Item>::Next::kItem) {
        ledger_.Hear(item.delivery().subject_id());
        notify::v1::AcknowledgeDeliveryRequest receipt;
        receipt.set_request_id(client_.session().NewRequestId());
        receipt.set_id(item.delivery().id());
        receipt.set_state(notify::v1::DELIVERY_STATE_DELIVERED);
        client_.session().Call<notify::v1::Delivery>(receipt).IgnoreError();
      }
    }
  }

  Insistent client_;
  Ledger& ledger_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace muster::testing

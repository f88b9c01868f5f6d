#include "tests/scenario/outage/listeners.h"

#include "muster/notify/v1/notify.pb.h"

namespace muster::testing {

using std::chrono::milliseconds;

Listeners::Listeners(const Deployment& deployment, const World& world, Load& load) : load_(load) {
  size_t organization = 0;
  for (const Manager& manager : world.managers) {
    Insistent& line = lines_.emplace_back(deployment, manager.api_key);
    threads_.emplace_back([this, organization, &line] { Run(organization, line); });
    ++organization;
  }
}

Listeners::~Listeners() {
  stopping_ = true;
  for (std::thread& each : threads_) {
    each.join();
  }
}

void Listeners::Run(size_t organization, Insistent& line) {
  while (!stopping_) {
    if (line.Connect()) {
      Listen(organization, line);
    }
    line.Drop();
    std::this_thread::sleep_for(milliseconds(50));
  }
}

void Listeners::Listen(size_t organization, Insistent& line) {
  using Item = notify::v1::SubscribeResponse;
  const auto stream = line.session().Stream<Item>(notify::v1::SubscribeRequest());
  if (!stream.ok()) {
    return;
  }
  ++listening_;
  Item item;
  for (auto next = rpc::StreamReader<Item>::Next::kTimeout;
       !stopping_ && next != rpc::StreamReader<Item>::Next::kEnd;) {
    next = (*stream)->Read(&item, milliseconds(100));
    if (next == rpc::StreamReader<Item>::Next::kItem) {
      load_.Hear(organization, item.delivery());
    }
  }
  --listening_;
}

}  // namespace muster::testing

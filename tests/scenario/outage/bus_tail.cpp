#include "tests/scenario/outage/bus_tail.h"

#include <fstream>

#include "muster/events/convert.h"
#include "muster/events/redis_bus.h"
#include "tests/scenario/support/program.h"

namespace muster::testing {
namespace {

/// A cluster's Redis as its file says, else musterd's own.
events::RedisOptions RedisOf(const Deployment& deployment) {
  events::RedisOptions options;
  std::ifstream file(deployment.file("data") / "redis.conf");
  if (!file) {
    options.unix_socket = deployment.data_dir() / "run" / "redis.sock";
    return options;
  }
  for (std::string word; file >> word;) {
    if (word == "port") {
      file >> options.port;
    } else if (word == "requirepass") {
      file >> options.password;
    }
  }
  return options;
}

}  // namespace

BusTail::BusTail(const Deployment& deployment) : bus_(events::MakeRedisBus(RedisOf(deployment))) {}

bool BusTail::Has(const std::string& offer_id) {
  constexpr int kPage = 1000;
  const auto entries =
      bus_->ReadAfter(std::vector<events::ReadPosition>{{"muster:dispatch:real", position_}}, kPage, Duration::zero());
  if (entries.ok()) {
    for (const events::BusEntry& entry : *entries) {
      position_ = entry.id;
      const auto event = events::ParseEvent(entry.payload);
      if (event.ok() && event->type.ends_with(".OfferInvited")) {
        offers_.insert(event->subject);
      }
    }
  }
  return offers_.contains(offer_id);
}

}  // namespace muster::testing

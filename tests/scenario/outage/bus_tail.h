#pragma once

#include <memory>
#include <set>
#include <string>

#include "muster/events/bus.h"
#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// What dispatch has put on the bus, read as any consumer without a group would.
class BusTail {
 public:
  explicit BusTail(const Deployment& deployment);

  /// True when the invitation of this offer is there.
  bool Has(const std::string& offer_id);

 private:
  const std::unique_ptr<events::Bus> bus_;
  std::string position_ = "0-0";
  std::set<std::string> offers_;
};

}  // namespace muster::testing

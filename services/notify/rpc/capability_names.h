#pragma once

#include <functional>
#include <map>
#include <string>

#include "muster/base/clock.h"
#include "muster/rpc/peer.h"
#include "services/notify/core/delivery.h"

namespace muster::notify {

/// What capabilities are called, as the registry says; asked for when a code is not known yet. While the registry does
/// not answer, the code stands for the name. One thread.
class CapabilityNames {
 public:
  /// `registry` and `clock` must outlive it; `token`: the service's own access token, fresh.
  CapabilityNames(rpc::Peer& registry, const Clock& clock, std::function<std::string()> token)
      : registry_(registry), clock_(clock), token_(std::move(token)) {}

  Text NameOf(const std::string& code);

 private:
  void Ask();

  rpc::Peer& registry_;
  const Clock& clock_;
  const std::function<std::string()> token_;
  std::map<std::string, Text> names_;
  Duration next_question_{};  ///< steady: a registry that is away is not asked for every event
};

}  // namespace muster::notify

#include "services/notify/rpc/capability_names.h"

#include <chrono>

#include "muster/registry/v1/registry.pb.h"

namespace muster::notify {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(1);
constexpr Duration kPause = std::chrono::seconds(30);

}  // namespace

Text CapabilityNames::NameOf(const std::string& code) {
  if (!names_.contains(code) && clock_.Steady() >= next_question_) {
    next_question_ = clock_.Steady() + kPause;
    Ask();
  }
  const auto found = names_.find(code);
  return found == names_.end() ? Text{code, code} : found->second;
}

void CapabilityNames::Ask() {
  const auto answer = rpc::CallUnaryBlocking<registry::v1::ListCapabilitiesResponse>(
      registry_, "muster.registry.v1.RegistryService.ListCapabilities", rpc::BackgroundCall(clock_, token_(), kTimeout),
      registry::v1::ListCapabilitiesRequest());
  if (answer.ok()) {
    for (const registry::v1::Capability& capability : answer->capabilities()) {
      names_[capability.code()] = {capability.name_zh(), capability.name_en()};
    }
  }
}

}  // namespace muster::notify

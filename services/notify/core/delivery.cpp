#include "services/notify/core/delivery.h"

#include <algorithm>
#include <array>

#include "muster/domain/reason.h"

namespace muster::notify {

Duration WaitAfter(int attempts) {
  static constexpr std::array<int, 5> kSeconds{2, 5, 10, 30, 60};
  const size_t index = static_cast<size_t>(std::clamp(attempts, 1, static_cast<int>(kSeconds.size())) - 1);
  return std::chrono::seconds(kSeconds[index]);
}

absl::Status CheckVisible(const Principal& principal, const Delivery& delivery, Time now) {
  const bool own = !principal.organization_id.empty() && principal.organization_id == delivery.organization_id;
  const bool official = principal.IsOfficial() && DistrictCovers(principal.district_path, delivery.district_path);
  const bool granted = std::any_of(
      principal.incident_grants.begin(), principal.incident_grants.end(),
      [&](const IncidentGrant& grant) { return grant.incident_id == delivery.incident_id && grant.expire_time > now; });
  return own || official || granted ? absl::OkStatus() : Error(Reason::kNotFound);
}

}  // namespace muster::notify

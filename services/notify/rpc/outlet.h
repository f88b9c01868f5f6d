#pragma once

#include <vector>

#include "services/notify/store/queries.h"

namespace muster::notify {

/// Where deliveries are sent to. Does not block.
class Outlet {
 public:
  virtual ~Outlet() = default;
  enum class Sent {
    kYes,
    kNobody,  ///< nobody of the organization is listening
    kFull,    ///< those who listen have enough to do
  };
  virtual Sent Send(const Listed& delivery) = 0;
  /// Organizations of which somebody has begun to listen since the last call: all that waits for them is due.
  virtual std::vector<OrganizationId> TakeNew() = 0;
  /// Gives back what TakeNew gave: it could not be recorded, and the next call gives it again.
  virtual void PutBack(const std::vector<OrganizationId>& organizations) = 0;
};

}  // namespace muster::notify

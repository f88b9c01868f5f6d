#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/notify/core/delivery.h"

namespace muster::notify {

/// A delivery and, while it awaits its receipt, when it is sent again.
struct Listed {
  Delivery delivery;
  std::optional<Schedule> schedule;
};

struct ListFilter {
  OrganizationId organization_id;  ///< empty: all that the caller may see
  std::string subject_id;          ///< empty: all
  bool unreceipted_only = false;
  std::string after;  ///< id of the last delivery of the page before
  int limit = 50;
};

struct ListPage {
  std::vector<Listed> items;  ///< in order of id
  bool more = false;
};

/// Reads of notify's store. Thread-safe.
class Queries {
 public:
  /// Both must outlive it.
  Queries(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  /// What the caller may see: its own organization's deliveries, those of an official's district, and those of
  /// incidents granted to it.
  absl::StatusOr<ListPage> List(const Principal& principal, const ListFilter& filter) const;

  /// Deliveries that are to be sent now, in order of id.
  absl::StatusOr<std::vector<Listed>> Due(Time now, int limit) const;
  /// Deliveries without a receipt of which people have to be told.
  absl::StatusOr<std::vector<DeliveryId>> ToEscalate(Time now, int limit) const;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace muster::notify

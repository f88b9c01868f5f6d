#pragma once

#include <map>
#include <string>
#include <vector>

#include "muster/common/v1/audit.pb.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/notify/v1/notify.pb.h"

namespace muster::testing {

/// What a deployment has at one moment.
struct Findings {
  template <class Object>
  using ById = std::map<std::string, Object>;

  ById<dispatch::v1::Incident> incidents;
  ById<dispatch::v1::ResourceRequest> requests;  ///< with their lines
  ById<dispatch::v1::Offer> offers;
  ById<dispatch::v1::Assignment> assignments;
  ById<notify::v1::Delivery> deliveries;
  std::vector<common::v1::AuditRecord> trail;  ///< that of dispatch, then that of notify, each in its order
};

}  // namespace muster::testing

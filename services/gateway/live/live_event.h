#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "muster/domain/mode.h"
#include "muster/domain/principal.h"
#include "muster/events/event.h"

namespace muster::gateway {

/// An event as the live feed sends it: encoded once, shared by all who may see it.
struct LiveEvent {
  std::string owner;
  int64_t feed_seq = 0;
  int64_t place = 0;  ///< order of arrival here, from 1; 0 for one read from the owner's feed
  std::string district_path;
  std::vector<OrganizationId> organization_ids;
  std::shared_ptr<const std::string> frame;  ///< a CloudEvents 1.0 event in JSON
};

/// Encodes an event in the JSON format of CloudEvents 1.0, with the extensions owner, feedseq, mode, districtpath,
/// version. The payload is written by its type; as base64 when the type is not known here. Who else may see the event
/// is not told.
std::shared_ptr<LiveEvent> EncodeLiveEvent(const events::FeedEvent& event);

/// Officials see what belongs to their district, organizations what names them. What belongs to no district is for
/// officials of the whole city.
bool MaySee(const Principal& principal, const LiveEvent& event);

}  // namespace muster::gateway

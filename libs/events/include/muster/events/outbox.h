#pragma once

#include "muster/events/event.h"
#include "muster/storage/command.h"

namespace muster::events {

/// The row that makes `event` part of the owner's feed, to be written with the change that it tells of.
storage::Write OutboxWrite(const EventRecord& event);

}  // namespace muster::events

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "muster/base/random.h"
#include "muster/events/origin.h"
#include "muster/storage/command.h"
#include "services/exchange/core/document.h"

namespace muster::exchange {

using events::Origin;

/// Writes the payload of a document's event. Supplied by the side that knows the messages.
struct EventEncoding {
  std::function<std::string(const DocumentRecord&)> payload;
  std::string data_type;  ///< full name of the payload's message
};

/// A message that was read and not yet decided on.
struct ReceivedCap {
  CapMessage message;
  std::vector<CapFault> faults;
  std::string content;  ///< the bytes as they came
  std::string sha256;   ///< of them, hexadecimal
  Strictness strictness = Strictness::kLenient;
  bool accept_expired = false;
  std::string reason;
  absl::Status room;  ///< why there is no room for another document of this account; ok: there is
};

/// Keeps a document and what is to be done about it. The reply is its id. Errors: those of DecideCap; FORBIDDEN for an
/// incident in a district that the caller does not cover. `random` and `encoding` must outlive it.
std::unique_ptr<storage::Command> NewReceiveCommand(Origin origin, ReceivedCap received, const EventEncoding& encoding,
                                                    Random& random);

/// Marks a document as done. Nothing happens when it is already. As NewReceiveCommand.
std::unique_ptr<storage::Command> NewFinishCommand(Origin origin, DocumentId id, DocumentEnd end,
                                                   const EventEncoding& encoding, Random& random);

}  // namespace muster::exchange

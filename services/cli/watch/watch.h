#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/cli/app/context.h"

namespace muster::cli {

struct WatchOptions {
  std::string incident;   ///< only this one; empty: all that the caller sees
  std::string cursor;     ///< of the gateway's feed: "dispatch:12,registry:5"
  bool receipts = false;  ///< an organization's: tells that each message arrived
  int seconds = 0;        ///< ends after so long; 0: never
};

/// True once a person has asked this process to end (Ctrl-C).
bool Interrupted();
/// From here on Ctrl-C only sets that mark.
void CatchInterrupt();

/// The live feed in the way that fits the caller:
/// an organization receives its messages by NotifyService.Subscribe;
absl::StatusOr<ExitCode> WatchDeliveries(Context& context, Session& session, const WatchOptions& options);
/// with --url, an official follows the gateway's feed of events;
absl::StatusOr<ExitCode> WatchGateway(Context& context, const WatchOptions& options);
/// on the host, where the gateway may be down, an official's lists are looked at each second.
absl::StatusOr<ExitCode> WatchLists(Context& context, Session& session, const WatchOptions& options);

}  // namespace muster::cli

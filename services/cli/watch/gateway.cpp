#include <nlohmann/json.hpp>

#include "muster/base/status_macros.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/connect/web_socket.h"
#include "services/cli/output/names.h"
#include "services/cli/watch/deadline.h"
#include "services/cli/watch/event_text.h"
#include "services/cli/watch/watch.h"

namespace muster::cli {
namespace {

using Next = WebSocketClient::Next;

std::string LiveUrl(const std::string& url, const std::string& cursor) {
  std::string base = url;
  while (base.ends_with('/')) {
    base.pop_back();
  }
  return base + "/live" + (cursor.empty() ? "" : "?cursor=" + cursor);
}

/// True when the event is about this incident, or none is asked for.
bool Concerns(const nlohmann::json& event, const std::string& incident) {
  return incident.empty() || event.dump().find(incident) != std::string::npos;
}

void Print(Output& output, const std::string& text, const std::string& incident) {
  const auto event = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object() || !Concerns(event, incident)) {
    return;
  }
  if (output.json()) {
    output.Line(text);
  } else if (!event.contains("control")) {
    output.Line(EventText(event, output.language()));
  }
  output.Flush();
}

}  // namespace

absl::StatusOr<ExitCode> WatchGateway(Context& context, const WatchOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const std::string key, FindApiKey(context.globals(), "operator"));
  MUSTER_ASSIGN_OR_RETURN(const auto feed, WebSocketClient::Open(LiveUrl(context.globals().url, options.cursor), key));
  const Deadline deadline(context.clock(), options.seconds);
  std::string text;
  while (!Interrupted() && !deadline.HasPassed()) {
    const Next next = feed->Read(&text, std::chrono::milliseconds(300));
    if (next == Next::kClosed) {
      return LocalError(ExitCode::kTryAgain, {"连接被关闭：" + feed->close_reason() + "。请重新执行。",
                                              "The feed was closed: " + feed->close_reason() + ". Run it again."});
    }
    if (next == Next::kText) {
      Print(context.output(), text, options.incident);
    }
  }
  return ExitCode::kOk;
}

}  // namespace muster::cli

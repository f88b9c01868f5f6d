#include "muster/base/status_macros.h"
#include "muster/notify/v1/notify.pb.h"
#include "services/cli/output/format.h"
#include "services/cli/watch/deadline.h"
#include "services/cli/watch/renewal.h"
#include "services/cli/watch/watch.h"

namespace muster::cli {
namespace {

using notify::v1::Delivery;
using notify::v1::SubscribeResponse;
using Reader = rpc::StreamReader<SubscribeResponse>;

absl::Status Acknowledge(Session& session, const Delivery& delivery) {
  notify::v1::AcknowledgeDeliveryRequest request;
  request.set_request_id(session.NewRequestId());
  request.set_id(delivery.id());
  request.set_state(notify::v1::DELIVERY_STATE_DELIVERED);
  return session.Call<Delivery>(request).status();
}

void Print(Output& output, const Delivery& delivery) {
  if (output.json()) {
    output.JsonLine(delivery);
    return;
  }
  output.Line(FormatTime(delivery.create_time()) + "  " + In(delivery.text(), output.language()) + "  " +
              output.Paint(Color::kDim, delivery.subject_id()));
  output.Flush();
}

/// Shows messages until the stream ends, time is up or a person ends it.
absl::Status Follow(Context& context, Session& session, const WatchOptions& options, const Deadline& deadline) {
  MUSTER_ASSIGN_OR_RETURN(const auto stream, session.Stream<SubscribeResponse>(notify::v1::SubscribeRequest()));
  SubscribeResponse item;
  while (!Interrupted() && !deadline.HasPassed()) {
    const auto next = stream->Read(&item, std::chrono::milliseconds(300));
    if (next == Reader::Next::kEnd) {
      return stream->status();
    }
    if (next == Reader::Next::kItem) {
      Print(context.output(), item.delivery());
      if (options.receipts) {
        MUSTER_RETURN_IF_ERROR(Acknowledge(session, item.delivery()));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> WatchDeliveries(Context& context, Session& session, const WatchOptions& options) {
  const Deadline deadline(context.clock(), options.seconds);
  for (;;) {
    const Duration start = context.clock().Steady();
    const absl::Status end = Follow(context, session, options, deadline);
    if (end.ok()) {
      return ExitCode::kOk;
    }
    if (!IsToBeRenewed(end, context.clock().Steady() - start)) {
      return end;
    }
    session.ForgetToken();
  }
}

}  // namespace muster::cli

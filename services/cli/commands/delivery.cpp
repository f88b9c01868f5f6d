#include "muster/notify/v1/notify.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"

namespace muster::cli {
namespace {

using notify::v1::Delivery;
using notify::v1::ListDeliveriesResponse;

struct ListOptions {
  std::string organization;
  std::string subject;
  bool waiting = false;
  int limit = 50;
};

struct AcknowledgeOptions {
  std::string id;
  bool read = false;
};

void Print(Output& output, const google::protobuf::RepeatedPtrField<Delivery>& deliveries) {
  Table table({output.In({"通知", "delivery"}), output.In({"状态", "state"}), output.In({"送达", "delivered"}),
               output.In({"已读", "read"}), output.In({"次数", "sent"}), output.In({"内容", "text"})});
  table.AlignRight(4);
  for (const Delivery& delivery : deliveries) {
    table.Add({delivery.id(), Readable(delivery.state(), output.language()), FormatShortTime(delivery.delivered_time()),
               FormatShortTime(delivery.read_time()), std::to_string(delivery.attempts()),
               In(delivery.text(), output.language())});
  }
  output.Print(table);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  notify::v1::ListDeliveriesRequest request;
  request.set_organization_id(options.organization);
  request.set_subject_id(options.subject);
  request.set_unreceipted_only(options.waiting);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListDeliveriesResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : Print(context.output(), reply.deliveries());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Acknowledge(Context& context, const AcknowledgeOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  notify::v1::AcknowledgeDeliveryRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(options.id);
  request.set_state(options.read ? notify::v1::DELIVERY_STATE_READ : notify::v1::DELIVERY_STATE_DELIVERED);
  MUSTER_ASSIGN_OR_RETURN(const Delivery delivery, session->Call<Delivery>(request));
  if (context.output().json()) {
    context.output().Json(delivery);
    return ExitCode::kOk;
  }
  google::protobuf::RepeatedPtrField<Delivery> one;
  *one.Add() = delivery;
  Print(context.output(), one);
  return ExitCode::kOk;
}

}  // namespace

void AddDeliveryCommands(Commands& commands) {
  const Command group =
      commands.Group("delivery", {"发给组织的通知与回执", "messages to organizations, and their receipts"});
  commands.Add<ListOptions>(
      group, "list", {"列出通知", "list messages"},
      [&](Command app, ListOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--about", options.subject,
                   commands.In({"只列关于这份邀请或任务的", "only about this offer or assignment"}));
        app.Flag("--waiting", options.waiting, commands.In({"只列还没有回执的", "only those without a receipt"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
  commands.Add<AcknowledgeOptions>(
      group, "ack", {"回执：已送达", "give a receipt: it arrived"},
      [&](Command app, AcknowledgeOptions& options) {
        app.Option("DELIVERY", options.id).Required();
        app.Flag("--read", options.read, commands.In({"已有人看过", "a person has seen it"}));
      },
      Acknowledge);
}

}  // namespace muster::cli

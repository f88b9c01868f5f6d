#include "muster/exchange/v1/exchange.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/input_file.h"

namespace muster::cli {
namespace {

using exchange::v1::Document;
using exchange::v1::ListDocumentsResponse;
using exchange::v1::SubmitDocumentResponse;

constexpr size_t kMaxDocumentBytes = 4UL * 1024 * 1024;

struct SubmitOptions {
  std::string file;
  bool strict = false;
  bool lenient = false;
  bool accept_expired = false;
  std::string reason;
};

struct ListOptions {
  int limit = 50;
};

struct ShowOptions {
  std::string id;
  bool content = false;
};

void PrintDocument(Output& output, const Document& document) {
  const Language language = output.language();
  Card card;
  card.Add(output.In({"文档", "document"}), document.id());
  card.Add(output.In({"格式", "format"}), document.format());
  card.Add(output.In({"标识", "identifier"}), document.identifier());
  card.Add(output.In({"发送方", "sender"}), document.sender());
  card.Add(output.In({"结果", "outcome"}), Readable(document.outcome(), language));
  card.Add(output.In({"事件", "incident"}), document.incident_id());
  card.Add(output.In({"收到", "received"}), FormatTime(document.create_time()));
  output.Print(card);
  for (const auto& fault : document.faults()) {
    output.Line(output.Paint(Color::kYellow, fault.code()) + "  " + fault.path() + "  " +
                output.In({fault.message_zh(), fault.message_en()}));
  }
}

void TellNextStep(Output& output, const Document& document) {
  if (!document.incident_id().empty()) {
    output.Note({"下一步：muster incident show " + document.incident_id(),
                 "next: muster incident show " + document.incident_id()});
  } else if (document.outcome() == exchange::v1::DOCUMENT_OUTCOME_EXPIRED) {
    output.Note({"警报已过期，没有建立事件。确需建立时加 --accept-expired --reason 原因。",
                 "The alert is out of date and made no incident. If it should, add --accept-expired --reason WHY."});
  }
}

absl::StatusOr<ExitCode> Submit(Context& context, const SubmitOptions& options) {
  if (options.accept_expired && options.reason.empty()) {
    return UsageError({"--accept-expired 需要 --reason 说明原因。", "--accept-expired needs a --reason."});
  }
  MUSTER_ASSIGN_OR_RETURN(std::string content, ReadInput(options.file, kMaxDocumentBytes));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  exchange::v1::SubmitDocumentRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_content(std::move(content));
  request.set_content_type("application/cap+xml");
  request.set_strictness(options.strict ? exchange::v1::STRICTNESS_STRICT : exchange::v1::STRICTNESS_LENIENT);
  request.set_accept_expired(options.accept_expired);
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session->Call<SubmitDocumentResponse>(request));
  if (context.output().json()) {
    context.output().Json(reply);
    return ExitCode::kOk;
  }
  PrintDocument(context.output(), reply.document());
  TellNextStep(context.output(), reply.document());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListDocumentsResponse>(
                                                *session, exchange::v1::ListDocumentsRequest(), options.limit));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  Table table({output.In({"收到", "received"}), output.In({"文档", "document"}), output.In({"格式", "format"}),
               output.In({"结果", "outcome"}), output.In({"缺陷", "faults"}), output.In({"标识", "identifier"})});
  for (const Document& document : reply.documents()) {
    table.Add({FormatShortTime(document.create_time()), document.id(), document.format(),
               Readable(document.outcome(), output.language()), std::to_string(document.faults_size()),
               document.identifier()});
  }
  output.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  exchange::v1::GetDocumentRequest request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const auto document, session->Call<Document>(request));
  if (context.output().json()) {
    context.output().Json(document);  // its bytes are in it
  } else if (options.content) {
    context.output().Line(document.content());
  } else {
    PrintDocument(context.output(), document);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddAlertCommands(Commands& commands) {
  const Command group = commands.Group("alert", {"CAP 警报", "CAP alerts"});
  const Command submit = commands.Add<SubmitOptions>(
      group, "submit",
      {"提交一份 CAP 1.1/1.2 警报，形成或更新事件", "hand in a CAP 1.1 or 1.2 alert: makes or changes an incident"},
      [&](Command app, SubmitOptions& options) {
        app.Option("FILE", options.file, commands.In({"XML 文件，- 为标准输入", "an XML file; - is standard input"}))
            .Required();
        const Argument strict =
            app.Flag("--strict", options.strict, commands.In({"发现第一个缺陷就拒绝", "the first fault refuses it"}));
        app.Flag("--lenient", options.lenient,
                 commands.In({"保留并列出缺陷（默认）", "keep a list of faults (default)"}))
            .Excludes(strict);
        app.Flag("--accept-expired", options.accept_expired,
                 commands.In({"过期的警报也建立事件", "make an incident even when it is out of date"}));
        app.Option("--reason", options.reason, commands.In({"为什么", "why"}));
      },
      Submit);
  Commands::Examples(submit,
                     "muster alert submit storm.xml\nmuster demo alert | muster alert submit -\nmuster alert submit "
                     "old.xml --accept-expired --reason \"late relay\"");
  commands.Add<ListOptions>(
      group, "list", {"列出收到的文档", "list the documents that came in"},
      [&](Command app, ListOptions& options) {
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
  commands.Add<ShowOptions>(
      group, "show", {"查看一份文档", "show a document"},
      [&](Command app, ShowOptions& options) {
        app.Option("ID", options.id).Required();
        app.Flag("--content", options.content, commands.In({"原样输出原文", "print its bytes as they came"}));
      },
      Show);
}

}  // namespace muster::cli

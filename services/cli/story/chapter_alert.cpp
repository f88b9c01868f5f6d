#include "muster/exchange/v1/exchange.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/output/names.h"
#include "services/cli/story/alert_text.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using exchange::v1::Document;
using exchange::v1::SubmitDocumentResponse;

absl::StatusOr<Document> Submit(Stage& stage, const AlertFacts& facts) {
  Session& session = stage.cast.duty_operator();
  exchange::v1::SubmitDocumentRequest request;
  request.set_request_id(session.NewRequestId());
  request.set_content(MakeAlert(facts));
  request.set_content_type("application/cap+xml");
  request.set_strictness(exchange::v1::STRICTNESS_STRICT);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session.Call<SubmitDocumentResponse>(request));
  if (reply.document().outcome() != exchange::v1::DOCUMENT_OUTCOME_APPLIED || reply.document().incident_id().empty()) {
    return Unexpected({"警报没有形成事件", "the alert made no incident"});
  }
  return reply.document();
}

std::string Kind(const dispatch::v1::Incident& incident, Language language) {
  return Readable(incident.kind(), language) + " / " + Readable(incident.grade(), language) + " / " +
         Readable(incident.warning_color(), language);
}

absl::Status TellOfTheUpdate(Stage& stage, const AlertFacts& first) {
  AlertFacts update = first;
  update.identifier += "-2";
  update.message_type = "Update";
  update.references = std::string(kAlertSender) + "," + first.identifier + "," + CapTime(first.sent);
  update.severity = "Extreme";
  update.color = "red";
  MUSTER_ASSIGN_OR_RETURN(const Document document, Submit(stage, update));
  if (document.incident_id() != stage.incident.id()) {
    return Unexpected({"更新没有改变原来的事件", "the Update did not change the incident it refers to"});
  }
  MUSTER_ASSIGN_OR_RETURN(stage.incident, FindIncident(stage.cast.duty_operator(), stage.incident.id()));
  stage.narrator.Tell({"随后的 Update 警报改变同一事件：" + Kind(stage.incident, Language::kChinese),
                       "An Update changes the same incident: " + Kind(stage.incident, Language::kEnglish)});
  return absl::OkStatus();
}

absl::Status TellOfTheDrill(Stage& stage, const AlertFacts& first) {
  AlertFacts exercise = first;
  exercise.identifier += "-drill";
  exercise.status = "Exercise";
  MUSTER_ASSIGN_OR_RETURN(const Document document, Submit(stage, exercise));
  Session& session = stage.cast.duty_operator();
  MUSTER_ASSIGN_OR_RETURN(const auto drill, FindIncident(session, document.incident_id()));
  if (drill.mode() != common::v1::MODE_DRILL) {
    return Unexpected({"Exercise 没有成为演练", "an Exercise did not become a drill"});
  }
  stage.narrator.Tell({"同样的警报若标明 Exercise，只会成为演练（" + drill.id() + "），不会动员任何真实队伍。",
                       "The same alert marked Exercise only makes a drill (" + drill.id() +
                           "), which never mobilizes anybody for real."});
  dispatch::v1::CloseIncidentRequest close;
  close.set_request_id(session.NewRequestId());
  close.set_id(drill.id());
  close.set_expected_version(drill.version());
  close.set_reason("muster demo");
  return session.Call<dispatch::v1::CloseIncidentResponse>(close).status();
}

}  // namespace

absl::Status TellOfTheCity(Stage& stage) {
  stage.narrator.Chapter({"城市在册", "The city is on the books"});
  registry::v1::ListTeamsRequest request;
  request.set_page_size(1);
  MUSTER_ASSIGN_OR_RETURN(const auto teams, stage.cast.duty_operator().Call<registry::v1::ListTeamsResponse>(request));
  if (teams.teams().empty()) {
    return LocalError(ExitCode::kRefused, {"还没有队伍。请先执行 muster demo load。",
                                           "There are no teams yet. Run muster demo load first."});
  }
  stage.narrator.Tell({"组织、队伍、能力、证书和驻地都在登记库里，例如“" + teams.teams(0).name() + "”。",
                       "Organizations, teams, capabilities, certificates and positions are in the registry: \"" +
                           teams.teams(0).name() + "\", for one."});
  stage.narrator.ByHand("muster team list --capability psychological_support --limit 5");
  return absl::OkStatus();
}

absl::Status TellOfTheAlert(Stage& stage) {
  stage.narrator.Chapter({"一份 CAP 警报成为事件", "A CAP alert becomes an incident"});
  AlertFacts facts;
  facts.sent = stage.context.clock().Now();
  facts.identifier = "muster-demo-" + std::to_string(ToMicros(facts.sent));
  MUSTER_ASSIGN_OR_RETURN(const Document document, Submit(stage, facts));
  MUSTER_ASSIGN_OR_RETURN(stage.incident, FindIncident(stage.cast.duty_operator(), document.incident_id()));
  const auto& incident = stage.incident;
  stage.narrator.Tell({"事件：" + incident.title() + "（" + Kind(incident, Language::kChinese) + "）",
                       "Incident: " + incident.title() + " (" + Kind(incident, Language::kEnglish) + ")"});
  stage.narrator.ByHand("muster demo alert | muster alert submit -");
  stage.narrator.ByHand("muster incident show " + incident.id());
  MUSTER_RETURN_IF_ERROR(TellOfTheUpdate(stage, facts));
  return TellOfTheDrill(stage, facts);
}

}  // namespace muster::cli

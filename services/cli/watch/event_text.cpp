#include "services/cli/watch/event_text.h"

#include <map>
#include <nlohmann/json.hpp>

#include "muster/wire/timestamp.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

std::string Field(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "OfferInvited" of "muster.dispatch.v1.OfferInvited".
std::string ShortType(const std::string& type) {
  const size_t dot = type.rfind('.');
  return dot == std::string::npos ? type : type.substr(dot + 1);
}

std::string Spoken(const std::string& type, Language language) {
  static const auto* chinese = new std::map<std::string, std::string>{
      {"IncidentOpened", "事件建立"},
      {"IncidentUpdated", "事件更新"},
      {"IncidentClosed", "事件结束"},
      {"RequestCreated", "需求提出"},
      {"RequestDispatched", "需求派出"},
      {"RequestCancelled", "需求取消"},
      {"DispatchWithdrawn", "派遣撤回"},
      {"LineChanged", "需求行变化"},
      {"LineFilled", "需求行满员"},
      {"LineShort", "需求行缺员"},
      {"OfferInvited", "邀请发出"},
      {"OfferAccepted", "邀请被接受"},
      {"OfferProvisional", "有条件接受"},
      {"OfferDeclined", "邀请被谢绝"},
      {"OfferExpired", "邀请逾期"},
      {"OfferWithdrawn", "邀请撤回"},
      {"OfferStoodDown", "解除待命"},
      {"AssignmentReserved", "队伍预定"},
      {"AssignmentMobilizing", "队伍集结"},
      {"AssignmentEnRoute", "队伍出发"},
      {"AssignmentOnScene", "队伍到场"},
      {"AssignmentWorking", "队伍开始工作"},
      {"AssignmentReleased", "任务解除"},
      {"AssignmentReturning", "队伍返回"},
      {"AssignmentHome", "队伍回家"},
      {"AssignmentCancelled", "任务取消"},
      {"AssignmentNoShow", "队伍未到"},
      {"AssignmentRecalled", "队伍召回"},
      {"SituationReported", "现场报告"},
      {"DeliveryQueued", "通知待发"},
      {"DeliveryReceipted", "通知回执"},
      {"DeliveryEscalated", "通知升级"},
      {"RegistryImported", "批量导入"},
      {"TeamUpdated", "队伍资料更新"},
      {"DocumentReceived", "文档收到"},
      {"DocumentApplied", "文档采用"},
      {"AssignmentAlarmed", "任务警示"},
      {"AssignmentExtended", "任务延长"},
      {"AssignmentReliefBooked", "安排接替"},
      {"AssignmentReliefCancelled", "接替取消"},
      {"AssignmentArrivalConfirmed", "单位确认到场"},
      {"AssignmentWorkConfirmed", "单位确认完成"},
  };
  if (const auto found = chinese->find(type); language == Language::kChinese && found != chinese->end()) {
    return found->second;
  }
  std::string words;
  for (const char letter : type) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    words += upper && !words.empty() ? " " : "";
    words += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return words;
}

std::string LocalTime(const std::string& text) {
  // The feed writes microseconds; the reader of times takes whole seconds.
  const auto time = ParseTime(text.substr(0, 19) + "Z", Time{});
  return time.ok() ? FormatTime(ToTimestamp(*time)) : text;
}

/// The incident's title, where the event tells it.
std::string Detail(const nlohmann::json& event) {
  const auto data = event.find("data");
  if (data == event.end() || !data->is_object()) {
    return {};
  }
  if (const std::string title = Field(*data, "title"); !title.empty()) {
    return title;
  }
  const auto offer = data->find("offer");
  return offer != data->end() && offer->is_object() ? Field(*offer, "incidentTitle") : std::string();
}

}  // namespace

std::string EventText(const nlohmann::json& event, Language language) {
  std::string line = LocalTime(Field(event, "time"));
  if (const std::string mode = Field(event, "mode"); mode == "drill" || mode == "test") {
    line += language == Language::kChinese ? (mode == "drill" ? " 【演练】" : " 【测试】")
                                           : (mode == "drill" ? " [EXERCISE]" : " [TEST]");
  }
  line += "  " + Spoken(ShortType(Field(event, "type")), language) + "  " + Field(event, "subject");
  const std::string detail = Detail(event);
  return detail.empty() ? line : line + "  " + detail;
}

}  // namespace muster::cli

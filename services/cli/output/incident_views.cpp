#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"

namespace muster::cli {
namespace {

using dispatch::v1::Incident;
using dispatch::v1::RequestLine;
using dispatch::v1::ResourceRequest;

std::string AreaText(Output& output, const Incident& incident) {
  const auto& area = incident.area();
  std::string text = area.description();
  if (area.polygons_size() + area.circles_size() > 0) {
    text += " (" + std::to_string(area.polygons_size()) + output.In({" 个多边形, ", " polygons, "}) +
            std::to_string(area.circles_size()) + output.In({" 个圆)", " circles)"});
  }
  return text;
}

std::string Levels(Output& output, const Incident& incident) {
  std::string text;
  for (const auto& level : incident.response_levels()) {
    text += (text.empty() ? "" : "; ") + level.command() + " " + std::to_string(level.level()) +
            output.In({" 级", ""}) + " " + level.district_path();
  }
  return text;
}

std::string CallUpText(Output& output, const Incident& incident) {
  if (!incident.has_call_up()) {
    return {};
  }
  const auto& notice = incident.call_up();
  return notice.issuer() + ", " + std::to_string(notice.level()) + output.In({" 级, ", ", "}) + notice.district_path();
}

Color ColorOfMode(common::v1::Mode mode) { return mode == common::v1::MODE_REAL ? Color::kNone : Color::kYellow; }

/// "people", "teams"; in English one of them is "person", "team".
std::string UnitName(dispatch::v1::QuantityUnit unit, int count, Language language) {
  if (count == 1 && language == Language::kEnglish) {
    return unit == dispatch::v1::QUANTITY_UNIT_TEAMS       ? "team"
           : unit == dispatch::v1::QUANTITY_UNIT_EQUIPMENT ? "piece of equipment"
                                                           : "person";
  }
  return Readable(unit, language);
}

std::string WindowText(const RequestLine& line) { return FormatWindows(line.windows()); }

}  // namespace

void PrintIncident(Output& output, const Incident& incident) {
  const Language language = output.language();
  Card card;
  card.Add(output.In({"事件", "incident"}), incident.id());
  card.Add(output.In({"标题", "title"}), output.Paint(Color::kBold, incident.title()));
  card.Add(output.In({"状态", "state"}), Readable(incident.state(), language));
  card.Add(output.In({"性质", "mode"}),
           output.Paint(ColorOfMode(incident.mode()), Readable(incident.mode(), language)));
  card.Add(output.In({"类别", "kind"}), Readable(incident.kind(), language));
  card.Add(output.In({"类别代码", "category"}), incident.category());
  card.Add(output.In({"事件类型", "event"}), incident.event());
  card.Add(output.In({"分级", "grade"}), Readable(incident.grade(), language));
  card.Add(output.In({"预警颜色", "warning colour"}), Readable(incident.warning_color(), language));
  card.Add(output.In({"响应级别", "response levels"}), Levels(output, incident));
  card.Add(output.In({"区划", "district"}), incident.district_path());
  card.Add(output.In({"指挥席", "desk"}),
           incident.desk_district_path() == incident.district_path() ? "" : incident.desk_district_path());
  card.Add(output.In({"交接说明", "hand-over note"}), incident.handover_note());
  card.Add(output.In({"动员令", "call-up"}), CallUpText(output, incident));
  card.Add(output.In({"区域", "area"}), AreaText(output, incident));
  card.Add(output.In({"位置", "position"}), incident.has_position() ? FormatPosition(incident.position()) : "");
  card.Add(output.In({"开始", "onset"}), FormatTime(incident.onset_time()));
  card.Add(output.In({"有效至", "expires"}), FormatTime(incident.expire_time()));
  card.Add(output.In({"结束", "closed"}), FormatTime(incident.close_time()));
  card.Add(output.In({"参演队伍", "enrolled teams"}),
           incident.enrolled_team_ids().empty() ? "" : std::to_string(incident.enrolled_team_ids_size()));
  card.Add(output.In({"版本", "version"}), std::to_string(incident.version()));
  card.Add(output.In({"说明", "description"}), incident.description());
  output.Print(card);
}

void PrintIncidents(Output& output, const google::protobuf::RepeatedPtrField<Incident>& incidents) {
  Table table({output.In({"建立", "made"}), output.In({"事件", "incident"}), output.In({"状态", "state"}),
               output.In({"性质", "mode"}), output.In({"颜色", "colour"}), output.In({"区划", "district"}),
               output.In({"标题", "title"})});
  for (const Incident& incident : incidents) {
    table.Add({FormatShortTime(incident.create_time()), incident.id(), Readable(incident.state(), output.language()),
               Readable(incident.mode(), output.language()), Readable(incident.warning_color(), output.language()),
               incident.district_path(), incident.title()});
  }
  output.Print(table);
}

std::string DescribeLine(const RequestLine& line, Language language) {
  std::string text = line.capability();
  if (line.lowest_level() > 0) {
    text += language == Language::kChinese ? " " + std::to_string(line.lowest_level()) + " 级以上"
                                           : " level " + std::to_string(line.lowest_level()) + " or better";
  }
  const auto unit =
      line.unit() == dispatch::v1::QUANTITY_UNIT_UNSPECIFIED ? dispatch::v1::QUANTITY_UNIT_PEOPLE : line.unit();
  return text + ", " + std::to_string(line.quantity()) + " " + UnitName(unit, line.quantity(), language);
}

void PrintRequest(Output& output, const ResourceRequest& request) {
  Card card;
  card.Add(output.In({"需求", "request"}), request.id());
  card.Add(output.In({"事件", "incident"}), request.incident_id());
  card.Add(output.In({"提出单位", "requester"}), request.requester());
  card.Add(output.In({"性质", "mode"}), Readable(request.mode(), output.language()));
  card.Add(output.In({"状态", "state"}), Readable(request.state(), output.language()));
  card.Add(output.In({"需要", "need"}), request.need());
  card.Add(output.In({"接应", "contact"}), request.meeting_contact());
  card.Add(output.In({"席位说明", "desk's note"}), request.triage_note());
  card.Add(output.In({"并入", "merged into"}), request.merged_into_id());
  card.Add(output.In({"版本", "version"}), std::to_string(request.version()));
  output.Print(card);
  Table table({output.In({"行", "line"}), output.In({"能力", "capability"}), output.In({"状态", "state"}),
               output.In({"已满足", "filled"}), output.In({"还缺", "short"}), output.In({"在场", "on scene"}),
               output.In({"保留", "held"}), output.In({"已问", "asked"}), output.In({"轮次", "wave"}),
               output.In({"优先", "priority"}), output.In({"时间", "when"})});
  for (const RequestLine& line : request.lines()) {
    table.Add({line.id(), DescribeLine(line, output.language()), Readable(line.state(), output.language()),
               std::to_string(line.filled()) + "/" + std::to_string(line.quantity()), std::to_string(line.short_()),
               std::to_string(line.on_scene()), std::to_string(line.held()), std::to_string(line.asked()),
               std::to_string(line.wave()), std::to_string(line.priority()), WindowText(line)});
  }
  output.Print(table);
}

void PrintRequests(Output& output, const google::protobuf::RepeatedPtrField<ResourceRequest>& requests) {
  Table table({output.In({"建立", "made"}), output.In({"需求", "request"}), output.In({"事件", "incident"}),
               output.In({"状态", "state"}), output.In({"行数", "lines"}), output.In({"提出单位", "requester"})});
  table.AlignRight(4);
  for (const ResourceRequest& request : requests) {
    table.Add({FormatShortTime(request.create_time()), request.id(), request.incident_id(),
               Readable(request.state(), output.language()), std::to_string(request.lines_size()),
               request.requester()});
  }
  output.Print(table);
}

}  // namespace muster::cli

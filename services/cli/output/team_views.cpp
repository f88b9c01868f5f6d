#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::Cover;
using dispatch::v1::Offer;

std::string Count(int number) { return number == 0 ? "" : std::to_string(number); }

std::string CoverText(const Cover& cover, Language language) {
  std::string text = Readable(cover.state(), language);
  for (const std::string* part : {&cover.insurer(), &cover.policy_number(), &cover.override_reason()}) {
    text += part->empty() ? "" : (text.empty() ? "" : ", ") + *part;
  }
  return text;
}

std::string CheckPointText(const dispatch::v1::CheckPoint& point, Output& output) {
  return FormatTime(point.time()) + ", " + std::to_string(point.headcount()) + output.In({" 人", " people"});
}

std::string ConfirmationText(const dispatch::v1::WorkConfirmation& confirmation, Output& output) {
  const std::string note = confirmation.note().empty() ? "" : ": " + confirmation.note();
  return FormatTime(confirmation.time()) + ", " + std::to_string(confirmation.headcount()) +
         output.In({" 人", " people"}) + note;
}

}  // namespace

void PrintOffer(Output& output, const Offer& offer, Directory& names) {
  const Language language = output.language();
  Card card;
  card.Add(output.In({"邀请", "offer"}), offer.id());
  card.Add(output.In({"状态", "state"}), output.Paint(Color::kBold, Readable(offer.state(), language)));
  card.Add(output.In({"性质", "mode"}), Readable(offer.mode(), language));
  card.Add(output.In({"事件", "incident"}), offer.incident_title());
  card.Add(output.In({"能力", "capability"}), offer.capability());
  card.Add(output.In({"队伍", "team"}), names.TeamName(offer.team_id()) + "  " + offer.team_id());
  card.Add(output.In({"单位", "organization"}),
           names.OrganizationName(offer.organization_id()) + "  " + offer.organization_id());
  card.Add(output.In({"时间", "when"}), FormatWindows(offer.windows()));
  card.Add(output.In({"轮次", "wave"}), Count(offer.wave()));
  card.Add(output.In({"请求数量", "asked"}), Count(offer.count_asked()));
  card.Add(output.In({"答复数量", "offered"}), Count(offer.count_offered()));
  card.Add(output.In({"可到时间", "from"}), FormatTime(offer.available_from_time()));
  card.Add(output.In({"条件", "condition"}), offer.condition());
  card.Add(output.In({"谢绝原因", "declined because"}), Readable(offer.decline_reason(), language));
  card.Add(output.In({"备注", "note"}), offer.note());
  card.Add(output.In({"答复方式", "answered via"}), Readable(offer.answered_via(), language));
  card.Add(output.In({"答复时间", "answered"}), FormatTime(offer.answer_time()));
  card.Add(output.In({"有效至", "until"}), FormatTime(offer.expire_time()));
  card.Add(output.In({"任务", "assignment"}), offer.assignment_id());
  card.Add(output.In({"版本", "version"}), std::to_string(offer.version()));
  output.Print(card);
}

void PrintOffers(Output& output, const google::protobuf::RepeatedPtrField<Offer>& offers, Directory& names) {
  Table table({output.In({"邀请", "offer"}), output.In({"状态", "state"}), output.In({"轮次", "wave"}),
               output.In({"请求", "asked"}), output.In({"答复", "offered"}), output.In({"有效至", "until"}),
               output.In({"能力", "capability"}), output.In({"队伍", "team"})});
  table.AlignRight(2).AlignRight(3).AlignRight(4);
  for (const Offer& offer : offers) {
    table.Add({offer.id(), Readable(offer.state(), output.language()), Count(offer.wave()), Count(offer.count_asked()),
               Count(offer.count_offered()), FormatShortTime(offer.expire_time()), offer.capability(),
               names.TeamName(offer.team_id())});
  }
  output.Print(table);
}

void PrintAssignment(Output& output, const Assignment& assignment, Directory& names) {
  const Language language = output.language();
  Card card;
  card.Add(output.In({"任务", "assignment"}), assignment.id());
  card.Add(output.In({"状态", "state"}), output.Paint(Color::kBold, Readable(assignment.state(), language)));
  card.Add(output.In({"性质", "mode"}), Readable(assignment.mode(), language));
  card.Add(output.In({"队伍", "team"}), names.TeamName(assignment.team_id()) + "  " + assignment.team_id());
  card.Add(output.In({"单位", "organization"}),
           names.OrganizationName(assignment.organization_id()) + "  " + assignment.organization_id());
  card.Add(output.In({"事件", "incident"}), assignment.incident_id());
  card.Add(output.In({"能力", "capability"}), assignment.capability());
  card.Add(output.In({"人数", "people"}), Count(assignment.headcount()));
  card.Add(output.In({"时间", "when"}), FormatWindows(assignment.windows()));
  card.Add(output.In({"保险", "cover"}), CoverText(assignment.cover(), language));
  card.Add(output.In({"出发", "departed"}), FormatTime(assignment.depart_time()));
  card.Add(output.In({"到场", "checked in"}),
           assignment.has_check_in() ? CheckPointText(assignment.check_in(), output) : "");
  card.Add(output.In({"解除", "released"}), FormatTime(assignment.release_time()));
  card.Add(output.In({"回家", "home"}),
           assignment.has_check_out() ? CheckPointText(assignment.check_out(), output) : "");
  card.Add(output.In({"接替", "relieves"}), assignment.relieves_id());
  card.Add(output.In({"由其接替", "relieved by"}), assignment.relieved_by_id());
  card.Add(output.In({"调自", "redeployed from"}), assignment.redeployed_from_id());
  card.Add(output.In({"交接事项", "hand-over"}), assignment.handover_note());
  card.Add(output.In({"单位确认到场", "arrival confirmed"}),
           assignment.has_arrival_confirmed() ? ConfirmationText(assignment.arrival_confirmed(), output) : "");
  card.Add(output.In({"单位确认完成", "work confirmed"}),
           assignment.has_work_confirmed() ? ConfirmationText(assignment.work_confirmed(), output) : "");
  card.Add(output.In({"休息不足的理由", "without rest"}), assignment.rest_override_reason());
  for (const std::string& alarm : assignment.alarms()) {
    card.Add(output.Paint(Color::kRed, output.In({"警示", "alarm"})), alarm);
  }
  card.Add(output.In({"版本", "version"}), std::to_string(assignment.version()));
  output.Print(card);
}

void PrintAssignments(Output& output, const google::protobuf::RepeatedPtrField<Assignment>& assignments,
                      Directory& names) {
  Table table({output.In({"任务", "assignment"}), output.In({"状态", "state"}), output.In({"人数", "people"}),
               output.In({"保险", "cover"}), output.In({"警示", "alarms"}), output.In({"能力", "capability"}),
               output.In({"队伍", "team"})});
  table.AlignRight(2);
  for (const Assignment& assignment : assignments) {
    table.Add({assignment.id(), Readable(assignment.state(), output.language()), Count(assignment.headcount()),
               Readable(assignment.cover().state(), output.language()), Count(assignment.alarms_size()),
               assignment.capability(), names.TeamName(assignment.team_id())});
  }
  output.Print(table);
}

}  // namespace muster::cli

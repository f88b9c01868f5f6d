#include "services/cli/output/readiness_views.h"

#include <algorithm>
#include <cmath>

#include "muster/wire/timestamp.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"

namespace muster::cli {
namespace {

/// "3 min", "5 h", "2 d".
std::string AgeText(const Output& output, Duration age) {
  const auto minutes = std::max<int64_t>(0, std::chrono::floor<std::chrono::minutes>(age).count());
  if (minutes < 60) {
    return std::to_string(minutes) + output.In({" 分钟", " min"});
  }
  return minutes < 48 * 60 ? std::to_string(minutes / 60) + output.In({" 小时", " h"})
                           : std::to_string(minutes / (24 * 60)) + output.In({" 天", " d"});
}

std::string ClockText(int minute) {
  const std::string minutes = std::to_string(100 + minute % 60).substr(1);
  return std::to_string(100 + minute / 60).substr(1) + ":" + minutes;
}

/// "Sat, Sun 08:00-20:00".
std::string WeeklyText(const Output& output, const registry::v1::WeeklyTime& weekly) {
  std::string text;
  for (const int day : weekly.weekdays()) {
    text += (text.empty() ? "" : ", ") + Readable(static_cast<registry::v1::Weekday>(day), output.language());
  }
  text += " " + ClockText(weekly.start_minute()) + "-" + ClockText(weekly.end_minute());
  return weekly.has_valid_until_time() ? text + "  (" + FormatTime(weekly.valid_until_time()) + ")" : text;
}

}  // namespace

std::string EquipmentText(const google::protobuf::RepeatedPtrField<registry::v1::TeamEquipment>& list) {
  std::string text;
  for (const auto& item : list) {
    text += (text.empty() ? "" : ", ") + std::to_string(item.count()) + " x " + item.kind();
    text += item.note().empty() ? "" : " (" + item.note() + ")";
  }
  return text;
}

std::string LimitsText(const Output& output, const registry::v1::StandingLimits& limits) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() || part.empty() ? "" : "; ") + part; };
  for (const std::string& code : limits.codes()) {
    add(code);
  }
  if (limits.max_hours_per_day() > 0) {
    const std::string hours = std::to_string(limits.max_hours_per_day());
    add(output.In({"每天最多 " + hours + " 小时", "at most " + hours + " h a day"}));
  }
  add(limits.text());
  return text;
}

std::string PositionText(const Output& output, const common::v1::Position& position, Time now) {
  std::string text = FormatPosition(position);
  if (position.has_time()) {
    const std::string age = AgeText(output, now - ToTime(position.time()));
    text += output.In({"，" + age + "前", ", " + age + " ago"});
  }
  if (position.accuracy_m() > 0) {
    text += output.In({"，", ", "}) + "±" + std::to_string(std::lround(position.accuracy_m())) + " m";
  }
  return text;
}

void PrintCapability(Output& output, const registry::v1::Capability& capability,
                     const std::vector<registry::v1::RequirementSheet>& sheets) {
  Card card;
  card.Add(output.In({"能力", "capability"}), capability.code());
  card.Add(output.In({"名称", "name"}), output.In({capability.name_zh(), capability.name_en()}));
  card.Add(output.In({"上级", "part of"}), capability.parent());
  card.Add(output.In({"等级", "levels"}), "1 - " + std::to_string(capability.lowest_level()));
  card.Add(output.In({"本市补充", "added by the city"}), capability.added() ? output.In({"是", "yes"}) : "");
  for (const auto& substitute : capability.substitutes()) {
    card.Add(output.In({"可替代", "may stand in"}),
             substitute.capability() + "  -" + std::to_string(substitute.cost()) + "%");
  }
  output.Print(card);
  Table table({output.In({"等级", "level"}), output.In({"类别", "sort"}), output.In({"至少", "at least"}),
               output.In({"要求", "what"}), output.In({"依据", "laid down in"})});
  for (const auto& sheet : sheets) {
    for (const auto& line : sheet.requirements()) {
      table.Add({std::to_string(sheet.level()), line.kind(), line.count() == 0 ? "" : std::to_string(line.count()),
                 In(line.text(), output.language()), line.source()});
    }
  }
  output.Print(table);
}

void PrintAvailability(Output& output, const registry::v1::ListAvailabilityResponse& reply) {
  const bool always = reply.availabilities().empty() && reply.weekly().empty();
  Card card;
  card.Add(output.In({"可出动", "free"}), always ? output.In({"随时", "at any time"}) : "");
  for (const auto& availability : reply.availabilities()) {
    card.Add(output.In({"时段", "window"}),
             FormatTime(availability.window().start_time()) + " – " + FormatTime(availability.window().end_time()));
  }
  for (const auto& weekly : reply.weekly()) {
    card.Add(output.In({"每周", "each week"}), WeeklyText(output, weekly));
  }
  for (const std::string& day : reply.blackout_days()) {
    card.Add(output.In({"不出动", "not on"}), day);
  }
  output.Print(card);
}

void PrintReadiness(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Readiness>& list) {
  Table table({output.In({"对象", "subject"}), output.In({"类型", "kind"}), output.In({"人员", "people"}),
               output.In({"装备", "equipment"}), output.In({"资金", "funds"}), output.In({"申报", "declared"}),
               output.In({"有效至", "until"})});
  for (const auto& readiness : list) {
    table.Add({readiness.subject_id(), Readable(readiness.subject_kind(), output.language()),
               Readable(readiness.people(), output.language()), Readable(readiness.equipment(), output.language()),
               Readable(readiness.funds(), output.language()), FormatTime(readiness.declare_time()),
               FormatTime(readiness.expire_time())});
  }
  output.Print(table);
}

void PrintCapacity(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Capacity>& list,
                   Directory& names) {
  Table table({output.In({"力量", "capacity"}), output.In({"对象", "whose"}), output.In({"人数", "people"}),
               output.In({"装备", "equipment"}), output.In({"时段", "when"}), output.In({"有效至", "holds until"}),
               output.In({"已撤回", "taken back"})});
  table.AlignRight(2);
  for (const auto& capacity : list) {
    const std::string when =
        FormatShortTime(capacity.window().start_time()) + " – " + FormatShortTime(capacity.window().end_time());
    const bool of_team = capacity.subject_kind() == registry::v1::SUBJECT_KIND_TEAM;
    const std::string& whose =
        of_team ? names.TeamName(capacity.subject_id()) : names.OrganizationName(capacity.subject_id());
    table.Add({capacity.id(), whose, std::to_string(capacity.people()), EquipmentText(capacity.equipment()), when,
               FormatShortTime(capacity.expire_time()), capacity.withdrawn() ? output.In({"是", "yes"}) : ""});
  }
  output.Print(table);
}

void PrintReminders(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Reminder>& list) {
  Table table({output.In({"提醒时间", "told"}), output.In({"事项", "what"}), output.In({"内容", "which"}),
               output.In({"对象", "object"}), output.In({"组织", "organization"}), output.In({"到期", "ends"}),
               output.In({"天数", "days"})});
  table.AlignRight(6);
  for (const auto& reminder : list) {
    table.Add({FormatShortTime(reminder.create_time()), Readable(reminder.kind(), output.language()), reminder.detail(),
               reminder.object_id(), reminder.organization_id(), FormatEnd(reminder.end_time()),
               std::to_string(reminder.days())});
  }
  output.Print(table);
}

}  // namespace muster::cli

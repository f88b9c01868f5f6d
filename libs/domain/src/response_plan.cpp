#include "muster/domain/response_plan.h"

#include <algorithm>

#include "incident_data.h"
#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "tsv.h"

namespace muster {
namespace {

constexpr int kMaxQuantity = 100'000;
constexpr int kLowestPriority = 4;
constexpr int kMaxStartHour = 240;
constexpr int kMaxHours = 24;

/// The value of a text that is one of two words.
absl::StatusOr<bool> Choice(const TsvReader& reader, size_t column, std::string_view yes, std::string_view no) {
  if (reader.Text(column) != yes && reader.Text(column) != no) {
    const std::string words = std::string(no) + ", " + std::string(yes);
    return reader.Refuse(column, "应为 " + words, "it must be one of " + words);
  }
  return reader.Text(column) == yes;
}

absl::StatusOr<ResponsePlan> ParsePlan(const TsvReader& reader) {
  if (FindIncidentCategory(reader.Text(2)) == nullptr) {
    return reader.Refuse(2, "没有这个事件类别", "no category has this code");
  }
  return ResponsePlan{reader.Text(1), reader.Text(2), reader.Text(3), reader.Text(4), {}};
}

absl::StatusOr<ResponsePlanLine> ParseLine(const TsvReader& reader) {
  ResponsePlanLine line;
  const Capability* capability = FindCapability(reader.Text(2));
  if (capability == nullptr || capability->IsGroup()) {
    return reader.Refuse(2, "没有这项能力，或者它是分组", "no capability has this code, or it is a group");
  }
  line.capability = capability->code;
  MUSTER_ASSIGN_OR_RETURN(line.lowest_level, reader.Number(3, 0, capability->LowestLevel()));
  for (size_t level = 0; level < line.quantity.size(); ++level) {
    MUSTER_ASSIGN_OR_RETURN(line.quantity[level], reader.Number(4 + level, 0, kMaxQuantity));
  }
  MUSTER_ASSIGN_OR_RETURN(line.in_teams, Choice(reader, 8, "teams", "people"));
  MUSTER_ASSIGN_OR_RETURN(line.is_remote, Choice(reader, 9, "remote", "on_site"));
  MUSTER_ASSIGN_OR_RETURN(line.priority, reader.Number(10, 1, kLowestPriority));
  MUSTER_ASSIGN_OR_RETURN(line.start_hour, reader.Number(11, 0, kMaxStartHour));
  MUSTER_ASSIGN_OR_RETURN(line.hours, reader.Number(12, 1, kMaxHours));
  line.text_zh = reader.Text(13);
  line.text_en = reader.Text(14);
  return line;
}

}  // namespace

absl::StatusOr<std::vector<ResponsePlan>> ParseResponsePlans(std::string_view text) {
  std::vector<ResponsePlan> plans;
  TsvReader reader("response_plans.tsv", text, 15);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return plans;
    }
    MUSTER_ASSIGN_OR_RETURN(const bool is_plan, Choice(reader, 0, "plan", "line"));
    if (is_plan) {
      MUSTER_ASSIGN_OR_RETURN(ResponsePlan plan, ParsePlan(reader));
      plans.push_back(std::move(plan));
    } else if (plans.empty() || plans.back().code != reader.Text(1)) {
      return reader.Refuse(1, "应紧跟所属方案之后", "a line stands below its plan");
    } else {
      MUSTER_ASSIGN_OR_RETURN(const ResponsePlanLine line, ParseLine(reader));
      plans.back().lines.push_back(line);
    }
  }
}

std::span<const ResponsePlan> ResponsePlans() {
  // The unit test of this library shows that what is compiled in is in order.
  static const auto* const plans =
      new std::vector<ResponsePlan>(ParseResponsePlans(kResponsePlansText).value_or(std::vector<ResponsePlan>()));
  return *plans;
}

const ResponsePlan* FindResponsePlan(std::string_view category) {
  const std::span<const ResponsePlan> plans = ResponsePlans();
  for (const IncidentCategory* at = FindIncidentCategory(category); at != nullptr;
       at = FindIncidentCategory(at->parent)) {
    const auto found =
        std::find_if(plans.begin(), plans.end(), [&](const ResponsePlan& plan) { return plan.category == at->code; });
    if (found != plans.end()) {
      return &*found;
    }
  }
  return nullptr;
}

}  // namespace muster

#include "services/cli/parse/line_spec.h"

#include <charconv>
#include <functional>
#include <map>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::RequestLine;

/// A line that is being read: its windows are known only when all keys are.
struct Draft {
  RequestLine line;
  Time now;
  Time start;
  Duration length = std::chrono::hours(8);
  int shifts = 1;
  int days = 0;  ///< 0: shifts one after the other
};

absl::Status Misuse(const std::string& key, const std::string& zh, const std::string& en) {
  return UsageError({"--line 的 " + key + "：" + zh, "--line, key " + key + ": " + en});
}

absl::StatusOr<int> ParseInt(const std::string& key, const std::string& value) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 0) {
    return Misuse(key, "“" + value + "”不是整数。", "\"" + value + "\" is not a whole number.");
  }
  return number;
}

absl::StatusOr<double> ParseDegrees(const std::string& key, const std::string& value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Misuse(key, "“" + value + "”不是度数。", "\"" + value + "\" is not a number of degrees.");
  }
  return number;
}

using Setter = std::function<absl::Status(Draft&, const std::string& key, const std::string& value)>;

Setter TextField(std::string* (RequestLine::*field)()) {
  return [field](Draft& draft, const std::string&, const std::string& value) {
    *(draft.line.*field)() = value;
    return absl::OkStatus();
  };
}

Setter Number(void (*set)(Draft&, int)) {
  return [set](Draft& draft, const std::string& key, const std::string& value) -> absl::Status {
    MUSTER_ASSIGN_OR_RETURN(const int number, ParseInt(key, value));
    set(draft, number);
    return absl::OkStatus();
  };
}

Setter Degrees(void (common::v1::Position::*set)(double)) {
  return [set](Draft& draft, const std::string& key, const std::string& value) -> absl::Status {
    MUSTER_ASSIGN_OR_RETURN(const double number, ParseDegrees(key, value));
    (draft.line.mutable_position()->*set)(number);
    return absl::OkStatus();
  };
}

template <class Enum>
Setter Choice(void (RequestLine::*set)(Enum)) {
  return [set](Draft& draft, const std::string&, const std::string& value) -> absl::Status {
    MUSTER_ASSIGN_OR_RETURN(const Enum chosen, ParseEnum<Enum>(value));
    (draft.line.*set)(chosen);
    return absl::OkStatus();
  };
}

Setter Seconds(void (dispatch::v1::WavePolicy::*set)(int32_t)) {
  return [set](Draft& draft, const std::string&, const std::string& value) -> absl::Status {
    MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(value));
    (draft.line.mutable_wave_policy()->*set)(
        static_cast<int32_t>(std::chrono::duration_cast<std::chrono::seconds>(length).count()));
    return absl::OkStatus();
  };
}

absl::Status SetStart(Draft& draft, const std::string&, const std::string& value) {
  MUSTER_ASSIGN_OR_RETURN(draft.start, ParseTime(value, draft.now));
  return absl::OkStatus();
}

absl::Status SetHours(Draft& draft, const std::string& key, const std::string& value) {
  MUSTER_ASSIGN_OR_RETURN(const int hours, ParseInt(key, value));
  draft.length = std::chrono::hours(hours);
  return absl::OkStatus();
}

absl::Status SetProbability(Draft& draft, const std::string& key, const std::string& value) {
  double probability = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), probability);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Misuse(key, "“" + value + "”不是概率，应如 0.95。", "\"" + value + "\" is no probability such as 0.95.");
  }
  draft.line.mutable_wave_policy()->set_fill_probability(probability);
  return absl::OkStatus();
}

absl::Status SetFillBy(Draft& draft, const std::string&, const std::string& value) {
  MUSTER_ASSIGN_OR_RETURN(const Time by, ParseTime(value, draft.now));
  *draft.line.mutable_wave_policy()->mutable_fill_by_time() = ToTimestamp(by);
  return absl::OkStatus();
}

absl::Status SetCoordinates(Draft& draft, const std::string&, const std::string& value) {
  MUSTER_ASSIGN_OR_RETURN(const auto system, ParseEnum<common::v1::CoordinateSystem>(value));
  draft.line.mutable_position()->set_coordinate_system(system);
  return absl::OkStatus();
}

/// May be given several times.
Setter Want(void (RequestLine::*add)(const std::string&)) {
  return [add](Draft& draft, const std::string&, const std::string& value) {
    (draft.line.*add)(value);
    return absl::OkStatus();
  };
}

/// The same hours on each of some days, in China's zone.
void SetDays(const Draft& draft, RequestLine& line) {
  constexpr Duration kZone = std::chrono::hours(8);
  const Duration of_day = (draft.start + kZone).time_since_epoch() % std::chrono::hours(24);
  const auto minutes = [](Duration length) {
    return static_cast<int32_t>(std::chrono::duration_cast<std::chrono::minutes>(length).count());
  };
  auto& shifts = *line.mutable_shifts();
  *shifts.mutable_first_day_time() = ToTimestamp(draft.start);
  shifts.set_days(draft.days);
  shifts.set_start_minute(minutes(of_day));
  shifts.set_length_minutes(minutes(draft.length));
}

const std::map<std::string, Setter>& Setters() {
  static const auto* setters = new std::map<std::string, Setter>{
      {"capability", TextField(&RequestLine::mutable_capability)},
      {"instructions", TextField(&RequestLine::mutable_instructions)},
      {"level", Number([](Draft& draft, int n) { draft.line.set_lowest_level(n); })},
      {"quantity", Number([](Draft& draft, int n) { draft.line.set_quantity(n); })},
      {"priority", Number([](Draft& draft, int n) { draft.line.set_priority(n); })},
      {"tolerance", Number([](Draft& draft, int n) { draft.line.set_tolerance_percent(n); })},
      {"shifts", Number([](Draft& draft, int n) { draft.shifts = n; })},
      {"days", Number([](Draft& draft, int n) { draft.days = n; })},
      {"must_have", Want(&RequestLine::add_must_haves)},
      {"wish", Want(&RequestLine::add_wishes)},
      {"wave_size", Number([](Draft& draft, int n) { draft.line.mutable_wave_policy()->set_wave_size(n); })},
      {"answer", Seconds(&dispatch::v1::WavePolicy::set_answer_seconds)},
      {"provisional", Seconds(&dispatch::v1::WavePolicy::set_provisional_seconds)},
      {"probability", SetProbability},
      {"fill_by", SetFillBy},
      {"unit", Choice<dispatch::v1::QuantityUnit>(&RequestLine::set_unit)},
      {"place", Choice<common::v1::Place>(&RequestLine::set_place)},
      {"agreement", Choice<common::v1::Agreement>(&RequestLine::set_agreement)},
      {"lat", Degrees(&common::v1::Position::set_latitude)},
      {"lon", Degrees(&common::v1::Position::set_longitude)},
      {"coordinates", SetCoordinates},
      {"start", SetStart},
      {"hours", SetHours},
  };
  return *setters;
}

/// Takes the next "key=value" off the front. `instructions` is text for people and takes all that is left.
std::pair<std::string, std::string> TakePair(std::string_view& rest) {
  const size_t equals = rest.find('=');
  const std::string key(TrimBlanks(rest.substr(0, std::min(equals, rest.find(',')))));
  const size_t comma = key == "instructions" ? std::string_view::npos : rest.find(',');
  const std::string_view pair = rest.substr(0, comma);
  const std::string value(equals < pair.size() ? TrimBlanks(pair.substr(equals + 1)) : std::string_view());
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return {key, value};
}

absl::Status Set(Draft& draft, const std::string& key, const std::string& value) {
  const auto found = Setters().find(key);
  if (found == Setters().end()) {
    return Misuse(key, "没有这个键。muster request create --help 列出全部。",
                  "there is no such key. muster request create --help lists them.");
  }
  if (value.empty()) {
    return Misuse(key, "缺少值。", "it has no value.");
  }
  return found->second(draft, key, value);
}

absl::StatusOr<RequestLine> Finish(Draft draft) {
  if (draft.line.capability().empty() || draft.line.quantity() == 0) {
    return Misuse(draft.line.capability().empty() ? "capability" : "quantity", "必须填写。", "it is needed.");
  }
  if (draft.shifts < 1 || draft.shifts > 100 || draft.length <= Duration::zero()) {
    return Misuse("shifts", "班次应为 1 到 100，时长应大于 0。", "use 1 to 100 shifts, each longer than nothing.");
  }
  if (draft.days > 0) {
    SetDays(draft, draft.line);
    return std::move(draft.line);
  }
  for (int shift = 0; shift < draft.shifts; ++shift) {
    auto* window = draft.line.add_windows();
    *window->mutable_start_time() = ToTimestamp(draft.start + shift * draft.length);
    *window->mutable_end_time() = ToTimestamp(draft.start + (shift + 1) * draft.length);
  }
  return std::move(draft.line);
}

}  // namespace

absl::StatusOr<RequestLine> ParseLineSpec(std::string_view text, Time now) {
  Draft draft;
  draft.now = now;
  draft.start = now;
  while (!text.empty()) {
    const auto [key, value] = TakePair(text);
    MUSTER_RETURN_IF_ERROR(Set(draft, key, value));
  }
  return Finish(std::move(draft));
}

Text LineSpecHelp() {
  return {R"(--line 的写法：键=值，用逗号隔开，可重复多行。
  capability    能力代码（必填；muster capability list 列出全部）
  quantity      数量（必填）
  unit          people 按人（默认）| teams 按队 | equipment 按装备件数（must_have=equipment:… 写明哪种）
  level         最低等级，1 最高；不填为不限
  place         on_site 现场（默认）| remote 远程
  lat, lon      前往的位置；不填为事件的位置。coordinates=gcj02|bd09 说明坐标系
  start         开始：now（默认）、+1h、2026-01-31T08:30:00+08:00
  hours         每班小时数（默认 8）；shifts 连续的班次数（默认 1）
  days          每天同一时段，连续几天
  must_have, wish  必须具备、最好具备（可重复）：vehicle、women、language:en、equipment:boat
  priority      1 最急到 5（默认 3）
  tolerance     允许超额的百分比
  agreement     voluntary（默认）| purchased_service | mutual_aid
  wave_size, answer, provisional   每轮邀请几支、答复时限、有条件答复保留多久（如 10m）
  probability   按时满足的目标概率（建议 0.95），由此决定每轮问多少；fill_by 何时之前，如 +1h（默认首班开始）
  instructions  给队伍的说明；必须放在最后，可含逗号)",
          R"(A --line is key=value pairs between commas; repeat it for more lines.
  capability    code of the capability (needed; muster capability list shows them)
  quantity      how many (needed)
  unit          people (default) | teams | equipment (must_have=equipment:... says which)
  level         the worst level that will do, 1 is the highest; left out: any
  place         on_site (default) | remote
  lat, lon      where to go; left out: the incident's position. coordinates=gcj02|bd09 names their system
  start         now (default), +1h, 2026-01-31T08:30:00+08:00
  hours         length of a shift (default 8); shifts: how many, one after the other (default 1)
  days          the same hours on so many days in a row
  must_have, wish  what a team must have, or had better (repeatable): vehicle, women, language:en, equipment:boat
  priority      1 (highest) to 5 (default 3)
  tolerance     percent by which it may be over-filled
  agreement     voluntary (default) | purchased_service | mutual_aid
  wave_size, answer, provisional   teams asked at a time, time to answer, hold of a provisional answer ("10m")
  probability   chance to be filled in time (0.95 is advised): decides how many are asked; fill_by: by when, as +1h
  instructions  what the team is to know; last, may hold commas)"};
}

}  // namespace muster::cli

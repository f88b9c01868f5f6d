#include "services/registry/core/person_rules.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

using std::chrono::year_month_day;

constexpr auto kZoneOfChina = std::chrono::hours(8);

int NumberIn(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Of "1990-05-17"; not ok() for what is no date.
year_month_day DateIn(std::string_view text) {
  return {std::chrono::year(NumberIn(text.substr(0, 4))),
          std::chrono::month(static_cast<unsigned>(NumberIn(text.substr(5, 2)))),
          std::chrono::day(static_cast<unsigned>(NumberIn(text.substr(8, 2))))};
}

bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || std::count(text.begin(), text.end(), '-') != 2 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); })) {
    return false;
  }
  return DateIn(text).ok() && NumberIn(text.substr(0, 4)) >= 1900;
}

year_month_day Today(Time now) { return std::chrono::floor<std::chrono::days>(now + kZoneOfChina); }

absl::Status NeedsGuardian(const std::string& field) {
  return ErrorWithTexts(Reason::kInvalidField, field,
                        "此人未满 18 周岁，须有监护人同意。请填写监护人姓名、电话和同意时间。",
                        "This person is below 18 and needs a guardian's consent. Give the guardian's name, phone and "
                        "time of consent.",
                        {{"why", "guardian"}});
}

absl::Status TooYoung(const std::string& field) {
  return ErrorWithTexts(Reason::kOutOfRange, field, "年龄不在允许范围：未满 16 周岁的人不能登记。请核对出生日期。",
                        "The age is out of range: nobody below 16 can be registered. Check the date of birth.",
                        {{"range", "16 - 130"}});
}

}  // namespace

std::string BirthDateOf(std::string_view id_number) {
  const std::string digits(id_number.substr(6, 8));
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
}

int AgeAt(std::string_view birth_date, Time now) {
  const year_month_day born = DateIn(birth_date);
  const year_month_day today = Today(now);
  const bool had_birthday =
      today.month() > born.month() || (today.month() == born.month() && today.day() >= born.day());
  return static_cast<int>(today.year()) - static_cast<int>(born.year()) - (had_birthday ? 0 : 1);
}

absl::StatusOr<std::string> NormalizeBirthDate(std::string_view birth_date, std::string_view id_number,
                                               const std::string& prefix) {
  const std::string of_id = id_number.empty() ? "" : BirthDateOf(id_number);
  if (birth_date.empty()) {
    return of_id;
  }
  const std::string field = prefix + ".birth_date";
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(std::string(birth_date), field));
  if (!IsDate(birth_date) || (!of_id.empty() && birth_date != of_id)) {
    return Error(Reason::kInvalidField, field);
  }
  return std::string(birth_date);
}

absl::Status CheckAge(const Person& person, std::optional<Time> guardian_consent, Time now, const std::string& prefix) {
  if (guardian_consent && *guardian_consent > now) {
    return BadTime(prefix + ".guardian_consent_time", "同意时间在将来", "the consent lies in the future");
  }
  if (person.birth_date.Reveal().empty()) {
    return absl::OkStatus();
  }
  const int age = AgeAt(person.birth_date.Reveal(), now);
  if (age < kLowestAge) {
    return TooYoung(prefix + (person.id_number.Reveal().empty() ? ".birth_date" : ".id_number"));
  }
  if (age >= kAdultAge) {
    return absl::OkStatus();
  }
  if (person.guardian_name.Reveal().empty()) {
    return NeedsGuardian(prefix + ".guardian_name");
  }
  if (person.guardian_phone.Reveal().empty()) {
    return NeedsGuardian(prefix + ".guardian_phone");
  }
  return guardian_consent ? absl::OkStatus() : NeedsGuardian(prefix + ".guardian_consent_time");
}

}  // namespace muster::registry

#include "services/registry/core/person_rules.h"

#include <gtest/gtest.h>

#include "muster/domain/reason.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using testing::kNow;
using Text = security::SensitiveText;

Person Born(const std::string& birth_date) {
  Person person;
  person.birth_date = Text(birth_date);
  return person;
}

std::string FieldOf(const absl::Status& status) { return GetErrorInfo(status).field; }

TEST(PersonRulesTest, TheIdentityNumberTellsTheDateOfBirth) {
  EXPECT_EQ(NormalizeBirthDate("", "11010519491231002X", "member").value(), "1949-12-31");
  EXPECT_EQ(NormalizeBirthDate("1949-12-31", "11010519491231002X", "member").value(), "1949-12-31");
  EXPECT_EQ(NormalizeBirthDate("", "", "member").value(), "");
  EXPECT_THAT(NormalizeBirthDate("1949-12-30", "11010519491231002X", "member"), HasReason(Reason::kInvalidField));
}

TEST(PersonRulesTest, ADateOfBirthIsADateOfTheCalendar) {
  EXPECT_EQ(NormalizeBirthDate("2000-02-29", "", "member").value(), "2000-02-29");
  for (const std::string text : {"2001-02-29", "1899-12-31", "2000-2-29", "20000229", "2000-13-01", "2000-01-00",
                                 "2000/01/01", "1990-**-**", "2000-01-01 ", "----------", "abcd-ef-gh"}) {
    const absl::Status status = NormalizeBirthDate(text, "", "member").status();
    EXPECT_THAT(status, HasReason(Reason::kInvalidField)) << text;
    EXPECT_EQ(FieldOf(status), "member.birth_date") << text;
  }
}

TEST(PersonRulesTest, AgeIsCountedInFullYearsByTheCalendarOfChina) {
  EXPECT_EQ(AgeAt("2008-01-01", kNow), 18);  // 2026-01-01 08:00 in China
  EXPECT_EQ(AgeAt("2008-01-02", kNow), 17);
  // 16:00 UTC of the day before is the birthday there.
  EXPECT_EQ(AgeAt("2008-01-02", kNow + std::chrono::hours(16)), 18);
  EXPECT_EQ(AgeAt("2008-02-29", kNow), 17);
}

TEST(PersonRulesTest, NobodyBelowSixteenIsTakenOn) {
  const absl::Status status = CheckAge(Born("2010-01-02"), std::nullopt, kNow, "member");
  EXPECT_THAT(status, HasReason(Reason::kOutOfRange));
  EXPECT_EQ(FieldOf(status), "member.birth_date");
  Person by_number = Born("2010-01-02");
  by_number.id_number = Text("x");
  EXPECT_EQ(FieldOf(CheckAge(by_number, std::nullopt, kNow, "member")), "member.id_number");
  EXPECT_THAT(CheckAge(Born("2030-01-01"), std::nullopt, kNow, "member"), HasReason(Reason::kOutOfRange))
      << "not born yet";
}

TEST(PersonRulesTest, FromSixteenToEighteenAGuardianConsents) {
  Person person = Born("2010-01-01");
  EXPECT_EQ(FieldOf(CheckAge(person, std::nullopt, kNow, "member")), "member.guardian_name");
  person.guardian_name = Text("李国豪");
  EXPECT_EQ(FieldOf(CheckAge(person, std::nullopt, kNow, "member")), "member.guardian_phone");
  person.guardian_phone = Text("19900000001");
  EXPECT_EQ(FieldOf(CheckAge(person, std::nullopt, kNow, "member")), "member.guardian_consent_time");
  EXPECT_OK(CheckAge(person, kNow, kNow, "member"));
  EXPECT_THAT(CheckAge(person, kNow + std::chrono::seconds(1), kNow, "member"), HasReason(Reason::kBadTime));
}

TEST(PersonRulesTest, AdultsAndThoseOfUnknownAgePass) {
  EXPECT_OK(CheckAge(Born("2008-01-01"), std::nullopt, kNow, "member"));
  EXPECT_OK(CheckAge(Born(""), std::nullopt, kNow, "member"));
}

}  // namespace
}  // namespace muster::registry

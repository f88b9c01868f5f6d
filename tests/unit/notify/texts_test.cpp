#include "services/notify/core/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::notify {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

News Invitation() {
  News news;
  news.event = "OfferInvited";
  news.incident_title = "城西内涝";
  news.capability = {"心理援助", "psychological support"};
  news.people = 12;
  const Time midnight = FromMicros(1'767'225'600'000'000);  // 2026-01-01T00:00:00Z
  news.windows = {{midnight, midnight + std::chrono::hours(8)}};
  news.answer_by = midnight - std::chrono::minutes(30);
  return news;
}

TEST(TextsTest, SaysWhatIsAskedInBothLanguagesAndChinasTime) {
  const auto text = TextOf(Invitation());
  ASSERT_TRUE(text);
  EXPECT_EQ(text->zh, "请支援「城西内涝」：心理援助 12人，1月1日08:00至1月1日16:00。请于1月1日07:30前答复。");
  EXPECT_EQ(
      text->en,
      "Please help at \"城西内涝\": psychological support, 12 people, 1 Jan 08:00 to 1 Jan 16:00. Answer by 1 Jan "
      "07:30.");
}

TEST(TextsTest, MarksEveryTextOfADrill) {
  for (const char* event :
       {"OfferInvited", "OfferWithdrawn", "OfferStoodDown", "OfferExpired", "AssignmentReserved", "AssignmentCancelled",
        "AssignmentRecalled", "AssignmentReleased", "AssignmentNoShow", "AssignmentAlarmed"}) {
    News news = Invitation();
    news.event = event;
    news.mode = Mode::kDrill;
    const auto text = TextOf(news);
    ASSERT_TRUE(text) << event;
    EXPECT_THAT(text->zh, StartsWith("【演练】"));
    EXPECT_THAT(text->en, StartsWith("[EXERCISE] "));
    news.mode = Mode::kReal;
    EXPECT_THAT(TextOf(news)->zh, ::testing::Not(HasSubstr("演练")));
  }
}

TEST(TextsTest, CountsShiftsAndWholeTeams) {
  News news = Invitation();
  news.people = 1;
  news.windows.push_back(
      {news.windows[0].start + std::chrono::hours(24), news.windows[0].end + std::chrono::hours(24)});
  const auto text = TextOf(news);
  EXPECT_THAT(text->zh, HasSubstr("一支队伍，1月1日08:00至1月2日16:00，分2班"));
  EXPECT_THAT(text->en, HasSubstr("one team, 1 Jan 08:00 to 2 Jan 16:00, 2 shifts"));
}

TEST(TextsTest, SaysNothingOfWhatAnOrganizationDidItself) {
  for (const char* event :
       {"OfferAccepted", "OfferDeclined", "OfferProvisional", "AssignmentEnRoute", "AssignmentHome"}) {
    News news = Invitation();
    news.event = event;
    EXPECT_FALSE(TextOf(news)) << event;
  }
}

TEST(TextsTest, WhatMustBeActedOnIsUrgent) {
  EXPECT_TRUE(IsUrgent("OfferInvited"));
  EXPECT_TRUE(IsUrgent("AssignmentRecalled"));
  EXPECT_FALSE(IsUrgent("OfferStoodDown"));
}

TEST(DeliveryTest, WaitsLongerAfterEverySending) {
  std::vector<int64_t> seconds;
  for (int attempt = 1; attempt <= 7; ++attempt) {
    seconds.push_back(WaitAfter(attempt).count() / 1'000'000);
  }
  EXPECT_THAT(seconds, ::testing::ElementsAre(2, 5, 10, 30, 60, 60, 60));
}

}  // namespace
}  // namespace muster::notify

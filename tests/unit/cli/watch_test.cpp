#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/cli/story/alert_text.h"
#include "services/cli/watch/changes.h"
#include "services/cli/watch/event_text.h"
#include "services/cli/watch/renewal.h"

namespace muster::cli {
namespace {

TEST(SeenVersionsTest, TellsEachVersionOnce) {
  SeenVersions seen;
  EXPECT_TRUE(seen.IsNews("a", 1));
  EXPECT_FALSE(seen.IsNews("a", 1));
  EXPECT_TRUE(seen.IsNews("a", 3));
  EXPECT_FALSE(seen.IsNews("a", 2));
  EXPECT_TRUE(seen.IsNews("b", 1));
}

TEST(RenewalTest, AStreamThatEndsWithItsTokenIsOpenedAgain) {
  const Duration minutes = std::chrono::minutes(10);
  EXPECT_TRUE(IsToBeRenewed(Error(Reason::kSessionExpired), minutes));
  EXPECT_FALSE(IsToBeRenewed(Error(Reason::kSessionExpired), std::chrono::milliseconds(20))) << "it would end again";
  EXPECT_FALSE(IsToBeRenewed(Error(Reason::kAuthRequired), minutes)) << "the key was revoked";
  EXPECT_FALSE(IsToBeRenewed(absl::OkStatus(), minutes));
}

TEST(EventTextTest, SaysWhatHappened) {
  const auto event = nlohmann::json::parse(
      R"({"type":"muster.dispatch.v1.OfferInvited","time":"2026-01-01T00:00:00.000000Z","subject":"o1","mode":"real",
          "data":{"offer":{"incidentTitle":"Flood"}}})");
  const std::string english = EventText(event, Language::kEnglish);
  EXPECT_NE(english.find("offer invited  o1  Flood"), std::string::npos);
  EXPECT_NE(EventText(event, Language::kChinese).find("邀请发出"), std::string::npos);
}

TEST(EventTextTest, MarksADrill) {
  const auto event = nlohmann::json::parse(R"({"type":"x.IncidentOpened","mode":"drill"})");
  EXPECT_NE(EventText(event, Language::kEnglish).find("[EXERCISE]"), std::string::npos);
  EXPECT_NE(EventText(event, Language::kChinese).find("【演练】"), std::string::npos);
}

TEST(EventTextTest, BearsEventsItDoesNotKnow) {
  EXPECT_NE(EventText(nlohmann::json::parse(R"({"type":"x.SomethingNew","data":7})"), Language::kChinese)
                .find("something new"),
            std::string::npos);
}

TEST(AlertTextTest, WritesTimesAsCapDoes) {
  EXPECT_EQ(CapTime(FromMicros(1'767'225'600'000'000)), "2026-01-01T00:00:00-00:00");
}

TEST(AlertTextTest, RefersToWhatItUpdates) {
  AlertFacts facts;
  facts.identifier = "x-2";
  facts.message_type = "Update";
  facts.references = "desk,x,2026-01-01T00:00:00-00:00";
  const std::string text = MakeAlert(facts);
  EXPECT_NE(text.find("<references>desk,x,2026-01-01T00:00:00-00:00</references>"), std::string::npos);
  facts.references.clear();
  EXPECT_EQ(MakeAlert(facts).find("references"), std::string::npos);
}

}  // namespace
}  // namespace muster::cli

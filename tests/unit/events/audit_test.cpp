#include "muster/events/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "muster/events/convert.h"
#include "muster/events/origin.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/status_matchers.h"

namespace muster::events {
namespace {

using muster::testing::HasReason;

class AuditTest : public ::testing::Test {
 protected:
  void Record(const std::string& object, const std::string& actor = "operator", const std::string& district = "3205") {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = "AnswerOffer";
    entry.object_type = "offer";
    entry.object_id = object;
    entry.actor_district_path = district;
    entry.object_version = 2;
    entry.from_state = "invited";
    entry.to_state = "accepted";
    ASSERT_OK(database_.Write({AuditWrite(entry, clock_.Now(), random_)}));
  }
  static Principal AuditorOf(const std::string& district) {
    Principal auditor;
    auditor.roles = {Role::kAuditor};
    auditor.district_path = district;
    return auditor;
  }
  /// How many records an auditor of the district is shown.
  int SeenBy(const std::string& district) {
    return AnswerListAuditRecords(*database_, AuditorOf(district), {})->records_size();
  }
  void LinkAll() {
    for (;;) {
      const auto linked = linker_.Step(clock_.Now());
      ASSERT_OK(linked);
      if (*linked == 0) {
        return;
      }
    }
  }
  /// Changes the file behind the program's back.
  void Tamper(const std::string& sql) {
    static std::deque<std::string> texts;  // the statement cache keeps views
    ASSERT_OK(muster::testing::DropGuards(*database_));
    texts.push_back(sql);
    ASSERT_OK(database_.Write({{texts.back(), {}, -1, {}}}));
  }
  AuditProof Verify() {
    auto proof = VerifyAudit(*database_);
    EXPECT_OK(proof);
    return *std::move(proof);
  }

  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase database_{clock_};
  AuditLinker linker_{*database_};
};

TEST_F(AuditTest, LinksRowsInTheOrderOfTheirCommits) {
  Record("a");
  Record("b");
  EXPECT_EQ(Verify().unlinked, 2);
  LinkAll();
  const AuditProof proof = Verify();
  EXPECT_TRUE(proof.intact) << proof.problem;
  EXPECT_EQ(proof.checked, 2);
  EXPECT_EQ(proof.unlinked, 0);
  const auto page = ListAudit(*database_, {});
  ASSERT_OK(page);
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].seq, 1);
  EXPECT_EQ(page->rows[0].object_id, "a");
  EXPECT_EQ(page->rows[1].seq, 2);
  EXPECT_EQ(page->rows[1].hash, proof.head_hash);
}

TEST_F(AuditTest, TimesNeverDecreaseAlongTheChain) {
  Record("a");
  clock_.Jump(-std::chrono::hours(24));
  Record("b");
  LinkAll();
  const auto page = ListAudit(*database_, {});
  EXPECT_EQ(page->rows[1].time, page->rows[0].time + Duration(1));
  EXPECT_TRUE(Verify().intact);
}

TEST_F(AuditTest, LinksManyRowsInBatchesAndGoesOnAfterARestart) {
  for (int i = 0; i < 300; ++i) {
    Record("object");
  }
  EXPECT_EQ(*linker_.Step(clock_.Now()), 256);
  AuditLinker restarted(*database_);
  EXPECT_EQ(*restarted.Step(clock_.Now()), 44);
  EXPECT_EQ(*restarted.Step(clock_.Now()), 0);
  EXPECT_EQ(Verify().checked, 300);
}

TEST_F(AuditTest, TheDatabaseRefusesChanges) {
  Record("a");
  LinkAll();
  EXPECT_FALSE(database_.Write({{"UPDATE audit SET actor = 'nobody'", {}, -1, {}}}).ok());
  EXPECT_FALSE(database_.Write({{"DELETE FROM audit", {}, -1, {}}}).ok());
  EXPECT_FALSE(database_.Write({{"UPDATE audit_link SET stamp_us = 0", {}, -1, {}}}).ok());
  EXPECT_FALSE(database_.Write({{"DELETE FROM audit_link", {}, -1, {}}}).ok());
}

struct Tampering {
  const char* name;
  std::vector<std::string> steps;
  int64_t first_bad_seq;
};

class TamperingTest : public AuditTest, public ::testing::WithParamInterface<Tampering> {};

TEST_P(TamperingTest, IsFound) {
  for (const char* object : {"a", "b", "c", "d", "e"}) {
    Record(object);
  }
  LinkAll();
  ASSERT_TRUE(Verify().intact);
  for (const std::string& step : GetParam().steps) {
    Tamper(step);
  }
  const AuditProof proof = Verify();
  EXPECT_FALSE(proof.intact);
  EXPECT_EQ(proof.first_bad_seq, GetParam().first_bad_seq);
  EXPECT_FALSE(proof.problem.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Audit, TamperingTest,
    ::testing::Values(
        Tampering{"EditedText", {"UPDATE audit SET actor = 'nobody' WHERE row_id = 3"}, 3},
        Tampering{"EditedTime", {"UPDATE audit SET time_us = time_us + 1 WHERE row_id = 3"}, 3},
        Tampering{"TextMovedToTheNextColumn",
                  {"UPDATE audit SET from_state = '', to_state = from_state || to_state WHERE row_id = 3"},
                  3},
        Tampering{"DeletedRow", {"DELETE FROM audit WHERE row_id = 2"}, 2},
        Tampering{"DeletedLink", {"DELETE FROM audit_link WHERE seq = 4"}, 4},
        Tampering{"EditedLink", {"UPDATE audit_link SET hash = substr(hash, 2) WHERE seq = 2"}, 2},
        Tampering{"SwappedRows",
                  {"UPDATE audit SET row_id = CASE row_id WHEN 2 THEN -3 ELSE -2 END WHERE row_id IN (2, 3)",
                   "UPDATE audit SET row_id = -row_id WHERE row_id < 0"},
                  2}),
    [](const auto& tampering) { return tampering.param.name; });

TEST_F(AuditTest, FindsARowThatWasSlippedIn) {
  Record("a");
  Record("b");
  LinkAll();
  Tamper("UPDATE audit SET row_id = 5 WHERE row_id = 2");
  Tamper("UPDATE audit_link SET row_id = 5 WHERE row_id = 2");
  ASSERT_TRUE(Verify().intact) << "the number of the row itself is not part of the chain";
  Tamper(
      "INSERT INTO audit SELECT 3, 'forged', time_us, actor, actor_organization_id, actor_district_path, "
      "source_address, action, object_type, object_id, object_version, from_state, to_state, result, note, "
      "request_id, before_hash, after_hash FROM audit WHERE row_id = 1");
  EXPECT_FALSE(Verify().intact);
}

TEST_F(AuditTest, ListsByObjectAndActorInPages) {
  for (int i = 0; i < 3; ++i) {
    Record("a", "first");
    Record("b", "second");
  }
  AuditQuery query;
  query.object_id = "a";
  query.page_size = 2;
  auto page = ListAudit(*database_, query);
  ASSERT_OK(page);
  EXPECT_EQ(page->rows.size(), 2u);
  ASSERT_FALSE(page->next_page_token.empty());
  query.page_token = page->next_page_token;
  page = ListAudit(*database_, query);
  EXPECT_EQ(page->rows.size(), 1u);
  EXPECT_TRUE(page->next_page_token.empty());
  query = {};
  query.actor = "second";
  EXPECT_EQ(ListAudit(*database_, query)->rows.size(), 3u);
}

TEST_F(AuditTest, RefusesSenselessPages) {
  EXPECT_THAT(ListAudit(*database_, {"", "", 0, ""}), HasReason(Reason::kBadPage));
  EXPECT_THAT(ListAudit(*database_, {"", "", 501, ""}), HasReason(Reason::kBadPage));
  EXPECT_THAT(ListAudit(*database_, {"", "", 50, "x"}), HasReason(Reason::kBadCursor));
  EXPECT_THAT(ListAudit(*database_, {"", "", 50, "-1"}), HasReason(Reason::kBadCursor));
}

TEST_F(AuditTest, ShowsAnAuditorOfADistrictWhatItsAccountsDid) {
  Record("a", "city", "3205");
  Record("b", "kunshan", "3205/320583");
  Record("c", "street", "3205/320583/320583100");
  Record("d", "other", "3205/3205830");  // begins alike
  Record("e", "system", "");
  EXPECT_EQ(SeenBy("3205"), 5);
  EXPECT_EQ(SeenBy("3205/320583"), 2);
  EXPECT_EQ(SeenBy("3205/320506"), 0);
}

TEST_F(AuditTest, AnswersTheService) {
  Record("a");
  LinkAll();
  common::v1::ListAuditRecordsRequest request;
  const auto listed = AnswerListAuditRecords(*database_, AuditorOf("3205"), request);
  ASSERT_OK(listed);
  ASSERT_EQ(listed->records_size(), 1);
  EXPECT_EQ(listed->records(0).hash().size(), 64u);
  const auto verified = AnswerVerifyAudit(*database_, "test");
  EXPECT_TRUE(verified->intact());
  EXPECT_EQ(verified->head_hash(), listed->records(0).hash());
}

TEST(OriginTest, NamesWhoAskedInTheRecordAndTheRepeat) {
  Origin origin;
  origin.principal.account_id = AccountId("operator");
  origin.principal.district_path = "3205";
  origin.action = "Dispatch";
  origin.request_id = "r1";
  origin.body_hash = "hash";
  const AuditEntry entry = origin.Audit("offer", "o1");
  EXPECT_EQ(entry.actor, "operator");
  EXPECT_EQ(entry.actor_district_path, "3205");
  EXPECT_EQ(entry.object_type + " " + entry.object_id, "offer o1");
  EXPECT_EQ(entry.request_id, "r1");
  ASSERT_TRUE(origin.repeat_key().has_value());
  EXPECT_EQ(origin.repeat_key()->principal + " " + origin.repeat_key()->method, "operator Dispatch");
}

TEST(OriginTest, AnAutomaticStepIsTheSystemsAndNeverRepeated) {
  Origin origin;
  origin.action = "policy.wave";
  EXPECT_EQ(origin.Audit("offer", "o1").actor, "system");
  EXPECT_EQ(origin.Audit("offer", "o1").source_address, "local");
  EXPECT_FALSE(origin.repeat_key().has_value());
}

}  // namespace
}  // namespace muster::events

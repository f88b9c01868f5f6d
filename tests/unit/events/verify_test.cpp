#include "muster/events/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "muster/events/audit.h"
#include "muster/events/migrations.h"
#include "muster/events/outbox.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"

namespace muster::events {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// An object that an owner may keep.
struct Thing {
  std::string id;
  int64_t version = 1;
  DeliveryState state = DeliveryState::kQueued;
  Mode mode = Mode::kReal;
  std::string text;
  std::string remark;  ///< came with a later step of the schema
};

const storage::Table<Thing>& Things() {
  static const auto table = storage::Table<Thing>("thing")
                                .Column("id", &Thing::id)
                                .Column("version", &Thing::version)
                                .Column("state", &Thing::state)
                                .Column("mode", &Thing::mode)
                                .Column("text", &Thing::text)
                                .Later()
                                .Column("remark", &Thing::remark)
                                .Done();
  return table;
}

constexpr char kMakeThings[] =
    "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, state TEXT NOT NULL, mode TEXT NOT "
    "NULL, text TEXT NOT NULL, remark TEXT NOT NULL DEFAULT '')";

/// Sees everything that changes and writes it as an owner does: row, audit record, event and stored reply.
class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    static constexpr storage::Migration kThings[] = {{"test", 1, "thing", kMakeThings, kMakeThings}};
    database_ = store_->Open({&clock_}, muster::testing::OwnerMigrations(Migrations(), kThings)).value();
  }

  void Run(std::vector<storage::Write> writes) {
    ASSERT_OK(database_->Run(storage::MakeCommand(nullptr, [&writes](Time, storage::Changes& changes) {
      changes.writes = writes;
      return absl::OkStatus();
    })));
  }
  /// Changes the store past all rules.
  void Damage(std::string_view sql) {
    ASSERT_OK(muster::testing::DropGuards(*database_));
    Run({{sql, {}, -1, {}}});
  }

  static AuditEntry EntryOf(const Thing* before, const Thing& after, const std::string& request_id) {
    AuditEntry entry;
    entry.actor = "operator";
    entry.action = "ChangeThing";
    entry.object_type = "thing";
    entry.object_id = after.id;
    entry.object_version = after.version;
    entry.from_state = before == nullptr ? "" : std::string(Name(before->state));
    entry.to_state = std::string(Name(after.state));
    entry.request_id = request_id;
    entry.before_hash = before == nullptr ? "" : Things().Hash(*before);
    entry.after_hash = Things().Hash(after);
    return entry;
  }
  void Change(const Thing* before, const Thing& after) {
    clock_.Advance(std::chrono::seconds(1));
    const Time now = clock_.Now();
    const std::string request_id = NewUuid(now, random_);
    EventRecord event;
    event.id = EventId(NewUuid(now, random_));
    event.subject = after.id;
    event.version = after.version;
    event.mode = after.mode;
    event.time = now;
    const std::string later_before =
        before == nullptr ? std::string(storage::kNothingLater) : Things().LaterHash(*before);
    if (later_before != Things().LaterHash(after)) {
      Run({AuditWrite(LaterColumnsEntry(EntryOf(before, after, ""), later_before, Things().LaterHash(after)), now,
                      random_)});
    }
    Run({Things().Save(after),
         AuditWrite(EntryOf(before, after, request_id), now, random_),
         OutboxWrite(event),
         {"INSERT INTO request (principal, method, request_id, body_hash, reply, create_us) VALUES ('operator', "
          "'ChangeThing', $1, $2, $2, $3)",
          {request_id, storage::Blob{"x"}, ToMicros(now)},
          1,
          {}}});
  }
  /// A thing that was queued, sent and delivered.
  void Live(const std::string& id) {
    Thing thing{id, 1, DeliveryState::kQueued, Mode::kReal, "words", ""};
    Change(nullptr, thing);
    for (const DeliveryState state : {DeliveryState::kSent, DeliveryState::kDelivered}) {
      const Thing before = thing;
      thing.state = state;
      ++thing.version;
      Change(&before, thing);
    }
  }

  VerifyResult Result() {
    StoreVerifier verifier;
    verifier.Audited(Things());
    auto result = verifier.Run(*database_);
    EXPECT_OK(result);
    return *std::move(result);
  }
  /// "I4 a: what is wrong".
  std::vector<std::string> Found() {
    std::vector<std::string> found;
    for (const Violation& violation : Result().violations) {
      found.push_back(violation.invariant + " " + violation.object_id + ": " + violation.problem_en);
      EXPECT_FALSE(violation.problem_zh.empty());
    }
    return found;
  }

  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  const std::unique_ptr<muster::testing::StoreUnderTest> store_ = muster::testing::NewStore();
  std::unique_ptr<storage::Database> database_;
};

TEST_F(VerifyTest, FindsNothingWhereNothingIsWrong) {
  Live("a");
  Live("b");
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(Result().checked_rows, 8) << "two rows and six records";
}

TEST_F(VerifyTest, LaterColumnsAreWhatTheirOwnLastRecordSays) {
  Thing thing{"a", 1, DeliveryState::kQueued, Mode::kReal, "words", "first remark"};
  Change(nullptr, thing);
  const Thing before = thing;
  thing.version = 2;
  thing.remark = "";
  Change(&before, thing);
  EXPECT_THAT(Found(), IsEmpty());
  Damage("UPDATE thing SET remark = 'first remark'");
  EXPECT_THAT(Found(), ElementsAre("I4 a: the row is not what its last audit record says"));
}

TEST_F(VerifyTest, TheVersionBeforeChangesARowWithoutItsLaterColumns) {
  Thing thing{"a", 1, DeliveryState::kQueued, Mode::kReal, "words", "a remark"};
  Change(nullptr, thing);
  const Thing before = thing;
  thing.version = 2;
  thing.state = DeliveryState::kSent;
  Change(&before, thing);  // the remark is the same, so nothing tells of it
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(VerifyTest, FindsLaterColumnsThatNoRecordTellsOf) {
  Live("a");
  Damage("UPDATE thing SET remark = 'a remark'");
  EXPECT_THAT(Found(), ElementsAre("I4 a: the row is not what its last audit record says"));
}

TEST_F(VerifyTest, FindsARowThatIsNotAsRecorded) {
  Live("a");
  Live("b");
  Damage("UPDATE thing SET text = 'forged' WHERE id = 'a'");
  EXPECT_THAT(Found(), ElementsAre("I4 a: the row is not what its last audit record says"));
}

TEST_F(VerifyTest, FindsARowThatNobodyRecorded) {
  Live("a");
  Damage("INSERT INTO thing (id, version, state, mode, text) VALUES ('forged', 1, 'queued', 'real', '')");
  EXPECT_THAT(Found(), ElementsAre("I4 forged: it was changed without an audit record"));
}

TEST_F(VerifyTest, FindsARowThatIsGone) {
  Live("a");
  Damage("DELETE FROM thing WHERE id = 'a'");
  EXPECT_THAT(Found(), ElementsAre("I4 a: the audit trail tells of an object that is not there"));
}

TEST_F(VerifyTest, LooksAtEveryRecordAndNotOnlyAtTheLast) {
  const std::vector<std::string> broken{"I4 a: an audited change does not follow the one before it"};
  Live("a");
  Damage("UPDATE audit SET after_hash = 'forged' WHERE object_version = 1");
  EXPECT_EQ(Found(), broken);
}

TEST_F(VerifyTest, FindsARecordThatIsMissingInTheMiddle) {
  Live("a");
  Damage("DELETE FROM audit WHERE object_version = 2");
  EXPECT_THAT(Found(),
              ElementsAre("I4 a: an audited change does not follow the one before it", ::testing::StartsWith("I8 ")));
}

TEST_F(VerifyTest, FindsAMoveThatTheLifeCycleDoesNotAllow) {
  Thing thing{"a", 1, DeliveryState::kRead, Mode::kReal, "", ""};
  Change(nullptr, thing);
  const Thing before = thing;
  thing.version = 2;
  thing.state = DeliveryState::kQueued;
  Change(&before, thing);
  EXPECT_THAT(Found(), ElementsAre("I4 a: an audited change is a move that its life cycle does not allow"));
}

TEST_F(VerifyTest, FindsARecordOfAKindThatIsNotKeptHere) {
  Live("a");
  AuditEntry entry;
  entry.object_type = "stranger";
  entry.object_id = "b";
  entry.object_version = 1;
  Run({AuditWrite(entry, clock_.Now(), random_)});
  EXPECT_THAT(Found(), ElementsAre("I4 b: an audit record tells of a kind of object that this store does not keep"));
}

TEST_F(VerifyTest, LeavesRecordsOfRefusalsAndImportsAlone) {
  AuditEntry import;
  import.object_type = "import";
  import.object_id = "batch";
  AuditEntry refusal;
  refusal.object_type = "stranger";
  refusal.object_id = "b";
  refusal.object_version = 3;
  refusal.result = "FORBIDDEN";
  Run({AuditWrite(import, clock_.Now(), random_), AuditWrite(refusal, clock_.Now(), random_)});
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(VerifyTest, FindsARequestThatTookEffectTwice) {
  Live("a");
  Live("b");
  Damage(
      "UPDATE audit SET request_id = (SELECT request_id FROM audit WHERE object_id = 'a' AND object_version = 3) "
      "WHERE object_id = 'b' AND object_version = 3");
  EXPECT_THAT(Found(), ElementsAre("I7 b: one request (request_id) took effect at another time too"));
}

TEST_F(VerifyTest, FindsAnEffectWhoseReplyWasNotKept) {
  Live("a");
  Damage("DELETE FROM request WHERE request_id = (SELECT request_id FROM audit WHERE object_version = 2)");
  EXPECT_THAT(Found(), ElementsAre("I7 a: a request took effect and its reply is not kept: a repeat would take effect "
                                   "again"));
}

TEST_F(VerifyTest, DoesNotMissRepliesThatWereSweptByAge) {
  Live("a");
  Damage("DELETE FROM request WHERE create_us < (SELECT MAX(create_us) FROM request)");
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(VerifyTest, FindsAnEventOfWhatDidNotHappen) {
  Live("a");
  EventRecord event;
  event.id = EventId("forged");
  event.subject = "a";
  event.version = 9;
  Run({OutboxWrite(event)});
  EXPECT_THAT(Found(), ElementsAre("I8 forged: an event tells of a change that the audit trail does not have"));
}

TEST_F(VerifyTest, FindsAnEventThatLeftItsMode) {
  Live("a");
  Damage("UPDATE outbox SET mode = 'drill', event_id = 'event' WHERE feed_seq = 3");
  EXPECT_THAT(Found(), ElementsAre("I15 event: an event has another mode (real, drill, test) than its object"));
}

TEST_F(VerifyTest, FindsARelayThatIsAheadOfItsEvents) {
  Live("a");
  Damage("INSERT INTO bus_state (name, value) VALUES ('epoch', 'no number'), ('published', '3')");
  EXPECT_THAT(Found(), IsEmpty());
  Damage("UPDATE bus_state SET value = '4' WHERE name = 'published'");
  EXPECT_THAT(Found(), ElementsAre("I3 published: more is marked as published than there are events: later ones may "
                                   "never be published"));
}

TEST_F(VerifyTest, FindsEventsThatWereDroppedUnpublished) {
  Live("a");
  Damage("INSERT INTO bus_state (name, value) VALUES ('pruned:real', '2'), ('published', '2')");
  EXPECT_THAT(Found(), IsEmpty());
  Damage("UPDATE bus_state SET value = '1' WHERE name = 'published'");
  EXPECT_THAT(Found(), ElementsAre("I3 pruned:real: events were dropped before they were published"));
}

/// The most memory that this process has had since ResetPeak, in KiB.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }
int64_t PeakKib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stoll(line.substr(6));
    }
  }
  return 0;
}

TEST_F(VerifyTest, NeedsNoMoreMemoryForABigStore) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer keeps what was freed";
#endif
  // 300,000 rows with a record each, of which none is right.
  Run({{"INSERT INTO thing (id, version, state, mode, text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM n WHERE i < 300000) SELECT "
        "'thing-with-a-long-name-' || i, 1, 'queued', 'real', 'some words that take room in memory' FROM n",
        {},
        300'000,
        {}},
       {"INSERT INTO audit (id, time_us, actor, actor_organization_id, actor_district_path, source_address, action, "
        "object_type, object_id, object_version, from_state, to_state, result, note, request_id, before_hash, "
        "after_hash) SELECT id, 1, 'operator', '', '', '', 'x', 'thing', id, 1, '', 'queued', 'ok', '', id, '', "
        "'0123456789012345678901234567890123456789012345678901234567890123' FROM thing",
        {},
        300'000,
        {}}});
  ResetPeak();
  const int64_t before = PeakKib();
  const VerifyResult result = Result();
  EXPECT_EQ(result.checked_rows, 600'000);
  EXPECT_THAT(result.violations, SizeIs(1000));
  EXPECT_LT(PeakKib() - before, 48 * 1024) << "SQLite's page cache alone may take 32 MiB";
}

}  // namespace
}  // namespace muster::events

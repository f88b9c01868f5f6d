#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "muster/events/migrations.h"
#include "services/dispatch/store/migrations.h"
#include "services/dispatch/store/queries.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store_under_test.h"

namespace muster::dispatch {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// Passes queries on and remembers the last, all reads of it.
class WatchedDatabase final : public storage::Database {
 public:
  explicit WatchedDatabase(storage::Database& inner) : inner_(inner) {}
  void Submit(std::unique_ptr<storage::Command> command, storage::CommandDone done) override {
    inner_.Submit(std::move(command), std::move(done));
  }
  absl::Status Query(std::span<const storage::Read> reads) override {
    last.assign(reads.begin(), reads.end());
    return inner_.Query(reads);
  }
  void OnCommit(std::function<void()> listener) override { inner_.OnCommit(std::move(listener)); }

  std::vector<storage::Read> last;

 private:
  storage::Database& inner_;
};

/// How SQLite goes about what a list reads: "SEARCH offer USING INDEX offer_by_line (line_id=?)".
class ListPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (muster::testing::KindOfStore().name != "Sqlite") {
      GTEST_SKIP() << "other stores choose a plan by how much there is";
    }
  }

  template <class List>
  std::vector<std::string> StepsOf(const List& list) {
    EXPECT_TRUE(list(queries_).ok());
    static std::deque<std::string> statements;  // the store keeps them prepared by their address
    std::vector<std::string> steps;
    for (storage::Read explain : watched_.last) {
      explain.sql = statements.emplace_back("EXPLAIN QUERY PLAN " + std::string(explain.sql));
      explain.each = [&steps](const storage::Row& row) { steps.emplace_back(row.Text(3)); };
      EXPECT_TRUE(database_->Query(std::span<const storage::Read>(&explain, 1)).ok());
    }
    return steps;
  }

  static Principal Official() {
    Principal principal;
    principal.roles = {Role::kCityOperator};
    principal.district_path = "3205";
    return principal;
  }

  muster::testing::FakeClock clock_;
  std::unique_ptr<muster::testing::StoreUnderTest> store_ = muster::testing::NewStore();
  std::unique_ptr<storage::Database> database_ =
      store_->Open({&clock_}, muster::testing::OwnerMigrations(events::Migrations(), Migrations())).value();
  WatchedDatabase watched_{*database_};
  Queries queries_{watched_, clock_};
};

TEST_F(ListPlanTest, OffersOfALineARequestOrAnIncidentAreFoundByIndex) {
  OfferFilter of_line;
  of_line.line_id = RequestLineId("line");
  OfferFilter of_request;
  of_request.request_id = ResourceRequestId("request");
  OfferFilter of_incident;
  of_incident.incident_id = IncidentId("incident");
  for (const OfferFilter& filter : {of_line, of_request, of_incident}) {
    const auto steps = StepsOf([&](const Queries& queries) { return queries.ListOffers(Official(), filter, {}); });
    EXPECT_THAT(steps, Contains(HasSubstr("SEARCH offer USING INDEX")));
    EXPECT_THAT(steps, Not(Contains(HasSubstr("SCAN"))));
  }
}

TEST_F(ListPlanTest, AssignmentsOfAnIncidentOrATeamAreFoundByIndex) {
  AssignmentFilter of_incident;
  of_incident.incident_id = IncidentId("incident");
  AssignmentFilter of_team;
  of_team.team_id = TeamId("team");
  for (const AssignmentFilter& filter : {of_incident, of_team}) {
    const auto steps = StepsOf([&](const Queries& queries) { return queries.ListAssignments(Official(), filter, {}); });
    EXPECT_THAT(steps, Contains(HasSubstr("SEARCH assignment USING INDEX")));
    EXPECT_THAT(steps, Not(Contains(HasSubstr("SCAN"))));
  }
}

TEST_F(ListPlanTest, RequestsAndReportsOfAnIncidentAreFoundByIndex) {
  const IncidentId incident("incident");
  EXPECT_THAT(StepsOf([&](const Queries& queries) { return queries.ListRequests(Official(), incident, {}, {}); }),
              Contains(HasSubstr("SEARCH resource_request USING INDEX")));
  EXPECT_THAT(StepsOf([&](const Queries& queries) {
                return queries.ListReports(Official(), {incident, {}, {}, {}}, {});
              }),
              Contains(HasSubstr("SEARCH situation_report USING INDEX")));
}

TEST_F(ListPlanTest, TheNumbersOfADeskAreCountedByIndex) {
  for (const char* incident : {"", "incident"}) {
    const auto steps =
        StepsOf([&](const Queries& queries) { return queries.GetDesk(Official(), IncidentId(incident)); });
    EXPECT_THAT(steps, Contains(HasSubstr("help_unanswered")));
    EXPECT_THAT(steps, Contains(HasSubstr("resource_request_submitted")));
    EXPECT_THAT(steps, Not(Contains(AllOf(HasSubstr("SCAN"), Not(HasSubstr("INDEX"))))));
  }
}

}  // namespace
}  // namespace muster::dispatch

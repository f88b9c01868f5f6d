#include "muster/storage/table.h"

#include <gtest/gtest.h>

namespace muster::storage {
namespace {

struct Thing {
  TeamId id;
  int64_t version = 0;
  std::optional<Time> until;
  bool operator==(const Thing&) const = default;
};

const Table<Thing>& Things() {
  static const Table<Thing> table = Table<Thing>("thing")
                                        .Column("id", &Thing::id)
                                        .Column("version", &Thing::version)
                                        .Column("until_us", &Thing::until)
                                        .Done();
  return table;
}

TEST(TableTest, WritesTheStatementsThatItsColumnsNeed) {
  const Write insert = Things().Insert({TeamId("a"), 1, std::nullopt});
  EXPECT_EQ(insert.sql, "INSERT INTO thing (id, version, until_us) VALUES ($1, $2, $3)");
  const Write update = Things().Save({TeamId("a"), 5, FromMicros(7)});
  EXPECT_EQ(update.sql, "UPDATE thing SET version = $2, until_us = $3 WHERE id = $1 AND version = $4");
  EXPECT_EQ(update.parameters, (std::vector<Value>{std::string("a"), int64_t{5}, int64_t{7}, int64_t{4}}));
}

TEST(TableTest, HashesDifferWhereAnyColumnDoes) {
  const Thing thing{TeamId("a"), 1, FromMicros(7)};
  Thing other = thing;
  other.until = std::nullopt;
  EXPECT_EQ(Things().Hash(thing), Things().Hash(thing));
  EXPECT_NE(Things().Hash(thing), Things().Hash(other));
}

/// As Things, but for the last column, which came later.
const Table<Thing>& GrownThings() {
  static const Table<Thing> table = Table<Thing>("thing")
                                        .Column("id", &Thing::id)
                                        .Column("version", &Thing::version)
                                        .Later()
                                        .Column("until_us", &Thing::until)
                                        .Done();
  return table;
}

TEST(TableTest, ColumnsOfALaterStepHaveAHashOfTheirOwn) {
  const Thing without{TeamId("a"), 1, std::nullopt};
  const Thing with{TeamId("a"), 1, FromMicros(7)};
  EXPECT_EQ(GrownThings().Hash(with), GrownThings().Hash(without));
  EXPECT_EQ(GrownThings().Hash(with), GrownThings().Hash(GrownThings().Insert(with)));
  EXPECT_EQ(GrownThings().LaterHash(without), kNothingLater);
  EXPECT_NE(GrownThings().LaterHash(with), kNothingLater);
  EXPECT_EQ(GrownThings().Insert(with).parameters.size(), 3);
  EXPECT_FALSE(Things().has_later_columns());
}

TEST(TableTest, HashesTellWhereOneTextEndsAndTheNextBegins) {
  EXPECT_NE(HashValues(std::vector<Value>{std::string("ab"), std::string("c")}),
            HashValues(std::vector<Value>{std::string("a"), std::string("bc")}));
}

}  // namespace
}  // namespace muster::storage

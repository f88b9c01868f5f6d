#include "services/cli/demo_city/demo_city.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "muster/base/id.h"
#include "muster/domain/capability.h"
#include "muster/geo/district.h"
#include "muster/security/phone.h"
#include "services/registry/core/credit_code.h"

namespace muster::demo {
namespace {

namespace pb = registry::v1;

constexpr Time kNow = FromMicros(1'767'225'600'000'000);  // 2026-01-01

/// A whole city in one message.
struct City {
  DemoCityCounts counts;
  std::vector<std::string> batches;
  pb::ImportBatchRequest all;
  std::vector<std::string> request_ids;
};

City Make(double scale, uint64_t seed = 1, Time now = kNow) {
  DemoCity generator({seed, scale, now});
  City city{generator.counts(), {}, {}, {}};
  while (auto batch = generator.Next()) {
    city.batches.push_back(batch->SerializeAsString());
    city.request_ids.push_back(batch->request_id());
    city.all.MergeFrom(*batch);
  }
  return city;
}

/// Made once: several tests look at it.
const City& SmallCity() {
  static const City city = Make(0.02);
  return city;
}

const City& WholeCity() {
  static const City city = Make(1.0);
  return city;
}

int CountOf(const City& city, pb::OrganizationKind kind) {
  const auto& list = city.all.organizations();
  return static_cast<int>(std::count_if(list.begin(), list.end(), [&](const auto& o) { return o.kind() == kind; }));
}

double Share(const std::map<std::string, int>& held, const std::string& code, int total) {
  const auto found = held.find(code);
  return found == held.end() ? 0.0 : static_cast<double>(found->second) / total;
}

TEST(DemoCityTest, TheSameSeedMakesTheSameCityByteForByte) {
  const City again = Make(0.02);
  EXPECT_EQ(again.batches, SmallCity().batches);
}

TEST(DemoCityTest, AnotherSeedMakesAnotherCity) {
  const City other = Make(0.02, 2);
  EXPECT_NE(other.all.teams(10).id(), SmallCity().all.teams(10).id());
  EXPECT_NE(
      other.all.members(10).name() + other.all.members(11).name() + other.all.members(12).name(),
      SmallCity().all.members(10).name() + SmallCity().all.members(11).name() + SmallCity().all.members(12).name());
}

TEST(DemoCityTest, AnotherDayKeepsTheIdsAndMovesTheCertificates) {
  const City later = Make(0.02, 1, kNow + std::chrono::hours(24 * 10));
  EXPECT_EQ(later.all.teams(3).id(), SmallCity().all.teams(3).id());
  EXPECT_EQ(later.all.teams(3).capabilities(0).valid_until_time().seconds(),
            SmallCity().all.teams(3).capabilities(0).valid_until_time().seconds() + 10 * 86'400);
  EXPECT_NE(later.request_ids.front(), SmallCity().request_ids.front());
}

TEST(DemoCityTest, HasTheScaledNumbersOfTheCity) {
  const City& city = SmallCity();
  EXPECT_EQ(city.all.organizations_size(), 480);
  EXPECT_EQ(city.all.teams_size(), 800);
  EXPECT_EQ(city.all.members_size(), 4900);
  EXPECT_EQ(city.counts.organizations, 480);
  EXPECT_EQ(city.counts.teams, 800);
  EXPECT_EQ(city.counts.members, 4900);
}

TEST(DemoCityTest, HasTheWholeCitysNumbersByKind) {
  const City& city = WholeCity();
  EXPECT_EQ(city.all.organizations_size(), 24'000);
  EXPECT_EQ(city.all.teams_size(), 40'000);
  EXPECT_EQ(city.all.members_size(), 245'000);
  EXPECT_EQ(CountOf(city, pb::ORGANIZATION_KIND_ASSOCIATION) + CountOf(city, pb::ORGANIZATION_KIND_SERVICE_AGENCY) +
                CountOf(city, pb::ORGANIZATION_KIND_FOUNDATION),
            7'929);
  EXPECT_EQ(CountOf(city, pb::ORGANIZATION_KIND_FOUNDATION), 68);
  EXPECT_EQ(CountOf(city, pb::ORGANIZATION_KIND_GOVERNMENT_RESCUE), 16);
  EXPECT_EQ(CountOf(city, pb::ORGANIZATION_KIND_SOCIAL_WORK_STATION), 96);
  const auto& list = city.all.organizations();
  const auto rated = std::count_if(list.begin(), list.end(), [](const auto& o) { return o.rating() >= 3; });
  EXPECT_NEAR(static_cast<double>(rated), 1'004, 2);
}

TEST(DemoCityTest, WorksAtTheSmallestScale) {
  const City city = Make(0);
  EXPECT_EQ(city.all.organizations_size(), 24);
  EXPECT_EQ(city.all.teams_size(), 40);
  EXPECT_EQ(city.all.members_size(), 245);
}

TEST(DemoCityTest, EveryRegisteredOrganizationHasAValidCreditCodeOfItsOwn) {
  std::set<std::string> codes;
  for (const auto& organization : WholeCity().all.organizations()) {
    if (organization.credit_code().empty()) {
      EXPECT_NE(organization.kind(), pb::ORGANIZATION_KIND_ASSOCIATION);
      continue;
    }
    EXPECT_EQ(registry::FindCreditCodeFault(organization.credit_code()), registry::CreditCodeFault::kNone)
        << organization.credit_code();
    EXPECT_TRUE(codes.insert(organization.credit_code()).second);
  }
  EXPECT_EQ(codes.size(), 7'929U);
}

TEST(DemoCityTest, IdsAreUuidsAndUnique) {
  std::set<std::string> ids;
  size_t rows = 0;
  const auto take = [&](const auto& list) {
    for (const auto& row : list) {
      EXPECT_TRUE(IsUuid(row.id())) << row.id();
      ids.insert(row.id());
      ++rows;
    }
  };
  take(SmallCity().all.organizations());
  take(SmallCity().all.teams());
  take(SmallCity().all.members());
  take(SmallCity().all.availabilities());
  EXPECT_EQ(ids.size(), rows);
}

TEST(DemoCityTest, RowsReferToEarlierOnesOnly) {
  std::map<std::string, std::string> organization_of;
  std::set<std::string> organizations;
  for (const auto& organization : SmallCity().all.organizations()) {
    organizations.insert(organization.id());
  }
  for (const auto& team : SmallCity().all.teams()) {
    EXPECT_TRUE(organizations.contains(team.organization_id()));
    organization_of[team.id()] = team.organization_id();
  }
  std::map<std::string, int> people;
  std::set<std::string> leaders;
  for (const auto& member : SmallCity().all.members()) {
    ASSERT_EQ(member.team_ids_size(), 1);
    EXPECT_EQ(organization_of.at(member.team_ids(0)), member.organization_id());
    ++people[member.team_ids(0)];
    leaders.insert(member.id());
  }
  for (const auto& team : SmallCity().all.teams()) {
    EXPECT_EQ(people[team.id()], team.headcount());
    EXPECT_TRUE(leaders.contains(team.leader_member_id()));
  }
}

TEST(DemoCityTest, EveryOrganizationHasATeam) {
  std::set<std::string> with_team;
  for (const auto& team : SmallCity().all.teams()) {
    with_team.insert(team.organization_id());
  }
  EXPECT_EQ(with_team.size(), 480U);
}

TEST(DemoCityTest, CapabilitiesAreCommonAndRareLikeZipf) {
  std::map<std::string, int> held;
  int total = 0;
  for (const auto& team : WholeCity().all.teams()) {
    EXPECT_GE(team.capabilities_size(), 1);
    EXPECT_LE(team.capabilities_size(), 5);
    for (const auto& capability : team.capabilities()) {
      const Capability* known = FindCapability(capability.capability());
      ASSERT_NE(known, nullptr);
      EXPECT_FALSE(known->IsGroup());
      EXPECT_GE(capability.level(), 1);
      EXPECT_LE(capability.level(), known->LowestLevel());
      EXPECT_LT(capability.valid_from_time().seconds(), capability.valid_until_time().seconds());
      ++held[capability.capability()];
      ++total;
    }
  }
  EXPECT_NEAR(total, 120'000, 3'000);
  EXPECT_GE(held.size(), 58U);
  EXPECT_GT(Share(held, "order_keeping", total), 4 * Share(held, "child_care", total));
  EXPECT_GT(Share(held, "psychological_support", total), 0.01);
}

TEST(DemoCityTest, SomeCertificatesHaveRunOutAndSomeWillSoon) {
  int expired = 0;
  int soon = 0;
  int total = 0;
  const int64_t now = ToMicros(kNow) / 1'000'000;
  for (const auto& team : WholeCity().all.teams()) {
    for (const auto& capability : team.capabilities()) {
      const int64_t left = capability.valid_until_time().seconds() - now;
      expired += left <= 0 ? 1 : 0;
      soon += left > 0 && left <= 31 * 86'400 ? 1 : 0;
      ++total;
    }
  }
  EXPECT_NEAR(expired * 100.0 / total, 5.0, 0.5);
  EXPECT_NEAR(soon * 100.0 / total, 5.0, 0.5);
}

TEST(DemoCityTest, TeamsStandInTheTenDistricts) {
  std::map<std::string, int> districts;
  for (const auto& team : WholeCity().all.teams()) {
    const geo::Position position{team.base_position().latitude(), team.base_position().longitude()};
    EXPECT_TRUE(geo::IsNearCity(position));
    const geo::District* district = geo::FindDistrictByPath(team.district_path());
    ASSERT_NE(district, nullptr);
    ++districts[std::string(district->code)];
  }
  EXPECT_EQ(districts.size(), 10U);
  EXPECT_GT(districts["320583"], districts["320508"]);  // Kunshan has more than twice the old town's residents
}

TEST(DemoCityTest, PhonesAreWellFormedAndOfTheInventedBlocks) {
  std::set<std::string> phones;
  for (const auto& member : SmallCity().all.members()) {
    const auto normal = security::NormalizePhone(member.phone());
    ASSERT_TRUE(normal.ok());
    EXPECT_EQ(*normal, member.phone());
    EXPECT_TRUE(member.phone().starts_with("19900"));
    EXPECT_TRUE(member.id_number().empty());
    phones.insert(member.phone());
  }
  EXPECT_EQ(phones.size(), 4'900U);
}

TEST(DemoCityTest, TheDemosOrganizationIsReadyForTheStory) {
  for (const City* city : {&SmallCity(), &WholeCity()}) {
    const pb::Organization& organization = city->all.organizations(0);
    EXPECT_EQ(organization.id(), kDemoOrganizationId);
    EXPECT_FALSE(organization.has_blacklisted_until_time());
    int teams = 0;
    for (const auto& team : city->all.teams()) {
      if (team.organization_id() != kDemoOrganizationId) {
        continue;
      }
      ++teams;
      EXPECT_EQ(team.capabilities(0).level(), 1);
      EXPECT_FALSE(team.has_suspended());
      EXPECT_GT(team.capabilities(0).valid_until_time().seconds(), ToMicros(kNow) / 1'000'000 + 30 * 86'400);
    }
    EXPECT_EQ(teams, kDemoTeamCount);
  }
}

TEST(DemoCityTest, BatchesStayWithinRowsAndBytes) {
  for (const std::string& bytes : WholeCity().batches) {
    pb::ImportBatchRequest batch;
    ASSERT_TRUE(batch.ParseFromString(bytes));
    const int rows =
        batch.organizations_size() + batch.teams_size() + batch.members_size() + batch.availabilities_size();
    EXPECT_LE(rows, kMaxBatchRows);
    EXPECT_LE(bytes.size(), kMaxBatchBytes);
    EXPECT_TRUE(IsUuid(batch.request_id()));
  }
  const std::set<std::string> ids(WholeCity().request_ids.begin(), WholeCity().request_ids.end());
  EXPECT_EQ(ids.size(), WholeCity().batches.size());
}

}  // namespace
}  // namespace muster::demo

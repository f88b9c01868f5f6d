#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <set>

#include "muster/geo/distance.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/registry/core/search_text.h"
#include "services/registry/store/kept_text.h"
#include "services/registry/store/search_filler.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Names = std::vector<std::string>;

class SearchTest : public RegistryFixture {
 protected:
  pb::Organization Organization(const std::string& name, const std::string& code = "",
                                const std::string& district = "3205/320583") {
    pb::Organization organization = SampleOrganization();
    organization.set_name(name);
    organization.set_district_path(district);
    organization.set_credit_code(code);
    if (code.empty()) {
      organization.set_kind(pb::ORGANIZATION_KIND_FILED_GROUP);
      organization.set_filing_office("昆山市某街道");
      organization.set_filing_number("社备〔2026〕" + std::to_string(++numbers_) + "号");
    }
    const auto made = CreateOrganization("officer", organization);
    EXPECT_OK(made);
    return made.value_or(pb::Organization());
  }
  pb::Team Team(const std::string& organization_id, const std::string& name,
                const std::function<void(pb::Team&)>& change = nullptr) {
    pb::Team team = SampleTeam(organization_id);
    team.set_name(name);
    if (change) {
      change(team);
    }
    const auto made = CreateTeam("officer", team);
    EXPECT_OK(made);
    return made.value_or(pb::Team());
  }
  /// Names of the organizations with a text.
  Names OrganizationsWith(const std::string& text, const std::string& token = "officer") {
    pb::ListOrganizationsRequest request;
    request.set_text(text);
    const auto answer = Invoke<pb::ListOrganizationsResponse>(token, "ListOrganizations", request);
    EXPECT_OK(answer);
    const pb::ListOrganizationsResponse page = answer.value_or(pb::ListOrganizationsResponse());
    Names names;
    for (const pb::Organization& organization : page.organizations()) {
      names.push_back(organization.name());
    }
    return names;
  }
  Names Teams(const pb::ListTeamsRequest& request, const std::string& token = "officer") {
    const auto answer = Invoke<pb::ListTeamsResponse>(token, "ListTeams", request);
    EXPECT_OK(answer);
    const pb::ListTeamsResponse page = answer.value_or(pb::ListTeamsResponse());
    Names names;
    for (const pb::Team& team : page.teams()) {
      names.push_back(team.name());
    }
    return names;
  }
  Names TeamsWith(const std::string& text, const std::string& token = "officer") {
    pb::ListTeamsRequest request;
    request.set_text(text);
    return Teams(request, token);
  }
  absl::StatusOr<pb::Organization> Rename(const pb::Organization& organization, const std::string& name) {
    pb::UpdateOrganizationRequest request;
    request.set_request_id(NewRequestId());
    request.mutable_organization()->set_id(organization.id());
    request.mutable_organization()->set_name(name);
    request.mutable_update_mask()->add_paths("name");
    request.set_expected_version(organization.version());
    return Invoke<pb::Organization>("officer", "UpdateOrganization", request);
  }

  /// Every page of a list, one after the other: the ids.
  template <class Response, class Request>
  std::vector<std::string> AllIds(Request request, const std::string& token = "officer",
                                  const std::function<void()>& between = nullptr) {
    std::vector<std::string> ids;
    do {
      const auto page = Invoke<Response>(token, MethodOf(request), request);
      EXPECT_OK(page);
      if (!page.ok()) {
        break;
      }
      for (const auto& item : ItemsOf(*page)) {
        ids.push_back(item.id());
      }
      request.set_page_token(page->next_page_token());
      if (between) {
        between();
      }
    } while (!request.page_token().empty());
    return ids;
  }
  static std::string MethodOf(const pb::ListTeamsRequest&) { return "ListTeams"; }
  static std::string MethodOf(const pb::ListOrganizationsRequest&) { return "ListOrganizations"; }
  static std::string MethodOf(const pb::ListMembersRequest&) { return "ListMembers"; }
  static const auto& ItemsOf(const pb::ListTeamsResponse& page) { return page.teams(); }
  static const auto& ItemsOf(const pb::ListOrganizationsResponse& page) { return page.organizations(); }
  static const auto& ItemsOf(const pb::ListMembersResponse& page) { return page.members(); }

  int numbers_ = 0;
};

TEST_F(SearchTest, TwoCharactersOfTheNameAreEnough) {
  const pb::Organization blue = Organization("苏州市蓝天救援队（ＳＯＳ）");
  Organization("晨曦 Blue Sky 社会工作服务中心");
  Team(blue.id(), "蓝天水上一队");
  EXPECT_THAT(OrganizationsWith("蓝天"), ElementsAre("苏州市蓝天救援队（ＳＯＳ）"));
  EXPECT_THAT(OrganizationsWith("天救援"), ElementsAre("苏州市蓝天救援队（ＳＯＳ）"));
  EXPECT_THAT(OrganizationsWith("队 sos"), ElementsAre("苏州市蓝天救援队（ＳＯＳ）"));
  EXPECT_THAT(OrganizationsWith("ＢＬＵＥ-sky"), ElementsAre("晨曦 Blue Sky 社会工作服务中心"));
  EXPECT_THAT(OrganizationsWith("蓝天中心"), IsEmpty()) << "characters that stand apart are no text";
  EXPECT_THAT(OrganizationsWith("救蓝"), IsEmpty());
  EXPECT_THAT(TeamsWith("蓝天"), ElementsAre("蓝天水上一队"));
  EXPECT_THAT(TeamsWith("救援"), IsEmpty()) << "the name of the team, not of its organization";
}

TEST_F(SearchTest, ATextWhosePairsAllOccurButNotTogetherIsNotFound) {
  Organization("志愿者之家志友愿者");
  EXPECT_THAT(OrganizationsWith("志愿者之家"), ::testing::SizeIs(1));
  EXPECT_THAT(OrganizationsWith("愿者愿者"), IsEmpty());
  EXPECT_THAT(OrganizationsWith("家志愿者"), IsEmpty());
}

TEST_F(SearchTest, OrganizationsAreFoundByTheirNumbers) {
  Organization("甲中心", "52320506MJ0000026R");
  Organization("乙小组");
  EXPECT_THAT(OrganizationsWith("52320506mj0000026r"), ElementsAre("甲中心"));
  EXPECT_THAT(OrganizationsWith("5232 0506 MJ00 0002 6R"), ElementsAre("甲中心"));
  EXPECT_THAT(OrganizationsWith("社备（2026）1号"), ElementsAre("乙小组"));
}

TEST_F(SearchTest, OneCharacterIsTooBroad) {
  for (const char* text : {"志", "%", "_", "　", "''", "🚑"}) {
    pb::ListOrganizationsRequest organizations;
    organizations.set_text(text);
    EXPECT_THAT(Invoke<pb::ListOrganizationsResponse>("officer", "ListOrganizations", organizations),
                HasReason(Reason::kQueryTooBroad))
        << text;
    pb::ListTeamsRequest teams;
    teams.set_text(text);
    EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", teams), HasReason(Reason::kQueryTooBroad));
  }
}

TEST_F(SearchTest, HostileTextsFindNothingAndDoNoHarm) {
  Team(Organization("百分之百志愿队").id(), "志愿一队");
  for (const char* text : {"志%队", "志_一队", "%%志愿一队' OR '1'='1", "志愿\\", "'; DROP TABLE team; --", "🚑🚒🚓",
                           "志愿一队*", "[志愿]+"}) {
    const Names found = TeamsWith(text);
    const bool is_part = std::string("志愿一队").find(SearchForm(text)) != std::string::npos;
    EXPECT_EQ(found.size(), is_part ? 1U : 0U) << text;
  }
  pb::ListTeamsRequest request;
  request.set_text(std::string("志愿\0队", 10));
  EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kIllegalChar));
  std::string endless;
  for (int i = 0; i < 10'000; ++i) {
    endless += "志";
  }
  request.set_text(endless);
  EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kTooLong));
  EXPECT_THAT(TeamsWith("志愿"), ElementsAre("志愿一队"));
}

TEST_F(SearchTest, ARenamedOneIsFoundByItsNewNameOnly) {
  const pb::Organization organization = Organization("旧名服务队");
  pb::Team team = Team(organization.id(), "旧名一组");
  ASSERT_OK(Rename(organization, "新名服务队"));
  team.set_version(GetTeam("officer", team.id())->version());  // it has followed its organization
  team.set_name("新名一组");
  ASSERT_OK(UpdateTeam("officer", team, {"name"}));
  EXPECT_THAT(OrganizationsWith("旧名"), IsEmpty());
  EXPECT_THAT(OrganizationsWith("新名"), ElementsAre("新名服务队"));
  EXPECT_THAT(OrganizationsWith("服务队"), ElementsAre("新名服务队"));
  EXPECT_THAT(TeamsWith("旧名"), IsEmpty());
  EXPECT_THAT(TeamsWith("新名"), ElementsAre("新名一组"));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team_bigram"), 3);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(SearchTest, VerifyTellsOfATextThatIsNotTheNames) {
  const pb::Organization organization = Organization("甲中心");
  Team(organization.id(), "甲中心一队");
  Spoil("UPDATE team_search SET text = 'x'");
  ASSERT_EQ(Violations().size(), 1U);
  EXPECT_EQ(Violations()[0].invariant(), "I6");
  Spoil("DELETE FROM organization_search");
  EXPECT_EQ(Violations().size(), 2U);
}

TEST_F(SearchTest, WhatIsNotSeenIsNotFound) {
  const pb::Organization kunshan = Organization("昆山志愿队");
  const pb::Organization gusu = Organization("姑苏志愿队", "", "3205/320508");
  Team(kunshan.id(), "昆山志愿一队");
  Team(gusu.id(), "姑苏志愿一队");
  Appoint("gusu manager", gusu.id());
  EXPECT_EQ(OrganizationsWith("志愿").size(), 2U);
  EXPECT_THAT(OrganizationsWith("志愿", "kunshan officer"), ElementsAre("昆山志愿队"));
  EXPECT_THAT(OrganizationsWith("昆山", "gusu manager"), IsEmpty());
  EXPECT_THAT(OrganizationsWith("志愿", "gusu manager"), ElementsAre("姑苏志愿队"));
  EXPECT_THAT(TeamsWith("志愿", "kunshan officer"), ElementsAre("昆山志愿一队"));
  EXPECT_THAT(TeamsWith("志愿", "gusu manager"), ElementsAre("姑苏志愿一队"));
  pb::ListTeamsRequest foreign;
  foreign.set_text("志愿");
  foreign.set_organization_id(kunshan.id());
  EXPECT_THAT(Teams(foreign, "gusu manager"), IsEmpty());
  foreign.mutable_near()->set_latitude(31.4);
  foreign.mutable_near()->set_longitude(120.9);
  foreign.set_radius_km(200);
  EXPECT_THAT(Teams(foreign, "gusu manager"), IsEmpty());
  callers_["nobody"] = {AccountId("nobody"), {Role::kOrganizationManager}, "", {}, {}};
  EXPECT_THAT(TeamsWith("志愿", "nobody"), IsEmpty());
}

TEST_F(SearchTest, TheWorstLevelThatWillDoCounts) {
  const pb::Organization organization = Organization("甲中心");
  Team(organization.id(), "二级队");
  Team(organization.id(), "四级队", [](pb::Team& team) {
    team.mutable_capabilities(0)->set_level(4);
    *team.add_capabilities() = team.capabilities(0);  // the old certificate beside the renewed one
  });
  pb::ListTeamsRequest request;
  request.set_capability("psychological_support");
  EXPECT_THAT(Teams(request), UnorderedElementsAre("二级队", "四级队")) << "each once";
  request.set_lowest_level(3);
  EXPECT_THAT(Teams(request), ElementsAre("二级队"));
  request.set_lowest_level(1);
  EXPECT_THAT(Teams(request), IsEmpty());
  request.set_lowest_level(5);
  EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kOutOfRange));
  request.set_lowest_level(2);
  request.clear_capability();
  EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kInvalidField));
  pb::ListOrganizationsRequest organizations;
  organizations.set_capability("psychological_support");
  organizations.set_lowest_level(2);
  EXPECT_EQ(AllIds<pb::ListOrganizationsResponse>(organizations), std::vector<std::string>{organization.id()});
  organizations.set_lowest_level(1);
  EXPECT_THAT(AllIds<pb::ListOrganizationsResponse>(organizations), IsEmpty());
}

TEST_F(SearchTest, OnlyTeamsThatMayBeUsedNowAreUsable) {
  const int64_t now = ToMicros(clock_.Now()) / 1'000'000;
  const auto suspended = [now](int64_t from, int64_t until) {
    return [=](pb::Team& team) {
      team.mutable_suspended()->mutable_start_time()->set_seconds(now + from);
      team.mutable_suspended()->mutable_end_time()->set_seconds(now + until);
    };
  };
  const pb::Organization organization = Organization("甲中心");
  Team(organization.id(), "好队");
  Team(organization.id(), "停用的", suspended(-100, 100));
  Team(organization.id(), "停用过的", suspended(-200, -100));
  Team(organization.id(), "将停用的", suspended(100, 200));
  const pb::Team gone = Team(organization.id(), "解散的");
  pb::DisbandTeamRequest disband;
  disband.set_request_id(NewRequestId());
  disband.set_id(gone.id());
  disband.set_expected_version(1);
  ASSERT_OK(Invoke<pb::Team>("officer", "DisbandTeam", disband));
  const pb::Organization struck = Organization("乙中心");
  Team(struck.id(), "乙队");
  pb::ReviewOrganizationRequest review;
  review.set_request_id(NewRequestId());
  review.set_id(struck.id());
  review.set_state(pb::ORGANIZATION_STATE_SUSPENDED);
  review.set_reason("投诉待核实");
  review.set_expected_version(1);
  ASSERT_OK(Invoke<pb::Organization>("officer", "ReviewOrganization", review));
  pb::ListTeamsRequest request;
  EXPECT_EQ(Teams(request).size(), 6U);
  request.set_usable(true);
  EXPECT_THAT(Teams(request), UnorderedElementsAre("好队", "停用过的", "将停用的"));
  Spoil("UPDATE organization SET blacklisted_until_us = 1");
  EXPECT_EQ(Teams(request).size(), 3U) << "a ban that is over";
  Spoil("UPDATE organization SET blacklisted_until_us = 9000000000000000");
  EXPECT_THAT(Teams(request), IsEmpty());
}

TEST_F(SearchTest, DistanceIsFromWhereATeamWasLastSeen) {
  const auto at = [](double latitude, double longitude) {
    return [=](pb::Team& team) {
      team.mutable_base_position()->set_latitude(latitude);
      team.mutable_base_position()->set_longitude(longitude);
    };
  };
  const pb::Organization organization = Organization("甲中心");
  Team(organization.id(), "近队", at(31.305, 120.6));
  pb::Team away = Team(organization.id(), "远队", at(31.8, 120.6));
  pb::ListTeamsRequest request;
  request.mutable_near()->set_latitude(31.3);
  request.mutable_near()->set_longitude(120.6);
  request.set_radius_km(1);
  EXPECT_THAT(Teams(request), ElementsAre("近队"));
  request.set_radius_km(0.5);
  EXPECT_THAT(Teams(request), IsEmpty()) << "556 metres away";
  away.mutable_current_position()->set_latitude(31.301);
  away.mutable_current_position()->set_longitude(120.601);
  ASSERT_OK(UpdateTeam("officer", away, {"current_position"}));
  EXPECT_THAT(Teams(request), ElementsAre("远队"));
  for (const double radius : {0.0, 0.05, -1.0, 201.0}) {
    request.set_radius_km(radius);
    EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kOutOfRange));
  }
  request.clear_near();
  const auto lonely = Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request);
  EXPECT_THAT(lonely, HasReason(Reason::kInvalidField));
  EXPECT_EQ(GetErrorInfo(lonely.status()).field, "near");
  request.set_radius_km(1);
  request.mutable_near()->set_latitude(91);
  EXPECT_THAT(Invoke<pb::ListTeamsResponse>("officer", "ListTeams", request), HasReason(Reason::kBadGeometry));
}

/// A city of 4,000 teams: more than a page looks at.
class CitySearchTest : public SearchTest {
 protected:
  void Load() {
    demo::DemoCity city({1, 0.1, clock_.Now()});
    while (auto batch = city.Next()) {
      batch->set_request_id(NewRequestId());
      ASSERT_OK(Invoke<pb::ImportBatchResponse>("service", "ImportBatch", *batch));
      organizations_.insert(organizations_.end(), batch->organizations().begin(), batch->organizations().end());
      teams_.insert(teams_.end(), batch->teams().begin(), batch->teams().end());
      members_.insert(members_.end(), batch->members().begin(), batch->members().end());
    }
  }
  template <class Object>
  static std::vector<std::string> IdsWhere(const std::vector<Object>& objects,
                                           const std::function<bool(const Object&)>& fits) {
    std::vector<std::string> ids;
    for (const Object& object : objects) {
      if (fits(object)) {
        ids.push_back(object.id());
      }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  template <class Object>
  static bool HasText(const Object& object, const std::string& text) {
    return SearchForm(object.name()).find(text) != std::string::npos;
  }
  template <class Object>
  static bool IsIn(const Object& object, const std::string& district) {
    return object.district_path() == district || object.district_path().starts_with(district + "/");
  }
  static bool Holds(const pb::Team& team, const std::string& capability, int lowest_level) {
    return std::any_of(team.capabilities().begin(), team.capabilities().end(), [&](const pb::TeamCapability& held) {
      return held.capability() == capability && held.level() <= lowest_level;
    });
  }
  static bool IsNear(const pb::Team& team, double radius_km) {
    return geo::DistanceMeters({team.base_position().latitude(), team.base_position().longitude()}, kCenter) <=
           radius_km * 1000;
  }
  /// The city's suspensions and bans all hold at the moment of the load.
  bool IsUsable(const pb::Team& team) const {
    const bool is_banned =
        std::any_of(organizations_.begin(), organizations_.end(), [&team](const pb::Organization& organization) {
          return organization.id() == team.organization_id() && organization.has_blacklisted_until_time();
        });
    return !team.has_suspended() && !is_banned;
  }
  static pb::ListTeamsRequest NearRequest(double radius_km) {
    pb::ListTeamsRequest request;
    request.mutable_near()->set_latitude(kCenter.latitude);
    request.mutable_near()->set_longitude(kCenter.longitude);
    request.set_radius_km(radius_km);
    return request;
  }
  /// The pages of `request`, of whatever size, hold exactly the teams that fit, in order.
  void ExpectTeams(pb::ListTeamsRequest request, const std::function<bool(const pb::Team&)>& fits) {
    const std::vector<std::string> expected = IdsWhere<pb::Team>(teams_, fits);
    for (const int size : {37, 500}) {
      request.set_page_size(size);
      EXPECT_EQ(AllIds<pb::ListTeamsResponse>(request), expected) << request.ShortDebugString();
    }
    EXPECT_FALSE(expected.empty()) << request.ShortDebugString();
  }

  static constexpr geo::Position kCenter{31.3, 120.6};
  std::vector<pb::Organization> organizations_;
  std::vector<pb::Team> teams_;
  std::vector<pb::Member> members_;
};

TEST_F(CitySearchTest, EveryFilterFindsWhatALookAtEveryTeamFinds) {
  Load();
  ASSERT_EQ(teams_.size(), 4000U);
  ExpectTeams({}, [](const auto&) { return true; });
  pb::ListTeamsRequest request;
  request.set_text("服务");
  ExpectTeams(request, [](const auto& team) { return HasText(team, "服务"); });
  request.set_district_path("3205/320583");
  ExpectTeams(request, [](const auto& team) { return HasText(team, "服务") && IsIn(team, "3205/320583"); });
  request.set_capability("elder_care");
  request.set_lowest_level(2);
  ExpectTeams(request, [](const auto& team) {
    return HasText(team, "服务") && IsIn(team, "3205/320583") && Holds(team, "elder_care", 2);
  });
  request.clear_text();
  request.clear_district_path();
  ExpectTeams(request, [](const auto& team) { return Holds(team, "elder_care", 2); });
  request.set_works_remotely(true);
  ExpectTeams(request, [](const auto& team) { return Holds(team, "elder_care", 2) && team.works_remotely(); });
  pb::ListTeamsRequest organization;
  organization.set_organization_id(std::string(demo::kDemoOrganizationId));
  ExpectTeams(organization, [](const auto& team) { return team.organization_id() == demo::kDemoOrganizationId; });
  std::set<std::string> filed;
  for (const pb::Organization& one : organizations_) {
    if (one.kind() == pb::ORGANIZATION_KIND_FILED_GROUP) {
      filed.insert(one.id());
    }
  }
  pb::ListTeamsRequest kind;
  kind.set_organization_kind(pb::ORGANIZATION_KIND_FILED_GROUP);
  kind.set_usable(true);
  ExpectTeams(kind, [&](const auto& team) { return filed.contains(team.organization_id()) && IsUsable(team); });
}

TEST_F(CitySearchTest, EveryDistanceFindsWhatALookAtEveryTeamFinds) {
  Load();
  for (const double radius : {1.0, 5.0, 30.0, 200.0}) {
    ExpectTeams(NearRequest(radius), [radius](const auto& team) { return IsNear(team, radius); });
  }
  pb::ListTeamsRequest request = NearRequest(20);
  request.set_text("服务");
  request.set_usable(true);
  ExpectTeams(request,
              [this](const auto& team) { return IsNear(team, 20) && HasText(team, "服务") && IsUsable(team); });
}

TEST_F(CitySearchTest, OrganizationsAreFoundByEveryFilterAtOnce) {
  Load();
  const auto expect = [&](pb::ListOrganizationsRequest request,
                          const std::function<bool(const pb::Organization&)>& fits) {
    request.set_page_size(41);
    EXPECT_EQ(AllIds<pb::ListOrganizationsResponse>(request), IdsWhere<pb::Organization>(organizations_, fits))
        << request.ShortDebugString();
  };
  pb::ListOrganizationsRequest request;
  expect(request, [](const auto&) { return true; });
  request.set_text("服务");
  expect(request, [](const auto& one) { return HasText(one, "服务"); });
  request.set_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  expect(request,
         [](const auto& one) { return HasText(one, "服务") && one.kind() == pb::ORGANIZATION_KIND_SERVICE_AGENCY; });
  std::set<std::string> carers;
  for (const pb::Team& team : teams_) {
    if (Holds(team, "elder_care", 3)) {
      carers.insert(team.organization_id());
    }
  }
  request.set_capability("elder_care");
  request.set_lowest_level(3);
  request.set_state(pb::ORGANIZATION_STATE_APPROVED);
  expect(request, [&](const auto& one) {
    return HasText(one, "服务") && one.kind() == pb::ORGANIZATION_KIND_SERVICE_AGENCY && carers.contains(one.id());
  });
}

TEST_F(CitySearchTest, PagesGiveEachTeamOnceWhileOthersComeAndAreRenamed) {
  Load();
  pb::ListTeamsRequest request;
  request.set_text("服务");
  request.set_page_size(30);
  const std::vector<std::string> before = AllIds<pb::ListTeamsResponse>(request);
  std::set<std::string> renamed;
  int made = 0;
  const auto disturb = [&] {
    Team(std::string(demo::kDemoOrganizationId), "服务新队" + std::to_string(++made));
    const std::string& id = before[before.size() - 1 - renamed.size()];
    pb::Team team = *GetTeam("officer", id);
    team.set_name("改名一队");
    ASSERT_OK(UpdateTeam("officer", team, {"name"}));
    renamed.insert(id);
  };
  const std::vector<std::string> during = AllIds<pb::ListTeamsResponse>(request, "officer", disturb);
  EXPECT_GT(renamed.size(), 5U);
  EXPECT_EQ(std::set<std::string>(during.begin(), during.end()).size(), during.size()) << "each once";
  for (const std::string& id : before) {
    EXPECT_TRUE(renamed.contains(id) || std::find(during.begin(), during.end(), id) != during.end()) << id;
  }
}

TEST_F(CitySearchTest, MembersAreFoundByExactNameAndShownMasked) {
  Load();
  pb::ListMembersRequest request;
  request.set_name(" " + members_[7].name() + "　");
  request.set_page_size(2);
  const std::vector<std::string> expected =
      IdsWhere<pb::Member>(members_, [&](const auto& one) { return one.name() == members_[7].name(); });
  EXPECT_EQ(AllIds<pb::ListMembersResponse>(request), expected);
  const auto page = Invoke<pb::ListMembersResponse>("officer", "ListMembers", request);
  ASSERT_OK(page);
  EXPECT_TRUE(page->members(0).name().ends_with("**"));
  EXPECT_EQ(page->members(0).team_ids_size(), members_[7].team_ids_size());
  request.set_phone(members_[7].phone());
  EXPECT_EQ(AllIds<pb::ListMembersResponse>(request), std::vector<std::string>{members_[7].id()});
  request.set_name(members_[7].name().substr(0, 3));
  EXPECT_THAT(AllIds<pb::ListMembersResponse>(request), IsEmpty()) << "a part of a name is no name";
}

class MemberSearchTest : public SearchTest {
 protected:
  MemberSearchTest() : organization_(MakeOrganization()) {}
  pb::Member Member(const std::string& name, const std::string& id_number = "") {
    pb::CreateMemberRequest request;
    request.set_request_id(NewRequestId());
    request.mutable_member()->set_name(name);
    request.mutable_member()->set_phone("19900000001");
    request.mutable_member()->set_id_number(id_number);
    const auto made = Invoke<pb::Member>("manager", "CreateMember", request);
    EXPECT_OK(made);
    return made.value_or(pb::Member());
  }
  size_t Found(const std::string& name, const std::string& id_number, const std::string& token = "officer") {
    pb::ListMembersRequest request;
    request.set_name(name);
    request.set_id_number(id_number);
    return AllIds<pb::ListMembersResponse>(request, token).size();
  }
  static constexpr char kIdNumber[] = "11010519491231002X";
  const pb::Organization organization_;
};

TEST_F(MemberSearchTest, ByNameAndByIdNumberAlsoAfterAChange) {
  pb::Member member = Member("李小龙", kIdNumber);
  Member("李小龙");
  EXPECT_EQ(Found("李小龙", ""), 2U);
  EXPECT_EQ(Found("", kIdNumber), 1U);
  EXPECT_EQ(Found("", "110105 19491231 002x"), 1U) << "in any form that may be entered";
  EXPECT_EQ(Found("李小龙", kIdNumber), 1U);
  EXPECT_EQ(Found(kIdNumber, ""), 0U) << "a value of one field is nothing in another";
  pb::UpdateMemberRequest update;
  update.set_request_id(NewRequestId());
  update.mutable_member()->set_id(member.id());
  update.mutable_member()->set_name("王五");
  update.mutable_update_mask()->add_paths("name");
  update.set_expected_version(1);
  ASSERT_OK(Invoke<pb::Member>("manager", "UpdateMember", update));
  EXPECT_EQ(Found("李小龙", ""), 1U);
  EXPECT_EQ(Found("王五", kIdNumber), 1U);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(MemberSearchTest, NothingIsFoundAbroadAndNothingIsTold) {
  Member("李小龙", kIdNumber);
  EXPECT_EQ(Found("李小龙", "", "gusu operator"), 0U);
  MakeOrganization("other manager", "53320500MJ50900329", "3205/320508");
  EXPECT_EQ(Found("李小龙", "", "other manager"), 0U);
  EXPECT_EQ(Found("", kIdNumber, "other manager"), 0U);
  pb::ListMembersRequest request;
  request.set_name("李**");
  EXPECT_THAT(Invoke<pb::ListMembersResponse>("officer", "ListMembers", request), HasReason(Reason::kInvalidField));
  request.clear_name();
  request.set_id_number("110105194912310021");
  const auto refused = Invoke<pb::ListMembersResponse>("officer", "ListMembers", request);
  EXPECT_THAT(refused, HasReason(Reason::kInvalidId));
  EXPECT_THAT(std::string(refused.status().message()), ::testing::Not(::testing::HasSubstr("110105")));
}

TEST_F(MemberSearchTest, WhatWasStoredBeforeIsFilledInAndAnInterruptedStartGoesOn) {
  const std::string id = Member("李小龙", kIdNumber).id();
  const bool is_first = id < Member("王五").id();
  Team(organization_.id(), "心理一队");
  Spoil("DELETE FROM member_digest");
  for (const char* table : {"organization_search", "organization_bigram", "team_search", "team_bigram"}) {
    Spoil(KeptText(std::string("DELETE FROM ") + table));
  }
  EXPECT_EQ(Found("李小龙", ""), 0U);
  EXPECT_THAT(TeamsWith("心理"), IsEmpty());
  EXPECT_EQ(Violations().size(), 4U);
  Spoil("DELETE FROM search_gap");
  Spoil("INSERT INTO search_gap (kind, after_id) VALUES ('organization', ''), ('team', '')");
  Spoil(KeptText("INSERT INTO search_gap (kind, after_id) VALUES ('member', '" + id + "')"));
  const PersonSealer sealer(cipher_, blind_index_);
  ASSERT_OK(FillSearch(*database_, sealer));
  EXPECT_EQ(Found("李小龙", ""), 0U) << "the step before had passed this one";
  EXPECT_EQ(Found("王五", ""), is_first ? 1U : 0U);
  EXPECT_THAT(TeamsWith("心理"), ElementsAre("心理一队"));
  Spoil("INSERT INTO search_gap (kind, after_id) VALUES ('member', '')");
  ASSERT_OK(FillSearch(*database_, sealer));
  EXPECT_EQ(Found("李小龙", kIdNumber), 1U);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM search_gap"), 0);
  EXPECT_THAT(Violations(), IsEmpty());
  ASSERT_OK(FillSearch(*database_, sealer));
}

}  // namespace
}  // namespace muster::registry

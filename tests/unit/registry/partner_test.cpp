// Equipment and limits of teams, and teams of several organizations.

#include <gtest/gtest.h>

#include "tests/unit/registry/readiness_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class PartnerTest : public ReadinessFixture {
 protected:
  static pb::TeamEquipment Item(const std::string& kind, int count) {
    pb::TeamEquipment item;
    item.set_kind(kind);
    item.set_count(count);
    return item;
  }
  absl::Status UpdateEquipment(const std::vector<pb::TeamEquipment>& list) {
    pb::Team team = team_;
    team.mutable_equipment()->Assign(list.begin(), list.end());
    return UpdateTeam("leader", team, {"equipment"}).status();
  }
};

TEST_F(PartnerTest, EquipmentAndLimitsAreKeptAndTold) {
  pb::Team team = team_;
  *team.add_equipment() = Item("boat", 2);
  team.mutable_equipment(0)->set_note("带舷外机");
  *team.add_equipment() = Item("aed", 1);
  team.mutable_limits()->add_codes("no_night");
  team.mutable_limits()->set_text("队长不在时不出动");
  team.mutable_limits()->set_max_hours_per_day(8);
  const auto updated = UpdateTeam("leader", team, {"equipment", "limits"});
  ASSERT_OK(updated);
  const auto read = GetTeam("manager", team_.id());
  ASSERT_OK(read);
  EXPECT_EQ(read->SerializeAsString(), updated->SerializeAsString());
  EXPECT_EQ(read->equipment(0).note(), "带舷外机");
  EXPECT_EQ(read->limits().codes(0), "no_night");
  EXPECT_EQ(read->limits().max_hours_per_day(), 8);
  pb::TeamEvent payload;
  ASSERT_TRUE(payload.ParseFromString(Events().back().data()));
  EXPECT_EQ(payload.team().team().equipment_size(), 2);
  EXPECT_TRUE(Violations().empty());
  ASSERT_OK(UpdateTeam("leader", *updated, {"headcount"}));
  EXPECT_TRUE(Violations().empty());
  Spoil("UPDATE team SET equipment = ''");
  EXPECT_FALSE(Violations().empty());
}

TEST_F(PartnerTest, EquipmentIsOfTheListAndCounted) {
  EXPECT_THAT(UpdateEquipment({Item("submarine", 1)}), HasReason(Reason::kInvalidField));
  EXPECT_THAT(UpdateEquipment({Item("boat", 1), Item("boat", 2)}), HasReason(Reason::kInvalidField));
  const absl::Status status = UpdateEquipment({Item("boat", 0)});
  EXPECT_THAT(status, HasReason(Reason::kOutOfRange));
  EXPECT_EQ(GetErrorInfo(status).field, "team.equipment[0].count");
  EXPECT_THAT(UpdateEquipment({Item("boat", 10'001)}), HasReason(Reason::kOutOfRange));
  pb::Team team = team_;
  team.mutable_limits()->add_codes("no_mondays");
  EXPECT_THAT(UpdateTeam("leader", team, {"limits"}), HasReason(Reason::kInvalidField));
  team.mutable_limits()->clear_codes();
  team.mutable_limits()->set_max_hours_per_day(25);
  EXPECT_THAT(UpdateTeam("leader", team, {"limits"}), HasReason(Reason::kOutOfRange));
}

TEST_F(PartnerTest, ATeamFromBeforeEquipmentIsStillAsAudited) {
  // Its hash covers the columns that there were then; those that were added say nothing.
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team WHERE equipment = '' AND limits = '' AND partners = ''"), 1);
  TeamProfile profile;
  profile.team.id = TeamId("a");
  const std::string before = HashOf(profile.team);
  std::vector<storage::Value> values = TeamTable().Values(profile.team);
  values.resize(19);
  EXPECT_EQ(before, storage::HashValues(values));
  profile.team.equipment = {{"boat", 1, ""}};
  EXPECT_NE(HashOf(profile.team), before);
}

TEST_F(PartnerTest, APartnerIsAskedSeesTheTeamAndTakesPart) {
  EXPECT_THAT(GetTeam("foreign manager", team_.id()), HasReason(Reason::kNotFound));
  const auto asked = Invite("manager", foreign_.id(), 1);
  ASSERT_OK(asked);
  EXPECT_EQ(asked->invited_organization_ids(0), foreign_.id());
  EXPECT_EQ(asked->partner_organization_ids_size(), 0);
  const common::v1::Event event = Events().back();
  EXPECT_EQ(event.organization_ids_size(), 2);
  EXPECT_OK(GetTeam("foreign manager", team_.id()));
  EXPECT_THAT(UpdateTeam("foreign manager", *asked, {"headcount"}), HasReason(Reason::kForbidden));
  const auto joined = Answer("foreign manager", foreign_.id(), true, 2);
  ASSERT_OK(joined);
  EXPECT_EQ(joined->partner_organization_ids(0), foreign_.id());
  EXPECT_THAT(Answer("foreign manager", foreign_.id(), true, 3), HasReason(Reason::kIllegalTransition));
  EXPECT_TRUE(Violations().empty());
  ASSERT_OK(Answer("foreign manager", foreign_.id(), false, 3));
  EXPECT_THAT(GetTeam("foreign manager", team_.id()), HasReason(Reason::kNotFound));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PartnerTest, NobodyAcceptsForAnother) {
  ASSERT_OK(Invite("manager", foreign_.id(), 1));
  EXPECT_THAT(Answer("manager", foreign_.id(), true, 2), HasReason(Reason::kForbidden));
  EXPECT_THAT(Answer("officer", foreign_.id(), true, 2), HasReason(Reason::kForbidden));
  EXPECT_THAT(Answer("leader", foreign_.id(), false, 2), HasReason(Reason::kForbidden));
  EXPECT_THAT(Answer("foreign manager", foreign_.id(), true, 1), HasReason(Reason::kVersionConflict));
  EXPECT_OK(Answer("manager", foreign_.id(), false, 2));
  EXPECT_THAT(Answer("manager", foreign_.id(), false, 3), HasReason(Reason::kNotFound));
}

TEST_F(PartnerTest, AnInvitationNamesAnotherOrganizationOnce) {
  EXPECT_THAT(Invite("manager", organization_.id(), 1), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Invite("manager", "the other one", 1), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Invite("leader", foreign_.id(), 1), HasReason(Reason::kForbidden));
  EXPECT_THAT(Invite("foreign manager", foreign_.id(), 1), HasReason(Reason::kNotFound));
  EXPECT_THAT(Invite("manager", foreign_.id(), 7), HasReason(Reason::kVersionConflict));
  ASSERT_OK(Invite("manager", foreign_.id(), 1));
  EXPECT_THAT(Invite("manager", foreign_.id(), 2), HasReason(Reason::kDuplicate));
  EXPECT_OK(Invite("manager", NewRequestId(), 2)) << "whether it exists is not told";
}

TEST_F(PartnerTest, OnlyAnApprovedOrganizationTakesPart) {
  ASSERT_OK(Invite("manager", foreign_.id(), 1));
  Spoil("UPDATE organization SET state = 'suspended' WHERE district_path = '3205/320508'");
  EXPECT_THAT(Answer("foreign manager", foreign_.id(), true, 2), HasReason(Reason::kIllegalTransition));
  EXPECT_OK(Answer("foreign manager", foreign_.id(), false, 2));
}

TEST_F(PartnerTest, AnInvitationThatIsRepeatedIsMadeOnce) {
  pb::InvitePartnerRequest request;
  request.set_request_id(NewRequestId());
  request.set_team_id(team_.id());
  request.set_organization_id(foreign_.id());
  request.set_expected_version(1);
  const auto first = Invoke<pb::Team>("manager", "InvitePartner", request);
  const auto second = Invoke<pb::Team>("manager", "InvitePartner", request);
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(GetTeam("manager", team_.id())->version(), 2);
}

}  // namespace
}  // namespace muster::registry

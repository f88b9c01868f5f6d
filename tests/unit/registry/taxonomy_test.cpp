// The lists as the registry serves them.

#include "muster/domain/taxonomy.h"

#include <gtest/gtest.h>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class TaxonomyServiceTest : public RegistryFixture {
 protected:
  absl::StatusOr<pb::RequirementSheet> Sheet(const std::string& capability, int level) {
    pb::GetRequirementSheetRequest request;
    request.set_capability(capability);
    request.set_level(level);
    return Invoke<pb::RequirementSheet>("officer", "GetRequirementSheet", request);
  }
};

TEST_F(TaxonomyServiceTest, ServesEveryListAndTheMarkThatAllServicesShare) {
  const auto lists = Invoke<pb::ListCapabilitiesResponse>("officer", "ListCapabilities", pb::ListCapabilitiesRequest());
  ASSERT_OK(lists);
  EXPECT_EQ(lists->equipment_kinds_size(), static_cast<int>(EquipmentKinds().size()));
  EXPECT_EQ(lists->standing_limits_size(), static_cast<int>(StandingLimits().size()));
  EXPECT_EQ(lists->mark(), TaxonomyMark());
  int substitutes = 0;
  for (const pb::Capability& capability : lists->capabilities()) {
    substitutes += capability.substitutes_size();
    EXPECT_EQ(capability.lowest_level(), capability.graded() ? 3 : 4);
  }
  EXPECT_EQ(substitutes, static_cast<int>(Substitutes().size()));
}

TEST_F(TaxonomyServiceTest, ServesTheSheetOfACapabilityAndLevel) {
  const auto sheet = Sheet("water", 2);
  ASSERT_OK(sheet);
  ASSERT_EQ(sheet->requirements_size(), 1);
  EXPECT_EQ(sheet->requirements(0).kind(), "certificate");
  EXPECT_NE(sheet->requirements(0).source().find("YJ/T 1.4"), std::string::npos);
  EXPECT_EQ(Sheet("elder_care", 4)->requirements_size(), 0);
  EXPECT_THAT(Sheet("juggling", 1), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Sheet("water", 4), HasReason(Reason::kOutOfRange));
  EXPECT_THAT(Sheet("water", 0), HasReason(Reason::kOutOfRange));
}

}  // namespace
}  // namespace muster::registry

#include "services/cli/output/names.h"

#include <gtest/gtest.h>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::cli {
namespace {

using dispatch::v1::AssignmentState;

TEST(NamesTest, SpeaksBothLanguages) {
  EXPECT_EQ(Readable(dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE, Language::kChinese), "途中");
  EXPECT_EQ(Readable(dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE, Language::kEnglish), "en route");
  EXPECT_EQ(Readable(dispatch::v1::ASSIGNMENT_STATE_UNSPECIFIED, Language::kEnglish), "");
}

TEST(NamesTest, ReadsWhatPeopleType) {
  EXPECT_EQ(ParseEnum<AssignmentState>("en_route").value(), dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE);
  EXPECT_EQ(ParseEnum<AssignmentState>("En-Route").value(), dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE);
}

TEST(NamesTest, ListsWhatMayBeTyped) {
  const auto state = ParseEnum<dispatch::v1::OfferAnswer>("maybe");
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(ExitCodeOf(state.status()), ExitCode::kUsage);
  EXPECT_NE(LocalTextOf(state.status())->en.find("accept, provisional, decline"), std::string::npos);
  EXPECT_FALSE(ParseEnum<AssignmentState>("").ok());
  EXPECT_FALSE(ParseEnum<AssignmentState>("unspecified").ok());
}

TEST(NamesTest, HasAChineseWordForEveryState) {
  const google::protobuf::EnumDescriptor* types[] = {
      dispatch::v1::IncidentState_descriptor(),    dispatch::v1::IncidentKind_descriptor(),
      dispatch::v1::EventGrade_descriptor(),       dispatch::v1::WarningColor_descriptor(),
      dispatch::v1::LineState_descriptor(),        dispatch::v1::OfferState_descriptor(),
      dispatch::v1::AssignmentState_descriptor(),  dispatch::v1::CoverState_descriptor(),
      dispatch::v1::DeclineReason_descriptor(),    dispatch::v1::AnsweredVia_descriptor(),
      dispatch::v1::QuantityUnit_descriptor(),     common::v1::Mode_descriptor(),
      notify::v1::DeliveryState_descriptor(),      exchange::v1::DocumentOutcome_descriptor(),
      registry::v1::OrganizationKind_descriptor(), registry::v1::OrganizationState_descriptor(),
      registry::v1::InspectionKind_descriptor(),   registry::v1::InspectionResult_descriptor(),
      registry::v1::DuplicateReason_descriptor(),  registry::v1::OrganizationChangeState_descriptor(),
      registry::v1::CertificateState_descriptor(), registry::v1::MembershipState_descriptor(),
      registry::v1::RecruitmentState_descriptor(), registry::v1::ApplicationState_descriptor(),
      dispatch::v1::RequestState_descriptor(),     dispatch::v1::HelpState_descriptor(),
  };
  for (const auto* type : types) {
    for (int i = 1; i < type->value_count(); ++i) {
      EXPECT_NE(ReadableName(type->value(i), Language::kChinese), ReadableName(type->value(i), Language::kEnglish))
          << type->value(i)->name();
    }
  }
}

}  // namespace
}  // namespace muster::cli

#include "services/registry/rpc/export_gate.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/status_matchers.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

TEST(ExportGateTest, AnAccountHasTwoAtATime) {
  ExportGate gate;
  auto first = gate.Enter(AccountId("a"));
  ASSERT_OK(first);
  auto second = gate.Enter(AccountId("a"));
  ASSERT_OK(second);
  EXPECT_THAT(gate.Enter(AccountId("a")), HasReason(Reason::kRateLimited));
  EXPECT_OK(gate.Enter(AccountId("b")));
  first->reset();
  EXPECT_OK(gate.Enter(AccountId("a")));
}

TEST(ExportGateTest, AllTogetherHaveEight) {
  ExportGate gate;
  std::vector<std::unique_ptr<ExportGate::Ticket>> running;
  for (int i = 0; i < ExportGate::kOfAll; ++i) {
    auto ticket = gate.Enter(AccountId(std::to_string(i)));
    ASSERT_OK(ticket);
    running.push_back(*std::move(ticket));
  }
  EXPECT_THAT(gate.Enter(AccountId("one more")), HasReason(Reason::kRateLimited));
  running.pop_back();
  EXPECT_OK(gate.Enter(AccountId("one more")));
}

}  // namespace
}  // namespace muster::registry

// docs/states.md shows the transition tables of the code: it is written from them. With MUSTER_WRITE_DOCS=1 the test
// writes it anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "muster/domain/states.h"

namespace muster {
namespace {

constexpr char kPage[] = MUSTER_SOURCE_ROOT "/docs/states.md";
constexpr char kHead[] =
    "# States\n\n"
    "Every object that has a life moves by one table, and only so (`libs/domain/src/states.cpp`; another move is\n"
    "`ILLEGAL_TRANSITION` with what is allowed). The diagrams are written from the tables:\n"
    "`MUSTER_WRITE_DOCS=1 build/release/bin/unit_domain --gtest_filter='StateDiagramsTest.*'`.\n"
    "对象的状态只按一张表变化；下列图由代码中的表生成。\n";

template <class State>
std::string DiagramOf() {
  const StateMachine<State>& machine = MachineOf<State>();
  std::string text = "\n## " + std::string(machine.object) + "\n\n```mermaid\nstateDiagram-v2\n";
  for (const std::string_view name : machine.names) {
    bool is_end = true;
    for (const auto& move : machine.moves) {
      is_end = is_end && Name(move.from) != name;
    }
    text += is_end ? "  " + std::string(name) + " --> [*]\n" : "";
  }
  for (const auto& move : machine.moves) {
    text += "  " + std::string(Name(move.from)) + " --> " + std::string(Name(move.to)) + "\n";
  }
  return text + "```\n";
}

template <class... States>
std::string PageOf() {
  return kHead + (DiagramOf<States>() + ...);
}

TEST(StateDiagramsTest, ThePageShowsTheTablesOfTheCode) {
  const std::string page =
      PageOf<IncidentState, RequestState, LineState, OfferState, AssignmentState, HelpState, DeliveryState,
             OrganizationState, CertificateState, MembershipState, RecruitmentState, ApplicationState>();
  if (std::getenv("MUSTER_WRITE_DOCS") != nullptr) {
    std::ofstream(kPage) << page;
  }
  std::stringstream text;
  text << std::ifstream(kPage).rdbuf();
  EXPECT_EQ(text.str(), page) << kPage << " is old: run this with MUSTER_WRITE_DOCS=1";
}

}  // namespace
}  // namespace muster

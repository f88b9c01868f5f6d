#include "services/cli/app/commands.h"

namespace muster::cli {

Command Commands::Group(const std::string& name, const Text& what) const {
  const Command group = root_.Sub(name, what.In(language_));
  group.RequireSub();
  return group;
}

}  // namespace muster::cli

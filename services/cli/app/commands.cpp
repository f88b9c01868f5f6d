#include "services/cli/app/commands.h"

namespace muster::cli {

CLI::App& Commands::Group(const std::string& name, const Text& what) {
  CLI::App& group = *root_.add_subcommand(name, what.In(language_));
  group.require_subcommand(1);
  return group;
}

}  // namespace muster::cli

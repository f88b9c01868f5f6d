#pragma once

#include <functional>
#include <string>
#include <vector>

// The parser of the command line is a large library of templates: only app/*.cpp include it, and commands/ use these
// handles, so that a command compiles in seconds.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace muster::cli {

/// An option, flag or operand of a command. A handle: copies mean the same, valid as long as the parser.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : option_(&option) {}

  const Argument& Required() const;
  const Argument& AtLeastOne() const;
  const Argument& Between(double lowest, double highest) const;
  /// May be given several times, one value each.
  const Argument& Repeatable() const;
  /// The help shows the value that its variable holds now.
  const Argument& ShowDefault() const;
  const Argument& Excludes(const Argument& other) const;
  const Argument& Needs(const Argument& other) const;

 private:
  CLI::Option* option_;
};

/// A command of the tree, as Argument is.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  /// "--limit" is an option, "ID" an operand. `target` outlives the parsing. Value: std::string, int, double,
  /// uint64_t, std::optional<double>, std::vector<std::string>.
  template <class Value>
  Argument Option(const std::string& name, Value& target, const std::string& help = {}) const;
  /// "--json", "-n,--dry-run".
  Argument Flag(const std::string& name, bool& target, const std::string& help) const;

  Command Sub(const std::string& name, const std::string& help) const;
  /// One of the commands below must be given.
  void RequireSub() const;
  /// `choose` is called when this command is what the line asks for, and none below it.
  void OnChosen(std::function<void()> choose) const;
  /// The end of its help.
  void Footer(const std::string& text) const;
  /// Left out of the help.
  void Hide() const;

  /// What may follow the words of `path` after this command, for completion: commands and long options.
  std::vector<std::string> WordsAfter(const std::vector<std::string>& path) const;

 private:
  CLI::App* app_;
};

}  // namespace muster::cli

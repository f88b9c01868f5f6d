#include "services/cli/app/command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdint>
#include <optional>
#include <utility>

namespace muster::cli {
namespace {

const CLI::App* FindSub(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (sub->get_name() == name) {
      return sub;
    }
  }
  return nullptr;
}

/// The command that the path leads to; words that are no command (ids) end it.
const CLI::App& Follow(const CLI::App& root, const std::vector<std::string>& path) {
  const CLI::App* app = &root;
  for (const std::string& word : path) {
    const CLI::App* next = FindSub(*app, word);
    if (next == nullptr) {
      break;
    }
    app = next;
  }
  return *app;
}

}  // namespace

const Argument& Argument::Required() const {
  option_->required();
  return *this;
}

const Argument& Argument::AtLeastOne() const {
  option_->check([](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos &&
                   text.find_first_not_of('0') != std::string::npos
               ? std::string()
               : "“" + text + "”应为不小于 1 的整数 (must be a whole number of at least 1)";
  });
  return *this;
}

const Argument& Argument::Between(double lowest, double highest) const {
  option_->check(CLI::Range(lowest, highest));
  return *this;
}

const Argument& Argument::Repeatable() const {
  option_->expected(1)->take_all();
  return *this;
}

const Argument& Argument::ShowDefault() const {
  option_->capture_default_str();
  return *this;
}

const Argument& Argument::Excludes(const Argument& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Argument& Argument::Needs(const Argument& other) const {
  option_->needs(other.option_);
  return *this;
}

template <class Value>
Argument Command::Option(const std::string& name, Value& target, const std::string& help) const {
  return Argument(*app_->add_option(name, target, help));
}

template Argument Command::Option(const std::string&, std::string&, const std::string&) const;
template Argument Command::Option(const std::string&, int&, const std::string&) const;
template Argument Command::Option(const std::string&, double&, const std::string&) const;
template Argument Command::Option(const std::string&, uint64_t&, const std::string&) const;
template Argument Command::Option(const std::string&, std::optional<double>&, const std::string&) const;
template Argument Command::Option(const std::string&, std::vector<std::string>&, const std::string&) const;

Argument Command::Flag(const std::string& name, bool& target, const std::string& help) const {
  return Argument(*app_->add_flag(name, target, help));
}

Command Command::Sub(const std::string& name, const std::string& help) const {
  CLI::App* sub = app_->add_subcommand(name, help);
  sub->group(app_->get_formatter()->get_label("Subcommands"));
  sub->get_help_ptr()->group(sub->option_defaults()->get_group());
  return Command(*sub);
}

void Command::RequireSub() const { app_->require_subcommand(1); }

void Command::OnChosen(std::function<void()> choose) const {
  app_->callback([app = app_, choose = std::move(choose)] {
    if (app->get_subcommands().empty()) {  // "demo load" calls back for "demo" too
      choose();
    }
  });
}

void Command::Footer(const std::string& text) const { app_->footer(text); }

void Command::Hide() const { app_->group(""); }

std::vector<std::string> Command::WordsAfter(const std::vector<std::string>& path) const {
  const CLI::App& app = Follow(*app_, path);
  std::vector<std::string> words;
  for (const CLI::App* sub : app.get_subcommands({})) {
    words.push_back(sub->get_name());
  }
  for (const CLI::App* level : {&app, static_cast<const CLI::App*>(app_)}) {
    for (const CLI::Option* option : level->get_options()) {
      if (!option->get_lnames().empty()) {
        words.push_back("--" + option->get_lnames().front());
      }
    }
  }
  return words;
}

}  // namespace muster::cli

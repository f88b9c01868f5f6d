#include "muster/config/settings.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "muster/base/status_macros.h"
#include "toml_file.h"
#include "values.h"

extern char** environ;

namespace muster::config {
namespace {

using std::chrono::milliseconds;

constexpr char kConfigFlag[] = "config";
constexpr char kConfigVariable[] = "MUSTER_CONFIG";

absl::Status Wrong(const std::string& origin, const std::string& name, const std::string& reason) {
  return absl::InvalidArgumentError(OneLine(absl::StrCat(origin, ": ", name, ": ", reason)));
}

std::string FlagOf(const std::string& name) { return absl::StrReplaceAll(name, {{".", "-"}, {"_", "-"}}); }

std::string VariableOf(const std::string& name) {
  return absl::StrCat("MUSTER_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{".", "_"}})));
}

std::optional<std::string> CheckText(const std::string& value, const Option& option) {
  const auto& choices = option.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return absl::StrCat("must be one of ", absl::StrJoin(choices, ", "), ", is \"", value, "\"");
  }
  return option.check ? option.check(value) : std::nullopt;
}

std::optional<std::string> CheckRange(int64_t value, const Option& option, std::string (*show)(int64_t)) {
  if (value < option.minimum) return absl::StrCat("must be at least ", show(option.minimum), ", is ", show(value));
  if (value > option.maximum) return absl::StrCat("must be at most ", show(option.maximum), ", is ", show(value));
  return {};
}

std::string ShowNumber(int64_t value) { return absl::StrCat(value); }

}  // namespace

Inputs Inputs::OfProcess(int argc, const char* const* argv) {
  Inputs inputs;
  for (int i = 1; i < argc; ++i) inputs.arguments.emplace_back(argv[i]);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string::npos) inputs.environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return inputs;
}

Loader& Loader::Add(Setting setting) {
  Option& option = setting.option;
  if (option.environment.empty()) option.environment = VariableOf(setting.name);
  if (option.flag.empty()) option.flag = FlagOf(setting.name);
  setting.default_value = setting.show();
  settings_.push_back(std::move(setting));
  return *this;
}

Loader& Loader::Bind(const std::string& name, std::string& target, Option option) {
  auto assign = [&target, option](const std::string& text) {
    target = text;
    return CheckText(text, option);
  };
  return Add({name, Kind::kText, option, assign, [&target] { return QuoteToml(target); }});
}

Loader& Loader::Bind(const std::string& name, int64_t& target, Option option) {
  auto assign = [&target, option](const std::string& text) -> std::optional<std::string> {
    if (!absl::SimpleAtoi(text, &target)) return absl::StrCat("must be a whole number, is \"", text, "\"");
    return CheckRange(target, option, ShowNumber);
  };
  return Add({name, Kind::kInteger, option, assign, [&target] { return ShowNumber(target); }});
}

Loader& Loader::Bind(const std::string& name, bool& target, Option option) {
  auto assign = [&target](const std::string& text) -> std::optional<std::string> {
    if (text != "true" && text != "false") return absl::StrCat("must be true or false, is \"", text, "\"");
    target = text == "true";
    return {};
  };
  return Add({name, Kind::kBoolean, option, assign, [&target] { return std::string(target ? "true" : "false"); }});
}

Loader& Loader::Bind(const std::string& name, milliseconds& target, Option option) {
  auto assign = [&target, option](const std::string& text) -> std::optional<std::string> {
    const auto value = ParseDurationMs(text);
    if (!value) return absl::StrCat("must be a time such as 250ms, 30s, 10m or 2h, is \"", text, "\"");
    target = milliseconds(*value);
    return CheckRange(*value, option, FormatDurationMs);
  };
  return Add(
      {name, Kind::kDuration, option, assign, [&target] { return QuoteToml(FormatDurationMs(target.count())); }});
}

Loader& Loader::BindSecretFile(const std::string& name, std::string& target, Option option) {
  option.check = CheckSecretFile;
  return Bind(name, target, std::move(option));
}

Loader& Loader::Require(const std::string& name, std::function<std::optional<std::string>()> rule) {
  rules_.push_back({name, std::move(rule)});
  return *this;
}

absl::Status Loader::Load(const Inputs& inputs) {
  std::map<std::string, std::string> flags;
  MUSTER_RETURN_IF_ERROR(ReadFlags(inputs.arguments, flags));
  std::string file;
  if (auto variable = inputs.environment.find(kConfigVariable); variable != inputs.environment.end()) {
    file = variable->second;
  }
  if (auto flag = flags.extract(kConfigFlag)) file = flag.mapped();
  if (!file.empty()) MUSTER_RETURN_IF_ERROR(LoadFile(file));
  MUSTER_RETURN_IF_ERROR(LoadEnvironment(inputs.environment));
  MUSTER_RETURN_IF_ERROR(LoadFlags(flags));
  for (const Rule& rule : rules_) {
    if (auto wrong = rule.check()) return Wrong(FindSetting(rule.name)->origin, rule.name, *wrong);
  }
  return absl::OkStatus();
}

absl::Status Loader::ReadFlags(const std::vector<std::string>& arguments, std::map<std::string, std::string>& flags) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.rfind("--", 0) != 0) return Wrong("command line", argument, "is not a flag (see --help)");
    const size_t equals = argument.find('=');
    const std::string flag = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (flag != kConfigFlag && FindFlag(flag) == nullptr) {
      return Wrong("command line", "--" + flag, "unknown flag (see --help)");
    }
    if (equals == std::string::npos && i + 1 == arguments.size()) {
      return Wrong("command line", argument, "needs a value");
    }
    flags[flag] = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadFile(const std::string& path) {
  MUSTER_ASSIGN_OR_RETURN(const std::vector<FileEntry> entries, ReadTomlFile(path));
  for (const FileEntry& entry : entries) {
    Setting* setting = FindSetting(entry.name);
    if (setting == nullptr) return Wrong(entry.origin, entry.name, "unknown setting" + Suggestion(entry.name));
    if (setting->kind == Kind::kInteger && entry.type != FileEntry::Type::kInteger) {
      return Wrong(entry.origin, entry.name, "must be a whole number");
    }
    if (setting->kind == Kind::kBoolean && entry.type != FileEntry::Type::kBoolean) {
      return Wrong(entry.origin, entry.name, "must be true or false");
    }
    if ((setting->kind == Kind::kText || setting->kind == Kind::kDuration) && entry.type != FileEntry::Type::kText) {
      return Wrong(entry.origin, entry.name, "must be a text in quotes");
    }
    MUSTER_RETURN_IF_ERROR(Assign(*setting, entry.value, entry.origin));
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadEnvironment(const std::map<std::string, std::string>& environment) {
  for (Setting& setting : settings_) {
    const auto variable = environment.find(setting.option.environment);
    if (variable == environment.end()) continue;
    MUSTER_RETURN_IF_ERROR(Assign(setting, variable->second, "environment " + variable->first));
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadFlags(const std::map<std::string, std::string>& flags) {
  for (const auto& [flag, value] : flags) {
    MUSTER_RETURN_IF_ERROR(Assign(*FindFlag(flag), value, "command line --" + flag));
  }
  return absl::OkStatus();
}

absl::Status Loader::Assign(Setting& setting, const std::string& value, const std::string& origin) {
  setting.origin = origin;
  if (auto wrong = setting.assign(value)) return Wrong(origin, setting.name, *wrong);
  return absl::OkStatus();
}

Loader::Setting* Loader::FindSetting(const std::string& name) {
  const auto found = std::find_if(settings_.begin(), settings_.end(), [&](const auto& s) { return s.name == name; });
  return found == settings_.end() ? nullptr : &*found;
}

Loader::Setting* Loader::FindFlag(const std::string& flag) {
  const auto found =
      std::find_if(settings_.begin(), settings_.end(), [&](const auto& s) { return s.option.flag == flag; });
  return found == settings_.end() ? nullptr : &*found;
}

std::string Loader::Suggestion(const std::string& name) const {
  const auto distance = [&](const Setting& setting) { return EditDistance(setting.name, name); };
  const auto nearest = std::min_element(settings_.begin(), settings_.end(),
                                        [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  if (nearest == settings_.end() || distance(*nearest) > 3) return "";
  return absl::StrCat("; is ", nearest->name, " meant?");
}

std::string Loader::Describe() const {
  std::string text;
  for (const Setting& setting : settings_) {
    absl::StrAppend(&text, setting.name, " = ", setting.show(), "  # ", setting.origin, "\n");
  }
  return text;
}

std::string Loader::Help() const {
  std::string text =
      absl::StrCat("Settings: a flag wins over its variable, a variable over the file.\n",
                   "设置：命令行优先于环境变量，环境变量优先于文件。\n\n", "  --config FILE  (MUSTER_CONFIG)\n",
                   "      A TOML file of settings. 设置文件（TOML）。\n", "  --print-settings\n",
                   "      Print every setting, its value and where it came from. 列出全部设置及其来源。\n");
  for (const Setting& setting : settings_) {
    absl::StrAppend(&text, "  --", setting.option.flag, " VALUE  (", setting.option.environment, ", ", setting.name,
                    " = ", setting.default_value, ")\n      ", setting.option.help_en, " ", setting.option.help_zh,
                    "\n");
  }
  return text;
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  if (path.empty()) {
    return std::string();
  }
  if (const auto wrong = CheckSecretFile(path)) {
    return absl::FailedPreconditionError(path + ": " + *wrong);
  }
  std::ifstream file(path);
  std::string secret;
  std::getline(file, secret);
  return file ? absl::StatusOr<std::string>(std::move(secret))
              : absl::FailedPreconditionError(path + ": holds no secret");
}

std::optional<int> LoadForMain(Loader& loader, int argc, const char* const* argv) {
  Inputs inputs = Inputs::OfProcess(argc, argv);
  const size_t all = inputs.arguments.size();
  std::erase(inputs.arguments, "--print-settings");
  const bool print = inputs.arguments.size() != all;
  if (std::find(inputs.arguments.begin(), inputs.arguments.end(), "--help") != inputs.arguments.end()) {
    std::cout << loader.Help();
    return 0;
  }
  if (const absl::Status status = loader.Load(inputs); !status.ok()) {
    std::cerr << std::string(status.message()) << "\n";
    return kExitBadSettings;
  }
  if (!print) return {};
  std::cout << loader.Describe();
  return 0;
}

}  // namespace muster::config

#include "services/cli/app/language.h"

#include <cstdlib>

namespace muster::cli {
namespace {

Language LanguageOf(std::string_view name) {
  return name.starts_with("zh") || name.starts_with("ZH") ? Language::kChinese : Language::kEnglish;
}

}  // namespace

std::string_view ProcessEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

Language DetectLanguage(int argc, const char* const* argv, Environment environment) {
  constexpr std::string_view kFlag = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kFlag && i + 1 < argc) {
      return LanguageOf(argv[i + 1]);
    }
    if (argument.starts_with(kFlag) && argument.size() > kFlag.size() && argument[kFlag.size()] == '=') {
      return LanguageOf(argument.substr(kFlag.size() + 1));
    }
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (const std::string_view value = environment(name); !value.empty()) {
      return LanguageOf(value);
    }
  }
  return Language::kEnglish;
}

}  // namespace muster::cli

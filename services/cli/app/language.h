#pragma once

#include <string>
#include <string_view>

namespace muster::cli {

/// The language that people are spoken to in.
enum class Language { kChinese, kEnglish };

/// A sentence in both languages.
struct Text {
  std::string zh;
  std::string en;

  const std::string& In(Language language) const { return language == Language::kChinese ? zh : en; }
};

/// Looks a variable up; empty when it is not set.
using Environment = std::string_view (*)(const char* name);

/// The process's own environment.
std::string_view ProcessEnvironment(const char* name);

/// The language of `--lang` in the arguments (it is needed before they are parsed, for the help texts); without it,
/// Chinese when LC_ALL, LC_MESSAGES or LANG, the first one set, starts with "zh"; else English.
Language DetectLanguage(int argc, const char* const* argv, Environment environment = ProcessEnvironment);

}  // namespace muster::cli

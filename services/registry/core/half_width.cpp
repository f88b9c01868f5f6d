#include "services/registry/core/half_width.h"

#include <initializer_list>
#include <utility>

namespace muster::registry {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

std::string Replaced(std::string_view text, std::initializer_list<Replacement> replacements) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    size_t taken = 0;
    for (const auto& [from, to] : replacements) {
      if (taken == 0 && rest.starts_with(from)) {
        out += to;
        taken = from.size();
      }
    }
    if (taken == 0) {
      out += rest[0];
      taken = 1;
    }
    at += taken;
  }
  return out;
}

/// The half-width form of the character that `text` begins with, as UTF-8 has it: EF BC 81 is '!', EF BD 9E is '~'; 0
/// for others.
char NarrowForm(std::string_view text) {
  if (text.size() < 3 || text[0] != '\xEF') {
    return 0;
  }
  const auto last = static_cast<unsigned char>(text[2]);
  if (text[1] == '\xBC' && last >= 0x81 && last <= 0xBF) {
    return static_cast<char>('!' + (last - 0x81));
  }
  return text[1] == '\xBD' && last >= 0x80 && last <= 0x9E ? static_cast<char>('`' + (last - 0x80)) : '\0';
}

}  // namespace

std::string HalfWidth(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char narrow = NarrowForm(text.substr(at));
    out += narrow != 0 ? narrow : text[at];
    at += narrow != 0 ? 3 : 1;
  }
  return Replaced(out, {{"\xE3\x80\x80", " "}, {"\xC2\xA0", " "}});
}

std::string WithNarrowBrackets(std::string_view text) { return Replaced(text, {{"（", "("}, {"）", ")"}}); }
std::string WithWideBrackets(std::string_view text) { return Replaced(text, {{"(", "（"}, {")", "）"}}); }

}  // namespace muster::registry

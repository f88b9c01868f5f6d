#include "services/registry/core/search_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster::registry {
namespace {

constexpr size_t kFewestCharacters = 2;

/// The length of the character that begins with this byte of well-formed UTF-8.
size_t LengthOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

uint32_t CodePointOf(std::string_view character) {
  constexpr unsigned char kLeadBits[] = {0x7f, 0x1f, 0x0f, 0x07};
  uint32_t code = static_cast<unsigned char>(character[0]) & kLeadBits[character.size() - 1];
  for (const char byte : character.substr(1)) {
    code = (code << 6) | (static_cast<unsigned char>(byte) & 0x3f);
  }
  return code;
}

struct Range {
  uint32_t first;
  uint32_t last;
};

/// Blanks and punctuation beyond ASCII. The characters 々 〆 〇 (U+3005 to U+3007) belong to words.
constexpr Range kDropped[] = {{0x80, 0xa9},     {0xab, 0xb1},     {0xb4, 0xb8},     {0xbb, 0xbf},     {0xd7, 0xd7},
                              {0xf7, 0xf7},     {0x1680, 0x1680}, {0x2000, 0x206f}, {0x2e00, 0x2e7f}, {0x3000, 0x3004},
                              {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303d, 0x303f}, {0x30fb, 0x30fb}, {0xfe10, 0xfe1f},
                              {0xfe30, 0xfe6f}, {0xff00, 0xff00}, {0xff5f, 0xff65}, {0xffe0, 0xffff}};

bool IsDropped(uint32_t code) {
  return std::any_of(std::begin(kDropped), std::end(kDropped),
                     [code](const Range& range) { return range.first <= code && code <= range.last; });
}

/// ASCII in its search form; empty for what is dropped.
std::string_view AsciiForm(uint32_t code) {
  constexpr std::string_view kWordCharacters = "0123456789abcdefghijklmnopqrstuvwxyz";
  const bool is_upper = code >= 'A' && code <= 'Z';
  const size_t at = kWordCharacters.find(static_cast<char>(is_upper ? code - 'A' + 'a' : code));
  return at == std::string_view::npos ? std::string_view() : kWordCharacters.substr(at, 1);
}

std::string_view FormOf(std::string_view character) {
  constexpr uint32_t kFullWidthFirst = 0xff01;  // full-width '!'
  constexpr uint32_t kFullWidthLast = 0xff5e;   // full-width '~'
  uint32_t code = CodePointOf(character);
  if (code >= kFullWidthFirst && code <= kFullWidthLast) {
    code = code - kFullWidthFirst + '!';
  }
  if (code < 0x80) {
    return AsciiForm(code);
  }
  return IsDropped(code) ? std::string_view() : character;
}

}  // namespace

std::string SearchForm(std::string_view text) {
  std::string form;
  if (!IsUtf8(text)) {
    return form;
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = LengthOf(text[at]);
    form += FormOf(text.substr(at, length));
    at += length;
  }
  return form;
}

std::vector<std::string> BigramsOf(std::string_view form) {
  std::vector<std::string> bigrams;
  for (size_t at = 0; at < form.size();) {
    const size_t first = LengthOf(form[at]);
    if (at + first < form.size()) {
      bigrams.emplace_back(form.substr(at, first + LengthOf(form[at + first])));
    }
    at += first;
  }
  std::sort(bigrams.begin(), bigrams.end());
  bigrams.erase(std::unique(bigrams.begin(), bigrams.end()), bigrams.end());
  return bigrams;
}

std::vector<std::string> SearchTermsOf(const Organization& organization) {
  std::vector<std::string> terms = BigramsOf(SearchForm(organization.name));
  for (const std::string& number : {organization.credit_code, organization.filing_number}) {
    if (std::string form = SearchForm(number); !form.empty()) {
      terms.push_back(std::move(form));
    }
  }
  return terms;
}

std::vector<std::string> SearchTermsOf(const Team& team) { return BigramsOf(SearchForm(team.name)); }

std::string SearchFormOf(const Organization& organization) {
  return SearchForm(organization.name) + "\n" + SearchForm(organization.credit_code) + "\n" +
         SearchForm(organization.filing_number);
}

std::string SearchFormOf(const Team& team) { return SearchForm(team.name); }

absl::StatusOr<std::string> SearchFormToFind(std::string_view text, const std::string& field) {
  std::string form = SearchForm(text);
  if (!text.empty() && CodePointCount(form) < kFewestCharacters) {
    return ErrorWithTexts(Reason::kQueryTooBroad, field, "查询文字太短。请至少输入两个字（空格和标点不算）后重试。",
                          "The text to look for is too short. Give at least two characters (blanks and punctuation do "
                          "not count) and try again.",
                          {});
  }
  return form;
}

}  // namespace muster::registry

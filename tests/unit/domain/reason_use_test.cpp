#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "muster/domain/reason.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

/// Reasons of the contract whose methods are not offered yet; one that comes into use must leave this list.
const std::set<std::string_view>& Reserved() {
  static const std::set<std::string_view> names{"BAD_SORT"};
  return names;
}

std::string ContentOf(const fs::path& file) {
  std::ifstream stream(file);
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

/// "TEAM_OVERLAP" as the code writes it: "Reason::kTeamOverlap".
std::string EnumeratorOf(std::string_view name) {
  std::string text = "Reason::k";
  bool is_first = true;
  for (const char c : name) {
    if (c == '_') {
      is_first = true;
    } else {
      text += is_first ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      is_first = false;
    }
  }
  return text;
}

/// True when `text` has `word` and not only as the beginning of a longer one.
bool HasWord(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const char next = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (std::isalnum(static_cast<unsigned char>(next)) == 0) {
      return true;
    }
  }
  return false;
}

/// What a program of ours could use: libraries and services, without the table itself.
std::vector<std::string> Sources() {
  std::vector<std::string> sources;
  for (const char* folder : {"libs", "services"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(MUSTER_SOURCE_ROOT) / folder)) {
      const std::string extension = entry.path().extension().string();
      if ((extension == ".cpp" || extension == ".h") && entry.path().filename() != "reason.cpp") {
        sources.push_back(ContentOf(entry.path()));
      }
    }
  }
  return sources;
}

TEST(ReasonUseTest, EveryReasonIsUsed) {
  const std::vector<std::string> sources = Sources();
  ASSERT_GT(sources.size(), 100U) << "the sources are not where they should be";
  for (const ReasonRow& row : ReasonTable()) {
    const std::string enumerator = EnumeratorOf(row.name);
    bool used = false;
    for (const std::string& source : sources) {
      used = used || HasWord(source, enumerator);
    }
    EXPECT_EQ(used, !Reserved().contains(row.name)) << row.name << " (" << enumerator << ")";
  }
}

TEST(ReasonUseTest, EveryReasonIsDocumentedWithItsCode) {
  const std::string page = ContentOf(fs::path(MUSTER_SOURCE_ROOT) / "docs" / "reasons.md");
  ASSERT_FALSE(page.empty()) << "docs/reasons.md";
  for (const ReasonRow& row : ReasonTable()) {
    const std::string beginning = "| `" + std::string(row.name) + "` | " + absl::StatusCodeToString(row.code) + " | ";
    EXPECT_NE(page.find(beginning), std::string::npos) << "no line that begins with " << beginning;
  }
}

TEST(ReasonUseTest, TheDocumentKnowsNoOtherReasons) {
  const std::string page = ContentOf(fs::path(MUSTER_SOURCE_ROOT) / "docs" / "reasons.md");
  size_t rows = 0;
  for (size_t at = page.find("\n| `"); at != std::string::npos; at = page.find("\n| `", at + 1)) {
    const size_t name = at + 4;
    EXPECT_TRUE(ReasonFromName(page.substr(name, page.find('`', name) - name)).has_value())
        << page.substr(name, page.find('\n', name) - name);
    ++rows;
  }
  EXPECT_EQ(rows, ReasonTable().size());
}

}  // namespace
}  // namespace muster

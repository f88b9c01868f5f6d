#include "toml_file.h"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "values.h"

namespace muster::config {
namespace {

FileEntry EntryOf(const std::string& name, const toml::node& node, const std::string& path) {
  FileEntry entry{.name = name, .origin = absl::StrCat(path, ":", node.source().begin.line)};
  if (const auto* text = node.as_string()) {
    entry.type = FileEntry::Type::kText;
    entry.value = text->get();
  } else if (const auto* number = node.as_integer()) {
    entry.type = FileEntry::Type::kInteger;
    entry.value = absl::StrCat(number->get());
  } else if (const auto* boolean = node.as_boolean()) {
    entry.type = FileEntry::Type::kBoolean;
    entry.value = boolean->get() ? "true" : "false";
  }
  return entry;
}

void Flatten(const toml::table& table, const std::string& prefix, const std::string& path,
             std::vector<FileEntry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto* inner = node.as_table()) {
      Flatten(*inner, name + ".", path, entries);
    } else {
      entries.push_back(EntryOf(name, node, path));
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<FileEntry>> ReadTomlFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  const bool is_empty = file.peek() == std::ifstream::traits_type::eof() && !file.bad();
  if (!file || (!is_empty && !(text << file.rdbuf()))) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
  }
  try {
    const toml::table table = toml::parse(text.str(), path);
    std::vector<FileEntry> entries;
    Flatten(table, "", path, entries);
    return entries;
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        OneLine(absl::StrCat(path, ":", error.source().begin.line, ": not TOML: ", std::string(error.description()))));
  }
}

std::string QuoteToml(const std::string& text) {
  std::stringstream out;
  const toml::value<std::string> value(text);
  out << toml::toml_formatter(value, toml::format_flags::allow_unicode_strings);
  return out.str();
}

}  // namespace muster::config

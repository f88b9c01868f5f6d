#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace muster::config {

/// Milliseconds of "250ms", "30s", "10m" or "2h"; none for anything else.
std::optional<int64_t> ParseDurationMs(const std::string& text);
/// The shortest such text.
std::string FormatDurationMs(int64_t value);

/// What is wrong with the file of a secret; nothing when it may be used or `path` is empty.
std::optional<std::string> CheckSecretFile(const std::string& path);

/// `text` with a blank in place of every control character.
std::string OneLine(std::string text);

/// The number of single-character changes that make `b` of `a`.
size_t EditDistance(const std::string& a, const std::string& b);

}  // namespace muster::config

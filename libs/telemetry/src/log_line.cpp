#include "log_line.h"

#include <array>
#include <cmath>
#include <type_traits>

#include "fmt/format.h"
#include "muster/base/text.h"

namespace muster::telemetry {
namespace {

constexpr size_t kLongestText = 4096;
constexpr std::array<const char*, 4> kLevelNames = {"debug", "info", "warning", "error"};

const char* NameOf(Level level) { return kLevelNames[static_cast<size_t>(level)]; }

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::string_view Cut(std::string_view text) {
  if (text.size() <= kLongestText) return text;
  size_t end = kLongestText;
  while (end > 0 && IsContinuation(text[end])) --end;
  return text.substr(0, end);
}

/// The code point at the start of well-formed UTF-8, and the number of its bytes.
std::pair<uint32_t, size_t> Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {0x10000, 4};  // beyond the basic plane nothing needs an escape
}

bool NeedsEscape(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void AppendWellFormed(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const auto [point, length] = Decode(text);
    if (point == '"' || point == '\\') {
      out += '\\';
      out += static_cast<char>(point);
    } else if (NeedsEscape(point)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

std::string AsciiOnly(std::string_view text) {
  std::string cleaned;
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x80) {
      cleaned += byte;
    } else {
      cleaned += "\xEF\xBF\xBD";
    }
  }
  return cleaned;
}

std::string ValueOf(const Field& field) {
  return std::visit(
      [](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
          return QuoteJson(value);
        } else if constexpr (std::is_same_v<T, double>) {
          return std::isfinite(value) ? fmt::format("{}", value) : "null";
        } else {
          return fmt::format("{}", value);
        }
      },
      field.value());
}

}  // namespace

std::string QuoteJson(std::string_view text) {
  std::string out = "\"";
  text = Cut(text);
  if (IsUtf8(text)) {
    AppendWellFormed(text, out);
  } else {
    AppendWellFormed(AsciiOnly(text), out);
  }
  return out + "\"";
}

std::string JsonLine(const LineHead& head, Fields fields) {
  std::string line = fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"service\":{}", FormatMicros(ToMicros(head.time)),
                                 NameOf(head.level), QuoteJson(head.service));
  if (head.trace != nullptr) line += fmt::format(",\"trace_id\":\"{}\"", head.trace->trace_id);
  line += ",\"message\":" + QuoteJson(head.message);
  for (const Field& field : fields) line += "," + QuoteJson(field.key()) + ":" + ValueOf(field);
  return line + "}\n";
}

std::string TextLine(const LineHead& head, Fields fields) {
  std::string message = QuoteJson(head.message);
  message = message.substr(1, message.size() - 2);
  std::string line =
      fmt::format("{} {:7} {}: {}", FormatMicros(ToMicros(head.time)), NameOf(head.level), head.service, message);
  for (const Field& field : fields) line += fmt::format(" {}={}", field.key(), ValueOf(field));
  if (head.trace != nullptr) line += " trace_id=" + head.trace->trace_id;
  return line + "\n";
}

}  // namespace muster::telemetry

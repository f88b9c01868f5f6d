#include "services/gateway/connect/json_lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster::gateway {
namespace {

bool IsHighSurrogate(unsigned code) { return code >= 0xd800 && code < 0xdc00; }
bool IsLowSurrogate(unsigned code) { return code >= 0xdc00 && code < 0xe000; }

void AppendCodePoint(std::string& out, unsigned code) {
  const auto byte = [&out](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

size_t FirstBadByte(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    size_t length = 1;
    while (length <= 4 && !IsUtf8(text.substr(i, length))) {
      ++length;
    }
    if (length > 4) {
      return i;
    }
    i += length;
  }
  return i;
}

}  // namespace

absl::Status JsonLexer::Bad(size_t offset) const {
  return Error(Reason::kBadJson, {}, {{"offset", std::to_string(offset)}});
}

absl::Status JsonLexer::CheckUtf8() const { return IsUtf8(text_) ? absl::OkStatus() : Bad(FirstBadByte(text_)); }

void JsonLexer::Blank() {
  while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n' || text_[position_] == '\r' ||
                                      text_[position_] == '\t')) {
    ++position_;
  }
}

absl::StatusOr<JsonLexer::Kind> JsonLexer::Peek() {
  Blank();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  switch (c) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case '"':
      return Kind::kString;
    case 't':
      return Kind::kTrue;
    case 'f':
      return Kind::kFalse;
    case 'n':
      return Kind::kNull;
    default:
      if (c == '-' || (c >= '0' && c <= '9')) {
        return Kind::kNumber;
      }
      return Bad(position_);
  }
}

absl::Status JsonLexer::Enter() {
  if (++depth_ > kMaxDepth) {
    return Bad(position_);
  }
  ++position_;
  return absl::OkStatus();
}

absl::StatusOr<bool> JsonLexer::Next(char close, bool* first) {
  Blank();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  if (c == close) {
    ++position_;
    --depth_;
    return false;
  }
  if (std::exchange(*first, false)) {
    return true;
  }
  if (c != ',') {
    return Bad(position_);
  }
  ++position_;
  return true;
}

absl::StatusOr<std::string> JsonLexer::Key() {
  Blank();
  if (position_ >= text_.size() || text_[position_] != '"') {
    return Bad(position_);
  }
  MUSTER_ASSIGN_OR_RETURN(std::string key, String());
  Blank();
  if (position_ >= text_.size() || text_[position_] != ':') {
    return Bad(position_);
  }
  ++position_;
  return key;
}

absl::StatusOr<std::string> JsonLexer::String() {
  std::string value;
  ++position_;
  for (size_t plain = position_;;) {
    if (position_ >= text_.size() || static_cast<unsigned char>(text_[position_]) < 0x20) {
      return Bad(position_);
    }
    const char c = text_[position_];
    if (c != '"' && c != '\\') {
      ++position_;
      continue;
    }
    value.append(text_.substr(plain, position_ - plain));
    ++position_;
    if (c == '"') {
      return value;
    }
    MUSTER_RETURN_IF_ERROR(Escape(value));
    plain = position_;
  }
}

absl::Status JsonLexer::Escape(std::string& out) {
  const size_t begin = position_ - 1;
  if (position_ >= text_.size()) {
    return Bad(position_);
  }
  constexpr std::string_view kFrom = "\"\\/bfnrt";
  constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  const char c = text_[position_++];
  if (const size_t known = kFrom.find(c); known != std::string_view::npos) {
    out += kTo[known];
    return absl::OkStatus();
  }
  if (c != 'u') {
    return Bad(begin);
  }
  MUSTER_ASSIGN_OR_RETURN(unsigned code, FourDigits());
  if (IsHighSurrogate(code)) {
    if (text_.substr(position_, 2) != "\\u") {
      return Bad(begin);
    }
    position_ += 2;
    MUSTER_ASSIGN_OR_RETURN(const unsigned low, FourDigits());
    if (!IsLowSurrogate(low)) {
      return Bad(begin);
    }
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (IsLowSurrogate(code)) {
    return Bad(begin);
  }
  AppendCodePoint(out, code);
  return absl::OkStatus();
}

absl::StatusOr<unsigned> JsonLexer::FourDigits() {
  const std::string_view digits = text_.substr(std::min(position_, text_.size()), 4);
  unsigned code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (error != std::errc() || digits.size() != 4 || end != digits.data() + 4) {
    return Bad(position_);
  }
  position_ += 4;
  return code;
}

bool JsonLexer::Digits() {
  const size_t begin = position_;
  while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
    ++position_;
  }
  return position_ > begin;
}

absl::StatusOr<std::string_view> JsonLexer::Number() {
  const size_t begin = position_;
  const auto at = [this](char c) { return position_ < text_.size() && text_[position_] == c; };
  position_ += at('-') ? 1 : 0;
  const bool leading_zero = at('0');
  const size_t digits = position_;
  if (!Digits() || (leading_zero && position_ > digits + 1)) {
    return Bad(begin);
  }
  if (at('.')) {
    ++position_;
    if (!Digits()) {
      return Bad(begin);
    }
  }
  if (at('e') || at('E')) {
    ++position_;
    position_ += at('+') || at('-') ? 1 : 0;
    if (!Digits()) {
      return Bad(begin);
    }
  }
  double value = 0;
  const std::string_view number = Since(begin);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  // from_chars says "out of range" of numbers that are too small as well; those are harmless.
  if (error == std::errc::result_out_of_range && std::isinf(std::strtod(std::string(number).c_str(), nullptr))) {
    return Bad(begin);
  }
  return number;
}

absl::Status JsonLexer::Word() {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text_.substr(position_, word.size()) == word) {
      position_ += word.size();
      return absl::OkStatus();
    }
  }
  return Bad(position_);
}

absl::Status JsonLexer::Skip() {
  MUSTER_ASSIGN_OR_RETURN(const Kind kind, Peek());
  switch (kind) {
    case Kind::kObject:
      return SkipObject();
    case Kind::kArray:
      return SkipArray();
    case Kind::kString:
      return String().status();
    case Kind::kNumber:
      return Number().status();
    default:
      return Word();
  }
}

absl::Status JsonLexer::SkipObject() {
  MUSTER_RETURN_IF_ERROR(Enter());
  std::set<std::string> keys;
  bool first = true;
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, Next('}', &first));
    if (!more) {
      return absl::OkStatus();
    }
    Blank();
    const size_t begin = position_;
    MUSTER_ASSIGN_OR_RETURN(std::string key, Key());
    if (!keys.insert(std::move(key)).second) {
      return Bad(begin);
    }
    MUSTER_RETURN_IF_ERROR(Skip());
  }
}

absl::Status JsonLexer::SkipArray() {
  MUSTER_RETURN_IF_ERROR(Enter());
  bool first = true;
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, Next(']', &first));
    if (!more) {
      return absl::OkStatus();
    }
    MUSTER_RETURN_IF_ERROR(Skip());
  }
}

absl::Status JsonLexer::End() {
  Blank();
  return position_ == text_.size() ? absl::OkStatus() : Bad(position_);
}

}  // namespace muster::gateway

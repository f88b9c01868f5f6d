#include "services/exchange/core/xml_guard.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/exchange/core/xml_encoding.h"
#include "services/exchange/core/xml_error.h"

namespace muster::exchange {
namespace {

constexpr std::string_view kXIncludeNamespace = "http://www.w3.org/2001/XInclude";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsNameStart(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalpha(byte) != 0 || c == '_' || c == ':' || byte >= 0x80;
}

bool IsNameByte(char c) {
  return IsNameStart(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

/// A character that a document may hold (XML 1.0, section 2.2).
bool IsXmlCharacter(uint32_t c) {
  return c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
         (c >= 0x10000 && c <= 0x10ffff);
}

absl::Status TooDeep(int limit, size_t offset) {
  return Error(Reason::kXmlTooDeep, "content", {{"limit", std::to_string(limit)}, {"offset", std::to_string(offset)}});
}

/// One pass over UTF-8 text.
class Scanner {
 public:
  Scanner(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  absl::Status Scan() {
    MUSTER_RETURN_IF_ERROR(Declaration());
    while (at_ < text_.size()) {
      MUSTER_RETURN_IF_ERROR(text_[at_] == '<' ? Markup() : Text());
    }
    return root_seen_ && depth_ == 0 ? absl::OkStatus() : XmlMalformed(at_);
  }

 private:
  bool StartsWith(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  absl::Status Declaration() {
    if (!StartsWith("<?xml") || text_.size() < 6 || !IsBlank(text_[5])) {
      return absl::OkStatus();
    }
    const size_t end = text_.find("?>");
    if (end == std::string_view::npos || end > limits_.name_bytes) {
      return XmlMalformed(at_);
    }
    at_ = end + 2;
    return absl::OkStatus();
  }

  absl::Status Markup() {
    if (StartsWith("<!--")) {
      return Section("<!--", "-->");
    }
    if (StartsWith("<![CDATA[")) {
      return depth_ > 0 ? Section("<![CDATA[", "]]>") : XmlMalformed(at_);
    }
    if (StartsWith("<!")) {
      return XmlForbidden("doctype", "文档类型或实体声明", "a document type or entity declaration", at_);
    }
    if (StartsWith("<?")) {
      return XmlForbidden("processing_instruction", "处理指令", "a processing instruction", at_);
    }
    return StartsWith("</") ? EndTag() : StartTag();
  }

  absl::Status CountNode() {
    if (++nodes_ > limits_.nodes) {
      const std::string limit = std::to_string(limits_.nodes);
      return XmlTooLarge("nodes", "节点超过 " + limit + " 个", "more than " + limit + " nodes", at_);
    }
    return absl::OkStatus();
  }

  absl::Status CheckLength(size_t start, size_t end) const {
    if (end - start <= limits_.text_bytes) {
      return absl::OkStatus();
    }
    const std::string limit = std::to_string(limits_.text_bytes);
    return XmlTooLarge("text", "一段文字超过 " + limit + " 字节", "a text longer than " + limit + " bytes", start);
  }

  /// A comment or CDATA section.
  absl::Status Section(std::string_view open, std::string_view close) {
    MUSTER_RETURN_IF_ERROR(CountNode());
    const size_t start = at_ + open.size();
    const size_t end = text_.find(close, start);
    if (end == std::string_view::npos) {
      return XmlMalformed(at_);
    }
    MUSTER_RETURN_IF_ERROR(CheckLength(start, end));
    MUSTER_RETURN_IF_ERROR(CheckCharacters(start, end));
    at_ = end + close.size();
    return absl::OkStatus();
  }

  absl::Status Text() {
    const size_t start = at_;
    const size_t end = std::min(text_.find('<', at_), text_.size());
    const bool blank = text_.substr(start, end - start).find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (!blank && depth_ == 0) {
      return XmlMalformed(start);
    }
    if (!blank) {
      MUSTER_RETURN_IF_ERROR(CountNode());
    }
    MUSTER_RETURN_IF_ERROR(CheckLength(start, end));
    MUSTER_RETURN_IF_ERROR(CheckCharacters(start, end));
    MUSTER_RETURN_IF_ERROR(CheckReferences(start, end));
    at_ = end;
    return absl::OkStatus();
  }

  absl::Status Name() {
    const size_t start = at_;
    if (at_ >= text_.size() || !IsNameStart(text_[at_])) {
      return XmlMalformed(at_);
    }
    while (at_ < text_.size() && IsNameByte(text_[at_])) {
      ++at_;
    }
    if (at_ - start > limits_.name_bytes) {
      const std::string limit = std::to_string(limits_.name_bytes);
      return XmlTooLarge("name", "名称超过 " + limit + " 字节", "a name longer than " + limit + " bytes", start);
    }
    return absl::OkStatus();
  }

  /// Returns how many blanks were skipped.
  size_t SkipBlanks() {
    const size_t start = at_;
    while (at_ < text_.size() && IsBlank(text_[at_])) {
      ++at_;
    }
    return at_ - start;
  }

  absl::Status EndTag() {
    if (depth_ == 0) {
      return XmlMalformed(at_);
    }
    at_ += 2;
    MUSTER_RETURN_IF_ERROR(Name());
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != '>') {
      return XmlMalformed(at_);
    }
    ++at_;
    --depth_;
    return absl::OkStatus();
  }

  absl::Status StartTag() {
    if (depth_ == 0 && std::exchange(root_seen_, true)) {
      return XmlMalformed(at_);
    }
    MUSTER_RETURN_IF_ERROR(CountNode());
    if (depth_ == limits_.depth) {
      return TooDeep(limits_.depth, at_);
    }
    ++at_;
    MUSTER_RETURN_IF_ERROR(Name());
    MUSTER_RETURN_IF_ERROR(Attributes());
    if (StartsWith("/>")) {
      at_ += 2;
      return absl::OkStatus();
    }
    if (at_ >= text_.size() || text_[at_] != '>') {
      return XmlMalformed(at_);
    }
    ++at_;
    ++depth_;
    return absl::OkStatus();
  }

  absl::Status Attributes() {
    for (int count = 0;; ++count) {
      const size_t blanks = SkipBlanks();
      if (at_ >= text_.size() || text_[at_] == '>' || text_[at_] == '/') {
        return absl::OkStatus();
      }
      if (blanks == 0) {
        return XmlMalformed(at_);
      }
      if (count == limits_.attributes) {
        const std::string limit = std::to_string(limits_.attributes);
        return XmlTooLarge("attributes", "一个元素的属性超过 " + limit + " 个",
                           "more than " + limit + " attributes in one element", at_);
      }
      MUSTER_RETURN_IF_ERROR(Attribute());
    }
  }

  absl::Status Attribute() {
    MUSTER_RETURN_IF_ERROR(Name());
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != '=') {
      return XmlMalformed(at_);
    }
    ++at_;
    SkipBlanks();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
      return XmlMalformed(at_);
    }
    const size_t start = at_ + 1;
    const size_t end = text_.find(text_[at_], start);
    if (end == std::string_view::npos) {
      return XmlMalformed(at_);
    }
    MUSTER_RETURN_IF_ERROR(CheckValue(start, end));
    at_ = end + 1;
    return absl::OkStatus();
  }

  absl::Status CheckValue(size_t start, size_t end) const {
    MUSTER_RETURN_IF_ERROR(CheckLength(start, end));
    MUSTER_RETURN_IF_ERROR(CheckCharacters(start, end));
    MUSTER_RETURN_IF_ERROR(CheckReferences(start, end));
    const std::string_view value = text_.substr(start, end - start);
    if (value.find('<') != std::string_view::npos) {
      return XmlMalformed(start);
    }
    if (value.find(kXIncludeNamespace) != std::string_view::npos) {
      return XmlForbidden("xinclude", "XInclude 引用", "XInclude", start);
    }
    return absl::OkStatus();
  }

  /// Control characters, and the two noncharacters U+FFFE and U+FFFF. The text is known to be UTF-8.
  absl::Status CheckCharacters(size_t start, size_t end) const {
    for (size_t i = start; i < end; ++i) {
      const auto byte = static_cast<unsigned char>(text_[i]);
      const bool control = byte < 0x20 && !IsBlank(text_[i]);
      const bool nonchar =
          byte == 0xef && (text_.substr(i, 3) == "\xef\xbf\xbe" || text_.substr(i, 3) == "\xef\xbf\xbf");
      if (control || nonchar) {
        return XmlForbidden("character", "XML 不允许的控制字符", "a character that XML does not allow", i);
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckReferences(size_t start, size_t end) const {
    constexpr size_t kLongest = 12;
    // Never looks past `end`: every text would be a walk to the end of the document.
    const std::string_view piece = text_.substr(start, end - start);
    for (size_t i = piece.find('&'); i != std::string_view::npos; i = piece.find('&', i + 1)) {
      const std::string_view name = piece.substr(i + 1, kLongest);
      const size_t stop = name.find(';');
      if (stop == std::string_view::npos || !IsAllowedReference(name.substr(0, stop))) {
        return XmlForbidden("entity", "实体引用", "an entity reference", start + i);
      }
    }
    return absl::OkStatus();
  }

  static bool IsAllowedReference(std::string_view name) {
    if (!name.starts_with('#')) {
      return name == "lt" || name == "gt" || name == "amp" || name == "quot" || name == "apos";
    }
    const bool hexadecimal = name.starts_with("#x");
    const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
    uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
    return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() && IsXmlCharacter(code);
  }

  const std::string_view text_;
  const XmlLimits& limits_;
  size_t at_ = 0;
  int depth_ = 0;
  int nodes_ = 0;
  bool root_seen_ = false;
};

}  // namespace

absl::StatusOr<std::string> GuardXml(std::string_view bytes, const XmlLimits& limits) {
  if (bytes.size() > limits.document_bytes) {
    const std::string limit = std::to_string(limits.document_bytes);
    return XmlTooLarge("document", "文档超过 " + limit + " 字节", "more than " + limit + " bytes",
                       limits.document_bytes);
  }
  MUSTER_ASSIGN_OR_RETURN(std::string text, DecodeXml(bytes));
  MUSTER_RETURN_IF_ERROR(Scanner(text, limits).Scan());
  return text;
}

}  // namespace muster::exchange

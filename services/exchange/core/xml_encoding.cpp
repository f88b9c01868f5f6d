#include "services/exchange/core/xml_encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "muster/base/text.h"
#include "services/exchange/core/xml_error.h"

namespace muster::exchange {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

absl::Status BadEncoding(size_t offset) {
  return XmlForbidden("encoding", "只接受 UTF-8、GB18030 和 ISO-8859-1 编码",
                      "only UTF-8, GB18030 and ISO-8859-1 are accepted", offset);
}

absl::Status BadBytes(size_t offset) {
  return XmlForbidden("bytes", "含有与声明的编码不符的字节", "bytes that do not fit the declared encoding", offset);
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The value of `encoding` in the XML declaration that `text` starts with; empty when there is none.
std::string DeclaredEncoding(std::string_view text) {
  if (!text.starts_with("<?xml") || text.size() < 6 || !IsBlank(text[5])) {
    return {};
  }
  const std::string_view declaration = text.substr(0, std::min(text.find("?>"), size_t{200}));
  size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) {
    return {};
  }
  at = declaration.find_first_of("\"'", at);
  const size_t end = at == std::string_view::npos ? at : declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) {
    return "?";
  }
  std::string name(declaration.substr(at + 1, end - at - 1));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

/// The offset of the first character that is not well-formed UTF-8.
size_t FirstBadByte(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t length = 1;
    while (length <= 4 && !IsUtf8(text.substr(at, length))) {
      ++length;
    }
    if (length > 4) {
      break;
    }
    at += length;
  }
  return at;
}

class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (IsOpen()) {
      iconv_close(handle_);
    }
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  absl::StatusOr<std::string> Convert(std::string_view bytes) {
    if (!IsOpen()) {
      return BadEncoding(0);
    }
    std::string out(bytes.size() * 2 + 16, '\0');
    char* from = const_cast<char*>(bytes.data());  // iconv's interface; it does not write there
    size_t left = bytes.size();
    char* to = out.data();
    size_t room = out.size();
    if (iconv(handle_, &from, &left, &to, &room) == static_cast<size_t>(-1)) {
      return BadBytes(bytes.size() - left);
    }
    out.resize(out.size() - room);
    return out;
  }

 private:
  bool IsOpen() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
  iconv_t handle_;
};

absl::Status CheckFirstBytes(std::string_view bytes) {
  const size_t nul = bytes.find('\0');
  const bool wide_mark = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  const bool utf7_mark = bytes.starts_with("+/v") || bytes.starts_with("+AD");
  if (wide_mark || utf7_mark || nul < 4) {
    return BadEncoding(0);
  }
  return nul == std::string_view::npos ? absl::OkStatus() : BadBytes(nul);
}

}  // namespace

absl::StatusOr<std::string> DecodeXml(std::string_view bytes) {
  if (absl::Status status = CheckFirstBytes(bytes); !status.ok()) {
    return status;
  }
  const bool marked = bytes.starts_with(kUtf8Mark);
  const std::string_view text = marked ? bytes.substr(kUtf8Mark.size()) : bytes;
  const std::string declared = DeclaredEncoding(text);
  if (declared.empty() || declared == "UTF-8" || declared == "UTF8" || declared == "US-ASCII") {
    return IsUtf8(text) ? absl::StatusOr<std::string>(std::string(text)) : BadBytes(FirstBadByte(text));
  }
  if (marked) {
    return BadEncoding(0);  // the mark and the declaration contradict each other
  }
  if (declared == "GB18030" || declared == "GBK" || declared == "GB2312") {
    return Converter("GB18030").Convert(bytes);
  }
  if (declared == "ISO-8859-1") {
    return Converter("ISO-8859-1").Convert(bytes);
  }
  return BadEncoding(0);
}

}  // namespace muster::exchange

#include "services/gateway/http/header_check.h"

#include <algorithm>
#include <string>

namespace muster::gateway {
namespace {

bool IsTokenChar(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != kMarks.npos;
}

bool IsToken(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Takes the first line off, without its CRLF.
std::string_view NextLine(std::string_view& block) {
  const size_t end = block.find("\r\n");
  const std::string_view line = block.substr(0, end);
  block.remove_prefix(end == block.npos ? block.size() : end + 2);
  return line;
}

/// What of a header decides where its body ends.
struct Framing {
  int lengths = 0;
  int codings = 0;
  int hosts = 0;
};

int CheckRequestLine(std::string_view line, const HeaderLimits& limits) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == line.npos || first == last || !IsToken(line.substr(0, first))) {
    return 400;
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (target.size() > limits.max_target) {
    return 414;
  }
  // Only the origin form: this is no proxy.
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!target.starts_with('/') || !visible || target.find('#') != target.npos) {
    return 400;
  }
  if (version == "HTTP/1.1" || version == "HTTP/1.0") {
    return 0;
  }
  return version.starts_with("HTTP/") ? 505 : 400;
}

int CheckField(std::string_view line, Framing& framing) {
  const size_t colon = line.find(':');
  if (colon == line.npos || !IsToken(line.substr(0, colon))) {
    return 400;  // also a folded line, which begins with a blank
  }
  const std::string name = Lower(line.substr(0, colon));
  const std::string_view value = Trim(line.substr(colon + 1));
  const bool visible = std::all_of(value.begin(), value.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
  if (!visible) {
    return 400;
  }
  if (name == "content-length") {
    const bool digits = !value.empty() && value.size() <= 18 &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && ++framing.lengths == 1 ? 0 : 400;
  }
  if (name == "transfer-encoding") {
    return Lower(value) == "chunked" && ++framing.codings == 1 ? 0 : 400;
  }
  framing.hosts += name == "host" ? 1 : 0;
  return 0;
}

}  // namespace

size_t HeaderLength(std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  return end == bytes.npos ? 0 : end + 4;
}

int CheckPartialHeader(std::string_view bytes, const HeaderLimits& limits) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const bool bare_line_feed = bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r');
    const bool bare_return = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n';
    if (bytes[i] == '\0' || bare_line_feed || bare_return) {
      return 400;
    }
  }
  if (bytes.size() <= limits.max_bytes) {
    return 0;
  }
  return bytes.find("\r\n") == bytes.npos ? 414 : 431;
}

int CheckHeader(std::string_view block, const HeaderLimits& limits) {
  if (const int status = CheckPartialHeader(block, limits); status != 0) {
    return status;
  }
  const std::string_view request_line = NextLine(block);
  if (const int status = CheckRequestLine(request_line, limits); status != 0) {
    return status;
  }
  Framing framing;
  size_t fields = 0;
  for (std::string_view line = NextLine(block); !line.empty(); line = NextLine(block)) {
    if (++fields > limits.max_fields) {
      return 431;
    }
    if (const int status = CheckField(line, framing); status != 0) {
      return status;
    }
  }
  const bool old = request_line.ends_with("HTTP/1.0");
  const bool ambiguous = framing.lengths + framing.codings > 1 || (old && framing.codings > 0);
  return ambiguous || framing.hosts > 1 || (framing.hosts == 0 && !old) ? 400 : 0;
}

}  // namespace muster::gateway

#include "services/gateway/http/response_head.h"

#include <array>
#include <ctime>

namespace muster::gateway {
namespace {

constexpr std::string_view kSecurityHeaders =
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n"
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'\r\n";

}  // namespace

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

std::string ResponseHead(const HttpResponse& response, const Framing& framing, std::string_view date) {
  std::string head;
  head.reserve(640);
  head += "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += ReasonPhrase(response.status);
  head += "\r\ndate: ";
  head += date;
  if (!response.content_type.empty()) {
    head += "\r\ncontent-type: ";
    head += response.content_type;
  }
  if (framing.length.has_value()) {
    head += "\r\ncontent-length: ";
    head += std::to_string(*framing.length);
  } else if (framing.chunked) {
    head += "\r\ntransfer-encoding: chunked";
  }
  if (!framing.keep_alive) {
    head += "\r\nconnection: close";
  }
  bool has_cache_control = false;
  for (const auto& [name, value] : response.headers) {
    has_cache_control = has_cache_control || name == "cache-control";
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  }
  head += has_cache_control ? "\r\n" : "\r\ncache-control: no-store\r\n";
  head += kSecurityHeaders;
  head += "\r\n";
  return head;
}

std::string HttpDate(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text.data(), length);
}

}  // namespace muster::gateway

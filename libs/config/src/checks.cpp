#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "muster/config/settings.h"

namespace muster::config {
namespace {

/// The host of "host:port", without brackets; none when `address` has another form.
std::optional<std::string> HostOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(address.substr(colon + 1), &port)) return {};
  if (port < 0 || port > 65535) return {};
  std::string host = address.substr(0, colon);
  if (host.front() == '[') {
    in6_addr parsed{};
    if (host.back() != ']') return {};
    host = host.substr(1, host.size() - 2);
    return inet_pton(AF_INET6, host.c_str(), &parsed) == 1 ? std::optional(host) : std::nullopt;
  }
  if (host.find_first_of(":/ \t") != std::string::npos) return {};
  return host;
}

bool IsPrivate(const in_addr& address) {
  const uint32_t bits = ntohl(address.s_addr);
  return (bits >> 24) == 127 || (bits >> 24) == 10 || (bits >> 20) == 0xAC1 || (bits >> 16) == 0xC0A8;
}

bool IsPrivate(const in6_addr& address) {
  return IN6_IS_ADDR_LOOPBACK(&address) || (address.s6_addr[0] & 0xFE) == 0xFC;
}

bool IsPrivateHost(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return IsPrivate(v4);
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IsPrivate(v6);
  return host == "localhost";
}

}  // namespace

std::optional<std::string> CheckAddress(const std::string& value) {
  if (HostOf(value)) return {};
  return absl::StrCat("must be host:port, is \"", value, "\"");
}

std::optional<std::string> CheckPrivateAddress(const std::string& value) {
  if (auto wrong = CheckAddress(value)) return wrong;
  if (IsPrivateHost(*HostOf(value))) return {};
  return absl::StrCat("must be a loopback or private address, is \"", value, "\"");
}

}  // namespace muster::config

#include "target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "muster/telemetry/log.h"

namespace muster::rpc {
namespace {

/// "::1" of a found address; an IPv4 address is written as IPv6 ("::ffff:10.0.0.7"), as gRPC lists hold one family.
std::string AddressText(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
    return std::string("::ffff:") + text.data();
  }
  inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text.data(), text.size());
  return text.data();
}

/// "%5B::1%5D:9101" for each address of "host:9101"; none when the host is not known.
std::vector<std::string> Find(const std::string& member) {
  const size_t colon = member.rfind(':');
  std::string host = member.substr(0, colon);
  if (host.starts_with("[") && host.ends_with("]")) {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (colon == std::string::npos || getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) {
    telemetry::LogWarning("no address is known for an instance", {{"target", member}});
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> freed(found, freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
    addresses.push_back("%5B" + AddressText(next->ai_addr) + "%5D" + member.substr(colon));
  }
  return addresses;
}

}  // namespace

bool IsUnixTarget(const std::string& target) { return target.starts_with("unix:"); }

std::string ChannelTarget(const std::string& target) {
  const std::vector<std::string> members = absl::StrSplit(target, ',', absl::SkipWhitespace());
  if (members.size() < 2 || IsUnixTarget(target)) {
    return target;
  }
  std::vector<std::string> addresses;
  for (const std::string& member : members) {
    for (std::string& address : Find(std::string(absl::StripAsciiWhitespace(member)))) {
      addresses.push_back(std::move(address));
    }
  }
  return addresses.empty() ? members.front() : "ipv6:" + absl::StrJoin(addresses, ",");
}

}  // namespace muster::rpc

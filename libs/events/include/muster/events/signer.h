#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster::events {

/// HMAC-SHA-256 (RFC 2104) under the bus key that the services share: what makes an entry of the bus believable
/// without asking its owner. To change the key, put a new one before the old: the first signs, all verify. Thread-safe.
class EventSigner {
 public:
  /// `keys`: at least one, each 32 random bytes; newest first. They need not outlive the call.
  explicit EventSigner(std::span<const std::string_view> keys);
  explicit EventSigner(std::string_view key) : EventSigner(std::span<const std::string_view>(&key, 1)) {}
  ~EventSigner();
  EventSigner(const EventSigner&) = delete;
  EventSigner& operator=(const EventSigner&) = delete;

  /// 32 bytes, by the first key.
  std::string Sign(std::string_view bytes) const;
  /// True when one of the keys made the signature. Compares in constant time.
  bool Verify(std::string_view bytes, std::string_view signature) const;

 private:
  struct Keyed;
  std::vector<std::unique_ptr<Keyed>> keys_;
};

}  // namespace muster::events

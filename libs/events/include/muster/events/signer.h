#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace muster::events {

/// HMAC-SHA-256 (RFC 2104) under the bus key that the services share: what makes an entry of the bus believable
/// without asking its owner. Thread-safe.
class EventSigner {
 public:
  /// `key`: 32 random bytes.
  explicit EventSigner(std::string_view key);
  ~EventSigner();
  EventSigner(const EventSigner&) = delete;
  EventSigner& operator=(const EventSigner&) = delete;

  /// 32 bytes.
  std::string Sign(std::string_view bytes) const;
  /// Compares in constant time.
  bool Verify(std::string_view bytes, std::string_view signature) const;

 private:
  struct Keyed;
  std::unique_ptr<Keyed> keyed_;
};

}  // namespace muster::events

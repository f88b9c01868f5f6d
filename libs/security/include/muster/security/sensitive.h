#pragma once

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "muster/security/bytes.h"

namespace muster::security {

/// A value that must not reach a log, an event or a URL: a name, a phone number, a key. It has no operator<< and no
/// fmt formatter, so writing it anywhere does not compile; Reveal() is the one way to the value and easy to search
/// for. Text is wiped when the object goes.
template <class T>
class Sensitive {
 public:
  Sensitive() = default;
  explicit Sensitive(T value) : value_(std::move(value)) {}
  Sensitive(const Sensitive&) = default;
  Sensitive(Sensitive&& other) noexcept : value_(std::exchange(other.value_, T())) {}
  Sensitive& operator=(const Sensitive& other) {
    if (this != &other) {
      Wipe();
      value_ = other.value_;
    }
    return *this;
  }
  Sensitive& operator=(Sensitive&& other) noexcept {
    if (this != &other) {
      Wipe();
      value_ = std::exchange(other.value_, T());
    }
    return *this;
  }
  ~Sensitive() { Wipe(); }

  /// The value itself. The caller answers for where it goes.
  const T& Reveal() const { return value_; }

  bool operator==(const Sensitive& other) const { return value_ == other.value_; }
  /// What GoogleTest prints in place of the bytes.
  friend void PrintTo(const Sensitive&, std::ostream* out) { *out << "<sensitive>"; }

 private:
  void Wipe() {
    if constexpr (std::is_same_v<T, std::string>) {
      WipeBytes(value_);
    }
  }

  T value_{};
};

using SensitiveText = Sensitive<std::string>;

}  // namespace muster::security

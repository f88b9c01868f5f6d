#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace muster::cli {

/// Splits the body of a Connect stream into its envelopes: a byte of flags, four of length (big-endian), the message.
class EnvelopeReader {
 public:
  static constexpr unsigned char kEndOfStream = 2;

  /// Takes bytes and hands each complete envelope to `on_envelope`, which returns false to stop. False when it did so,
  /// or at an envelope above 16 MiB.
  bool Feed(std::string_view bytes,
            const std::function<bool(unsigned char flags, std::string_view message)>& on_envelope);

 private:
  std::string waiting_;
};

/// One envelope around a message.
std::string MakeEnvelope(std::string_view message);

}  // namespace muster::cli

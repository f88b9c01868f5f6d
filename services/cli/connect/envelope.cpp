#include "services/cli/connect/envelope.h"

#include <cstdint>

namespace muster::cli {
namespace {

constexpr size_t kHeaderBytes = 5;
constexpr uint32_t kMaxEnvelopeBytes = 16U * 1024 * 1024;

uint32_t LengthOf(std::string_view header) {
  uint32_t length = 0;
  for (size_t i = 1; i < kHeaderBytes; ++i) {
    length = length << 8U | static_cast<unsigned char>(header[i]);
  }
  return length;
}

}  // namespace

bool EnvelopeReader::Feed(std::string_view bytes,
                          const std::function<bool(unsigned char, std::string_view)>& on_envelope) {
  waiting_ += bytes;
  size_t at = 0;
  bool go_on = true;
  while (go_on && waiting_.size() - at >= kHeaderBytes) {
    const std::string_view rest = std::string_view(waiting_).substr(at);
    const uint32_t length = LengthOf(rest);
    if (length > kMaxEnvelopeBytes) {
      return false;
    }
    if (rest.size() < kHeaderBytes + length) {
      break;
    }
    go_on = on_envelope(static_cast<unsigned char>(rest[0]), rest.substr(kHeaderBytes, length));
    at += kHeaderBytes + length;
  }
  waiting_.erase(0, at);
  return go_on;
}

std::string MakeEnvelope(std::string_view message) {
  std::string envelope(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    envelope += static_cast<char>(message.size() >> static_cast<unsigned>(shift) & 0xFFU);
  }
  return envelope.append(message);
}

}  // namespace muster::cli

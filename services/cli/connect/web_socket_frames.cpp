#include "services/cli/connect/web_socket_frames.h"

namespace muster::cli {
namespace {

constexpr size_t kMaxMessageBytes = 16UL * 1024 * 1024;
constexpr unsigned kFinal = 0x80;
constexpr unsigned kReserved = 0x70;
constexpr unsigned kMasked = 0x80;
constexpr unsigned kLength16 = 126;
constexpr unsigned kLength64 = 127;

unsigned ByteAt(std::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

/// A big-endian number of `count` bytes.
uint64_t NumberAt(std::string_view bytes, size_t at, size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    number = number << 8U | ByteAt(bytes, at + i);
  }
  return number;
}

void AppendLength(size_t length, std::string& frame) {
  const size_t bytes = length < kLength16 ? 0 : length <= 0xFFFF ? 2 : 8;
  frame += static_cast<char>(kMasked | (bytes == 0   ? static_cast<unsigned>(length)
                                        : bytes == 2 ? kLength16
                                                     : kLength64));
  for (size_t i = bytes; i > 0; --i) {
    frame += static_cast<char>(length >> (8 * (i - 1)) & 0xFFU);
  }
}

}  // namespace

bool WebSocketReader::Feed(std::string_view bytes, const std::function<void(Opcode, std::string_view)>& on_message) {
  waiting_ += bytes;
  std::string_view rest = waiting_;
  while (!broken_ && TakeFrame(rest, on_message)) {
  }
  waiting_.erase(0, waiting_.size() - rest.size());
  return !broken_;
}

bool WebSocketReader::TakeFrame(std::string_view& rest,
                                const std::function<void(Opcode, std::string_view)>& on_message) {
  if (rest.size() < 2) {
    return false;
  }
  const unsigned short_length = ByteAt(rest, 1) & ~kMasked;
  broken_ = (ByteAt(rest, 0) & kReserved) != 0 || (ByteAt(rest, 1) & kMasked) != 0;
  const size_t extra = short_length == kLength16 ? 2 : short_length == kLength64 ? 8 : 0;
  if (broken_ || rest.size() < 2 + extra) {
    return false;
  }
  const uint64_t length = extra == 0 ? short_length : NumberAt(rest, 2, extra);
  broken_ = length > kMaxMessageBytes || message_.size() + length > kMaxMessageBytes;
  if (broken_ || rest.size() < 2 + extra + length) {
    return false;
  }
  OnFrame((ByteAt(rest, 0) & kFinal) != 0, static_cast<Opcode>(ByteAt(rest, 0) & 0x0FU), rest.substr(2 + extra, length),
          on_message);
  rest.remove_prefix(2 + extra + length);
  return true;
}

void WebSocketReader::OnFrame(bool final, Opcode opcode, std::string_view payload,
                              const std::function<void(Opcode, std::string_view)>& on_message) {
  if (opcode >= Opcode::kClose) {
    on_message(opcode, payload);
    return;
  }
  message_opcode_ = opcode == Opcode::kContinuation ? message_opcode_ : opcode;
  message_ += payload;
  if (final) {
    on_message(message_opcode_, message_);
    message_.clear();
  }
}

std::string MakeClientFrame(Opcode opcode, std::string_view payload, uint32_t mask) {
  std::string frame(1, static_cast<char>(kFinal | static_cast<unsigned>(opcode)));
  AppendLength(payload.size(), frame);
  char key[4];
  for (unsigned i = 0; i < 4; ++i) {
    key[i] = static_cast<char>(mask >> (24 - 8 * i) & 0xFFU);
  }
  frame.append(key, sizeof key);
  for (size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ key[i % 4]);
  }
  return frame;
}

}  // namespace muster::cli

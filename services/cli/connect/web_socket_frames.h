#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace muster::cli {

/// The kinds of frames that a client of a text feed meets (RFC 6455, section 5.2).
enum class Opcode : uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// Puts the frames of a server together to whole messages. Not thread-safe.
class WebSocketReader {
 public:
  /// Takes bytes; `on_message` gets each whole text or binary message and each control frame. False when the bytes
  /// break the protocol (a masked frame, a reserved bit, a message above 16 MiB).
  bool Feed(std::string_view bytes, const std::function<void(Opcode, std::string_view)>& on_message);

 private:
  /// Takes one frame off `rest`; false when it is not complete yet or broken (then broken_ is set).
  bool TakeFrame(std::string_view& rest, const std::function<void(Opcode, std::string_view)>& on_message);
  void OnFrame(bool final, Opcode opcode, std::string_view payload,
               const std::function<void(Opcode, std::string_view)>& on_message);

  std::string waiting_;
  std::string message_;
  Opcode message_opcode_ = Opcode::kText;
  bool broken_ = false;
};

/// A frame from a client: masked with `mask`, as section 5.3 demands.
std::string MakeClientFrame(Opcode opcode, std::string_view payload, uint32_t mask);

}  // namespace muster::cli

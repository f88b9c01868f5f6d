#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "muster/sheet/reader.h"

namespace muster::sheet {

/// Turns cells of a CSV file into UTF-8. Both encodings keep the bytes of separators, quotes and line ends to
/// themselves, so a file is cut into cells first.
class TextDecoder {
 public:
  explicit TextDecoder(Encoding encoding) : encoding_(encoding) {}
  ~TextDecoder();
  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;

  /// Where the encoding is to be found out: the beginning of the file decides, which may end inside a character. When
  /// it is all ASCII, the first cell beyond that does.
  void LookAt(std::string_view beginning);
  /// The text in UTF-8; none when it is not in the encoding.
  std::optional<std::string> Decode(std::string bytes);
  Encoding encoding() const { return encoding_; }

 private:
  std::optional<std::string> FromGb18030(std::string_view bytes);

  Encoding encoding_;
  void* converter_ = nullptr;  ///< iconv_t
};

}  // namespace muster::sheet

#include "text_decoder.h"

#include <iconv.h>

#include <algorithm>

#include "muster/base/text.h"

namespace muster::sheet {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

TextDecoder::~TextDecoder() {
  if (converter_ != nullptr) {
    iconv_close(converter_);
  }
}

void TextDecoder::LookAt(std::string_view beginning) {
  if (encoding_ != Encoding::kDetect || IsAscii(beginning)) {
    return;
  }
  bool utf8 = false;
  for (size_t cut = 0; cut < 4 && cut < beginning.size() && !utf8; ++cut) {
    utf8 = IsUtf8(beginning.substr(0, beginning.size() - cut));
  }
  encoding_ = utf8 ? Encoding::kUtf8 : Encoding::kGb18030;
}

std::optional<std::string> TextDecoder::Decode(std::string bytes) {
  if (IsAscii(bytes)) {
    return bytes;
  }
  if (encoding_ == Encoding::kDetect) {
    encoding_ = IsUtf8(bytes) ? Encoding::kUtf8 : Encoding::kGb18030;
  }
  if (encoding_ == Encoding::kGb18030) {
    return FromGb18030(bytes);
  }
  return IsUtf8(bytes) ? std::optional(std::move(bytes)) : std::nullopt;
}

std::optional<std::string> TextDecoder::FromGb18030(std::string_view bytes) {
  if (converter_ == nullptr) {
    converter_ = iconv_open("UTF-8", "GB18030");
    if (converter_ == iconv_t(-1)) {
      converter_ = nullptr;
      return std::nullopt;
    }
  }
  iconv(converter_, nullptr, nullptr, nullptr, nullptr);
  std::string in(bytes);
  std::string out(bytes.size() * 3, '\0');  // no character grows by more: two bytes become three, four at most four
  char* from = in.data();
  char* to = out.data();
  size_t from_left = in.size();
  size_t to_left = out.size();
  if (iconv(converter_, &from, &from_left, &to, &to_left) == size_t(-1) || from_left != 0) {
    return std::nullopt;
  }
  out.resize(out.size() - to_left);
  return out;
}

}  // namespace muster::sheet

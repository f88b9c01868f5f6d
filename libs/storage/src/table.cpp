#include "muster/storage/table.h"

#include <algorithm>
#include <cstring>

#include "digest.h"
#include "muster/base/text.h"

namespace muster::storage {
namespace {

void AppendNumber(std::string& out, uint64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>((number >> (8 * i)) & 0xff);
  }
  out.append(bytes, sizeof(bytes));
}

void AppendBytes(std::string& out, std::string_view bytes) {
  AppendNumber(out, bytes.size());
  out += bytes;
}

bool IsNothing(const Value& value) {
  return value == Value() || value == Value(int64_t{0}) || value == Value(0.0) || value == Value(std::string()) ||
         value == Value(std::string("[]")) || value == Value(Blob());
}

}  // namespace

std::string HashValues(std::span<const Value> values) {
  std::string canonical;
  canonical.reserve(1024);
  for (const Value& value : values) {
    canonical.push_back(static_cast<char>('0' + value.index()));
    if (const auto* number = std::get_if<int64_t>(&value)) {
      AppendNumber(canonical, static_cast<uint64_t>(*number));
    } else if (const auto* real = std::get_if<double>(&value)) {
      uint64_t bits = 0;
      std::memcpy(&bits, real, sizeof(bits));
      AppendNumber(canonical, bits);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      AppendBytes(canonical, *text);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      AppendBytes(canonical, blob->bytes);
    }
  }
  return ToHex(Sha256(canonical));
}

std::string HashLaterValues(std::span<const Value> values) {
  return std::all_of(values.begin(), values.end(), IsNothing) ? std::string(kNothingLater) : HashValues(values);
}

}  // namespace muster::storage

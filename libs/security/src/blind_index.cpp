#include "muster/security/blind_index.h"

#include "muster/base/text.h"
#include "muster/security/hmac.h"

namespace muster::security {

std::string BlindIndex::Of(std::string_view column, std::string_view normalised) const {
  std::string input;
  input.reserve(column.size() + 1 + normalised.size());
  input += column;
  input += '\0';  // no column name holds it
  input += normalised;
  return HmacSha256(key_.Reveal(), input).substr(0, 16);
}

std::string BlindIndex::HexOf(std::string_view column, std::string_view normalised) const {
  return ToHex(Of(column, normalised));
}

}  // namespace muster::security

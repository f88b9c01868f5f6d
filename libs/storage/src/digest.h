#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace muster::storage {

/// SHA-256, 32 bytes.
inline std::string Sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_sha256(),
             nullptr);
  return digest;
}

}  // namespace muster::storage

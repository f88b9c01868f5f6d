#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace muster::storage {

/// SHA-256, 32 bytes.
inline std::string Sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int length = 0;
  // Fetched once: EVP_sha256() would look its implementation up again for every digest.
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, sha256, nullptr);
  return digest;
}

}  // namespace muster::storage

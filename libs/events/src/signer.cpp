#include "muster/events/signer.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "muster/base/mutex.h"

namespace muster::events {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

}  // namespace

/// One keyed context that every signature starts over; making a context costs more than a signature.
struct EventSigner::Keyed {
  explicit Keyed(std::string_view key) : mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    MutexLock lock(mutex);
    context.reset(EVP_MAC_CTX_new(mac.get()));
    EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters);
  }

  std::string Sign(std::string_view bytes) {
    std::string signature(32, '\0');
    size_t length = 0;
    MutexLock lock(mutex);
    EVP_MAC_init(context.get(), nullptr, 0, nullptr);  // starts over with the same key
    EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, signature.size());
    return signature;
  }

  Mutex mutex;
  const std::unique_ptr<EVP_MAC, FreeMac> mac;
  std::unique_ptr<EVP_MAC_CTX, FreeMac> context MUSTER_GUARDED_BY(mutex);
};

EventSigner::EventSigner(std::span<const std::string_view> keys) {
  for (const std::string_view key : keys) {
    keys_.push_back(std::make_unique<Keyed>(key));
  }
}

EventSigner::~EventSigner() = default;

std::string EventSigner::Sign(std::string_view bytes) const { return keys_.front()->Sign(bytes); }

bool EventSigner::Verify(std::string_view bytes, std::string_view signature) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const std::unique_ptr<Keyed>& key) {
    const std::string expected = key->Sign(bytes);
    return signature.size() == expected.size() &&
           CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
  });
}

}  // namespace muster::events

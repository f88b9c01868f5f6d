#include "muster/events/signer.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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
  Mutex mutex;
  std::unique_ptr<EVP_MAC, FreeMac> mac;
  std::unique_ptr<EVP_MAC_CTX, FreeMac> context MUSTER_GUARDED_BY(mutex);
};

EventSigner::EventSigner(std::string_view key) : keyed_(std::make_unique<Keyed>()) {
  keyed_->mac.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  MutexLock lock(keyed_->mutex);
  keyed_->context.reset(EVP_MAC_CTX_new(keyed_->mac.get()));
  EVP_MAC_init(keyed_->context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters);
}

EventSigner::~EventSigner() = default;

std::string EventSigner::Sign(std::string_view bytes) const {
  std::string signature(32, '\0');
  size_t length = 0;
  MutexLock lock(keyed_->mutex);
  EVP_MAC_CTX* context = keyed_->context.get();
  EVP_MAC_init(context, nullptr, 0, nullptr);  // starts over with the same key
  EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  EVP_MAC_final(context, reinterpret_cast<unsigned char*>(signature.data()), &length, signature.size());
  return signature;
}

bool EventSigner::Verify(std::string_view bytes, std::string_view signature) const {
  const std::string expected = Sign(bytes);
  return signature.size() == expected.size() && CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

}  // namespace muster::events

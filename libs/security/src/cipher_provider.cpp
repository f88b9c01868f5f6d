#include "muster/security/cipher_provider.h"

#include <openssl/evp.h>

namespace muster::security {
namespace {

constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// A context of one thread for one direction. Made once: setting a cipher up costs more than encrypting a field.
class Context {
 public:
  explicit Context(int encrypt) : context_(EVP_CIPHER_CTX_new()), encrypt_(encrypt) {
    static const EVP_CIPHER* const kCipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    usable_ = context_ != nullptr && kCipher != nullptr &&
              EVP_CipherInit_ex(context_, kCipher, nullptr, nullptr, nullptr, encrypt) == 1;
  }
  ~Context() { EVP_CIPHER_CTX_free(context_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  bool Start(std::string_view key, std::string_view nonce, std::string_view associated) {
    int length = 0;
    return usable_ && key.size() == 32 && nonce.size() == kNonceSize &&
           EVP_CipherInit_ex(context_, nullptr, nullptr, Bytes(key), Bytes(nonce), encrypt_) == 1 &&
           EVP_CipherUpdate(context_, nullptr, &length, Bytes(associated), static_cast<int>(associated.size())) == 1;
  }
  bool Update(std::string_view in, char* out) {
    int length = 0;
    return in.empty() || EVP_CipherUpdate(context_, reinterpret_cast<unsigned char*>(out), &length, Bytes(in),
                                          static_cast<int>(in.size())) == 1;
  }
  bool Finish() {
    unsigned char unused[16];
    int length = 0;
    return EVP_CipherFinal_ex(context_, unused, &length) == 1;
  }
  bool GetTag(char* tag) {
    return EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagSize), tag) == 1;
  }
  bool SetTag(std::string_view tag) {
    return EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagSize),
                               const_cast<char*>(tag.data())) == 1;
  }

 private:
  EVP_CIPHER_CTX* context_;
  int encrypt_;
  bool usable_ = false;
};

class AesGcmProvider final : public CipherProvider {
 public:
  uint8_t Algorithm() const override { return 1; }
  size_t NonceSize() const override { return kNonceSize; }

  bool Seal(std::string_view key, std::string_view nonce, std::string_view associated, std::string_view plain,
            std::string& out) const override {
    thread_local Context context(1);
    const size_t start = out.size();
    out.resize(start + plain.size() + kTagSize);
    return context.Start(key, nonce, associated) && context.Update(plain, out.data() + start) && context.Finish() &&
           context.GetTag(out.data() + start + plain.size());
  }

  std::optional<std::string> Open(std::string_view key, std::string_view nonce, std::string_view associated,
                                  std::string_view sealed) const override {
    thread_local Context context(0);
    if (sealed.size() < kTagSize) {
      return std::nullopt;
    }
    const std::string_view tag = sealed.substr(sealed.size() - kTagSize);
    sealed.remove_suffix(kTagSize);
    std::string plain(sealed.size(), '\0');
    if (!context.Start(key, nonce, associated) || !context.Update(sealed, plain.data()) || !context.SetTag(tag) ||
        !context.Finish()) {
      return std::nullopt;
    }
    return plain;
  }
};

}  // namespace

std::unique_ptr<CipherProvider> NewAesGcmProvider() { return std::make_unique<AesGcmProvider>(); }

}  // namespace muster::security

#include "muster/security/text_sealer.h"

#include <optional>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

constexpr char kVersion = 1;
constexpr size_t kKeyIdAt = 2;
constexpr size_t kKeyIdSize = 4;
constexpr size_t kSaltAt = kKeyIdAt + kKeyIdSize;
constexpr size_t kSaltSize = 16;
constexpr size_t kHeaderSize = kSaltAt + kSaltSize;

}  // namespace

TextSealer::TextSealer(KeyRing keys, std::string purpose, Random& random, std::unique_ptr<CipherProvider> provider)
    : keys_(std::move(keys)), purpose_(std::move(purpose)), random_(random), provider_(std::move(provider)) {}

SensitiveText TextSealer::KeyFor(const SecretKey& key, std::string_view salt) const {
  return SensitiveText(HmacSha256(key.bytes.Reveal(), "muster sealed text:" + std::string(salt) + purpose_));
}

absl::StatusOr<std::string> TextSealer::Seal(std::string_view plain) const {
  const SecretKey& key = keys_.Current();
  const std::string salt = RandomBytes(random_, kSaltSize);
  const std::string header =
      std::string{kVersion, static_cast<char>(provider_->Algorithm())} + FromHex(key.id).value_or("") + salt;
  const std::string nonce = RandomBytes(random_, provider_->NonceSize());
  std::string sealed = header + nonce;
  if (!provider_->Seal(KeyFor(key, salt).Reveal(), nonce, header, plain, sealed)) {
    return Error(Reason::kInternal);
  }
  return sealed;
}

absl::StatusOr<SensitiveText> TextSealer::Open(std::string_view sealed) const {
  const size_t start = kHeaderSize + provider_->NonceSize();
  if (sealed.size() < start || sealed[0] != kVersion || static_cast<uint8_t>(sealed[1]) != provider_->Algorithm()) {
    return Error(Reason::kInternalInvariant);
  }
  const SecretKey* key = keys_.Find(ToHex(sealed.substr(kKeyIdAt, kKeyIdSize)));
  if (key == nullptr) {
    return Error(Reason::kInternalInvariant);
  }
  std::optional<std::string> plain = provider_->Open(KeyFor(*key, sealed.substr(kSaltAt, kSaltSize)).Reveal(),
                                                     sealed.substr(kHeaderSize, provider_->NonceSize()),
                                                     sealed.substr(0, kHeaderSize), sealed.substr(start));
  if (!plain.has_value()) {
    return Error(Reason::kInternalInvariant);
  }
  return SensitiveText(*std::move(plain));
}

}  // namespace muster::security

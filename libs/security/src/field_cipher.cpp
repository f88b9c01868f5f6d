#include "muster/security/field_cipher.h"

#include <optional>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

constexpr char kVersion = 1;
constexpr size_t kFieldHeaderSize = 2;  // version, algorithm
constexpr size_t kKeyIdSize = 4;
constexpr size_t kWrapHeaderSize = kFieldHeaderSize + kKeyIdSize;

/// What is authenticated beside the text. Each part carries its length, so no two places read the same.
std::string Associated(std::string_view header, const FieldPlace& place) {
  std::string bytes;
  bytes.reserve(header.size() + 20 + place.table.size() + place.column.size() + place.row_id.size() +
                place.organization_id.size());
  for (const std::string_view part : {header, place.table, place.column, place.row_id, place.organization_id}) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>(part.size() >> shift));
    }
    bytes += part;
  }
  return bytes;
}

FieldPlace KeyPlace(std::string_view person_id) { return {"person_key", "wrapped", person_id, ""}; }

absl::Status Unreadable() { return Error(Reason::kInternalInvariant); }

}  // namespace

FieldCipher::FieldCipher(KeyRing wrapping_keys, Random& random, std::unique_ptr<CipherProvider> provider)
    : wrapping_keys_(std::move(wrapping_keys)), random_(random), provider_(std::move(provider)) {}

absl::StatusOr<std::string> FieldCipher::Seal(std::string header, std::string_view key, const FieldPlace& place,
                                              std::string_view plain) const {
  const std::string associated = Associated(header, place);
  const std::string nonce = RandomBytes(random_, provider_->NonceSize());
  std::string blob = std::move(header);
  blob.reserve(blob.size() + nonce.size() + plain.size() + 32);
  blob += nonce;
  if (!provider_->Seal(key, nonce, associated, plain, blob)) {
    return Error(Reason::kInternal);
  }
  return blob;
}

absl::StatusOr<std::string> FieldCipher::Open(size_t header_size, std::string_view key, const FieldPlace& place,
                                              std::string_view blob) const {
  const size_t start = header_size + provider_->NonceSize();
  if (blob.size() < start || blob[0] != kVersion || static_cast<uint8_t>(blob[1]) != provider_->Algorithm()) {
    return Unreadable();
  }
  std::optional<std::string> plain =
      provider_->Open(key, blob.substr(header_size, provider_->NonceSize()),
                      Associated(blob.substr(0, header_size), place), blob.substr(start));
  if (!plain.has_value()) {
    return Unreadable();
  }
  return *std::move(plain);
}

absl::StatusOr<std::string> FieldCipher::Wrap(std::string_view person_id, std::string_view key) const {
  const SecretKey& wrapping = wrapping_keys_.Current();
  std::string header{kVersion, static_cast<char>(provider_->Algorithm())};
  header += FromHex(wrapping.id).value_or("");
  return Seal(std::move(header), wrapping.bytes.Reveal(), KeyPlace(person_id), key);
}

absl::StatusOr<NewPersonKey> FieldCipher::CreatePersonKey(std::string_view person_id) const {
  PersonKey key(RandomBytes(random_, kSecretKeySize));
  MUSTER_ASSIGN_OR_RETURN(std::string wrapped, Wrap(person_id, key.bytes().Reveal()));
  return NewPersonKey{std::move(key), std::move(wrapped)};
}

absl::StatusOr<PersonKey> FieldCipher::UnwrapPersonKey(std::string_view person_id, std::string_view wrapped) const {
  if (wrapped.size() < kWrapHeaderSize) {
    return Unreadable();
  }
  const SecretKey* wrapping = wrapping_keys_.Find(ToHex(wrapped.substr(kFieldHeaderSize, kKeyIdSize)));
  if (wrapping == nullptr) {
    return Unreadable();
  }
  MUSTER_ASSIGN_OR_RETURN(std::string key,
                          Open(kWrapHeaderSize, wrapping->bytes.Reveal(), KeyPlace(person_id), wrapped));
  return PersonKey(std::move(key));
}

bool FieldCipher::NeedsRewrap(std::string_view wrapped) const {
  return wrapped.size() < kWrapHeaderSize ||
         ToHex(wrapped.substr(kFieldHeaderSize, kKeyIdSize)) != wrapping_keys_.Current().id;
}

absl::StatusOr<std::string> FieldCipher::Rewrap(std::string_view person_id, std::string_view wrapped) const {
  MUSTER_ASSIGN_OR_RETURN(const PersonKey key, UnwrapPersonKey(person_id, wrapped));
  return Wrap(person_id, key.bytes().Reveal());
}

absl::StatusOr<std::string> FieldCipher::Encrypt(const PersonKey& key, const FieldPlace& place,
                                                 std::string_view plain) const {
  return Seal({kVersion, static_cast<char>(provider_->Algorithm())}, key.bytes().Reveal(), place, plain);
}

absl::StatusOr<SensitiveText> FieldCipher::Decrypt(const PersonKey& key, const FieldPlace& place,
                                                   std::string_view ciphertext) const {
  MUSTER_ASSIGN_OR_RETURN(std::string plain, Open(kFieldHeaderSize, key.bytes().Reveal(), place, ciphertext));
  return SensitiveText(std::move(plain));
}

}  // namespace muster::security

#include "muster/security/pass.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

constexpr std::string_view kVersion = "mp1";
constexpr size_t kFields = 8;
constexpr int64_t kMicrosPerSecond = 1'000'000;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string Seconds(Time time) { return std::to_string(ToMicros(time) / kMicrosPerSecond); }

std::string ToText(const Pass& pass) {
  return pass.number + '|' + pass.organization_id.value() + '|' + std::to_string(pass.headcount) + '|' +
         Seconds(pass.start) + '|' + Seconds(pass.end) + '|' + pass.incident_id.value() + '|' + pass.district_path +
         '|' + std::string(Name(pass.mode));
}

/// The parts between the separators; none unless there are exactly `N`.
template <size_t N>
std::optional<std::array<std::string_view, N>> Split(std::string_view text, char separator) {
  std::array<std::string_view, N> parts;
  for (size_t i = 0; i < N; ++i) {
    const size_t end = text.find(separator);
    if ((end == text.npos) != (i + 1 == N)) {
      return std::nullopt;
    }
    parts[i] = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), parts[i].size() + 1));
  }
  return parts;
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Reads a pass whose signature was found right.
std::optional<Pass> FromText(std::string_view text) {
  const auto fields = Split<kFields>(text, '|');
  if (!fields) {
    return std::nullopt;
  }
  const auto headcount = Number((*fields)[2]);
  const auto start = Number((*fields)[3]);
  const auto end = Number((*fields)[4]);
  const auto mode = ModeFromName((*fields)[7]);
  if (!headcount || !start || !end || !mode) {
    return std::nullopt;
  }
  Pass pass;
  pass.number = (*fields)[0];
  pass.organization_id = OrganizationId(std::string((*fields)[1]));
  pass.headcount = static_cast<int>(*headcount);
  pass.start = FromMicros(*start * kMicrosPerSecond);
  pass.end = FromMicros(*end * kMicrosPerSecond);
  pass.incident_id = IncidentId(std::string((*fields)[5]));
  pass.district_path = (*fields)[6];
  pass.mode = *mode;
  return pass;
}

/// What the text says when one of the keys has signed it.
std::optional<Pass> Signed(std::string_view text, const std::vector<PublicKey>& keys) {
  const auto parts = Split<4>(text, '.');
  if (text.size() > kMaxPassSize || !parts || (*parts)[0] != kVersion) {
    return std::nullopt;
  }
  const auto& [version, key_id, encoded, encoded_signature] = *parts;
  const auto key = std::find_if(keys.begin(), keys.end(), [id = key_id](const PublicKey& one) { return one.id == id; });
  const std::optional<std::string> signature = Base64UrlDecode(encoded_signature);
  const std::string_view is_signed = text.substr(0, text.size() - encoded_signature.size() - 1);
  if (key == keys.end() || key->bytes.size() != crypto_sign_PUBLICKEYBYTES || !signature ||
      signature->size() != crypto_sign_BYTES ||
      crypto_sign_verify_detached(Bytes(*signature), Bytes(is_signed), is_signed.size(), Bytes(key->bytes)) != 0) {
    return std::nullopt;
  }
  const std::optional<std::string> content = Base64UrlDecode(encoded);
  return content ? FromText(*content) : std::nullopt;
}

}  // namespace

PassSigner::PassSigner(const KeyRing& keys) : key_id_(keys.Current().id) {
  for (const SecretKey& key : keys.keys()) {
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    std::string secret_key(crypto_sign_SECRETKEYBYTES, '\0');
    crypto_sign_seed_keypair(Bytes(public_key), Bytes(secret_key), Bytes(key.bytes.Reveal()));
    SensitiveText secret(std::move(secret_key));
    if (public_keys_.empty()) {
      secret_key_ = std::move(secret);
    }
    public_keys_.push_back({key.id, std::move(public_key)});
  }
}

std::string PassSigner::Sign(const Pass& pass) const {
  std::string text = std::string(kVersion) + '.' + key_id_ + '.' + Base64UrlEncode(ToText(pass));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(text), text.size(), Bytes(secret_key_.Reveal()));
  return text + '.' + Base64UrlEncode(signature);
}

absl::StatusOr<Pass> CheckPass(std::string_view text, const std::vector<PublicKey>& keys, Time now) {
  std::optional<Pass> pass = Signed(text, keys);
  if (!pass) {
    return ErrorWithTexts(Reason::kInvalidField, "pass", "通行证无效：不是本系统签发的，或已损坏。请勿放行。",
                          "This is no pass of ours, or it is damaged. Do not let them in.");
  }
  if (now < pass->start || now >= pass->end) {
    const std::string start = FormatMicros(ToMicros(pass->start));
    const std::string end = FormatMicros(ToMicros(pass->end));
    return ErrorWithTexts(Reason::kExpired, "pass", "通行证不在有效期内：" + start + " 至 " + end + "。请勿放行。",
                          "This pass holds from " + start + " to " + end + ", not now. Do not let them in.",
                          {{"start", start}, {"end", end}, {"number", pass->number}});
  }
  return *std::move(pass);
}

}  // namespace muster::security

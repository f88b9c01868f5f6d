#include "muster/security/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <memory>

#include "muster/base/status_macros.h"

namespace muster::security {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

Bio Reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

/// Never asks a terminal for the password of an encrypted key: there is none.
int NoPassword(char*, int, int, void*) { return 0; }

Key ParseKey(const SensitiveText& pem) {
  const Bio bio = Reader(pem.Reveal());
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

std::vector<Certificate> ParseCertificates(std::string_view pem) {
  const Bio bio = Reader(pem);
  std::vector<Certificate> found;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr)) {
    found.emplace_back(next);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    found.clear();
  }
  return found;
}

std::string PemOf(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return TextOf(bio.get());
}

absl::Status NotACertificate() { return absl::InvalidArgumentError("not a certificate in PEM form"); }

std::string CommonName(const X509_NAME* name) {
  std::array<char, 256> text{};
  const int size = X509_NAME_get_text_by_NID(name, NID_commonName, text.data(), static_cast<int>(text.size()));
  return size < 0 ? std::string() : std::string(text.data(), static_cast<size_t>(size));
}

Time TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return FromMicros(int64_t{timegm(&parts)} * 1'000'000);
}

void SetTime(ASN1_TIME* target, Time time) { ASN1_TIME_set(target, static_cast<time_t>(ToMicros(time) / 1'000'000)); }

/// Adds an extension as OpenSSL's configuration files write it; false when the value is not one.
bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  ERR_clear_error();
  return added;
}

void SetRandomSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);  // positive, and always as long
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

/// All but the extensions and the signature.
Certificate Draft(const CertificateOrder& order, EVP_PKEY* key) {
  Certificate draft(X509_new());
  X509_set_version(draft.get(), X509_VERSION_3);
  SetRandomSerial(draft.get());
  SetTime(X509_getm_notBefore(draft.get()), order.begin);
  SetTime(X509_getm_notAfter(draft.get()), order.end);
  X509_NAME_add_entry_by_NID(X509_get_subject_name(draft.get()), NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(order.common_name.data()),
                             static_cast<int>(order.common_name.size()), -1, 0);
  X509_set_pubkey(draft.get(), key);
  return draft;
}

bool IsAddress(const std::string& name) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

/// A host name of letters, digits, dots and hyphens.
bool IsHostName(const std::string& name) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), plain);
}

/// "DNS:muster-registry,IP:10.0.0.7"; empty when one of them is neither.
std::string AlternativeNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    const bool address = IsAddress(name);
    if (!address && !IsHostName(name)) {
      return {};
    }
    list += (list.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  return list;
}

std::vector<std::string> NamesOf(X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::vector<std::string> hosts;
  std::vector<std::string> addresses;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) {
      const ASN1_IA5STRING* text = name->d.dNSName;
      hosts.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), ASN1_STRING_length(text));
    } else if (name->type == GEN_IPADD) {
      const Bio bio(BIO_new(BIO_s_mem()));
      GENERAL_NAME_print(bio.get(), const_cast<GENERAL_NAME*>(name));
      addresses.push_back(TextOf(bio.get()).substr(std::string_view("IP Address:").size()));
    }
  }
  GENERAL_NAMES_free(names);
  hosts.insert(hosts.end(), addresses.begin(), addresses.end());
  return hosts;
}

}  // namespace

SensitiveText MakePrivateKey() {
  const Key key(EVP_EC_gen("P-256"));
  const Bio bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return SensitiveText(TextOf(bio.get()));
}

CertifiedKey MakeAuthority(const CertificateOrder& order) {
  SensitiveText pem = MakePrivateKey();
  const Key key = ParseKey(pem);
  const Certificate made = Draft(order, key.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  AddExtension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(made.get(), made.get(), NID_subject_key_identifier, "hash");
  X509_sign(made.get(), key.get(), EVP_sha256());
  return {PemOf(made.get()), std::move(pem)};
}

absl::StatusOr<std::string> IssueCertificate(const CertifiedKey& authority, const SensitiveText& key,
                                             const CertificateOrder& order) {
  const std::vector<Certificate> issuers = ParseCertificates(authority.certificate);
  const Key issuer_key = ParseKey(authority.key);
  const Key own_key = ParseKey(key);
  if (issuers.empty() || issuer_key == nullptr || own_key == nullptr) {
    return NotACertificate();
  }
  X509* const issuer = issuers.front().get();
  const Certificate made = Draft(order, own_key.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
  const std::string names = AlternativeNames(order.names);
  if (names.empty() || !AddExtension(made.get(), issuer, NID_subject_alt_name, names)) {
    return absl::InvalidArgumentError("not a list of host names and addresses");
  }
  AddExtension(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(made.get(), issuer, NID_key_usage, "critical,digitalSignature");
  AddExtension(made.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(made.get(), issuer, NID_subject_key_identifier, "hash");
  AddExtension(made.get(), issuer, NID_authority_key_identifier, "keyid:always");
  X509_sign(made.get(), issuer_key.get(), EVP_sha256());
  return PemOf(made.get());
}

absl::StatusOr<std::vector<std::string>> SplitCertificates(std::string_view pem) {
  std::vector<std::string> texts;
  for (const Certificate& certificate : ParseCertificates(pem)) {
    texts.push_back(PemOf(certificate.get()));
  }
  return texts.empty() ? absl::StatusOr<std::vector<std::string>>(NotACertificate()) : texts;
}

absl::StatusOr<CertificateFacts> ReadCertificate(std::string_view pem) {
  const std::vector<Certificate> found = ParseCertificates(pem);
  if (found.empty()) {
    return NotACertificate();
  }
  X509* const certificate = found.front().get();
  return CertificateFacts{.subject = CommonName(X509_get_subject_name(certificate)),
                          .issuer = CommonName(X509_get_issuer_name(certificate)),
                          .names = NamesOf(certificate),
                          .begin = TimeOf(X509_get0_notBefore(certificate)),
                          .end = TimeOf(X509_get0_notAfter(certificate)),
                          .is_authority = X509_check_ca(certificate) == 1};
}

bool IsKeyPair(std::string_view certificate, const SensitiveText& key) {
  const std::vector<Certificate> found = ParseCertificates(certificate);
  const Key parsed = ParseKey(key);
  const bool pair =
      !found.empty() && parsed != nullptr && X509_check_private_key(found.front().get(), parsed.get()) == 1;
  ERR_clear_error();
  return pair;
}

bool IsSignedBy(std::string_view certificate, std::string_view authorities) {
  const std::vector<Certificate> found = ParseCertificates(certificate);
  const std::vector<Certificate> issuers = ParseCertificates(authorities);
  const bool signed_by_one =
      !found.empty() && std::any_of(issuers.begin(), issuers.end(), [&](const Certificate& issuer) {
        return X509_check_issued(issuer.get(), found.front().get()) == X509_V_OK &&
               X509_verify(found.front().get(), X509_get0_pubkey(issuer.get())) == 1;
      });
  ERR_clear_error();
  return signed_by_one;
}

}  // namespace muster::security

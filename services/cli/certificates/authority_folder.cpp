#include "services/cli/certificates/authority_folder.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/security/bytes.h"
#include "muster/security/key_file.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

using security::CertifiedKey;
using security::SensitiveText;
using Days = std::chrono::duration<int, std::ratio<86'400>>;

constexpr char kAuthority[] = "authority";
constexpr auto kAuthorityDays = Days(3652);
constexpr auto kBackdated = std::chrono::hours(1);  // for hosts whose clocks are behind

absl::Status Refused(Text text) { return LocalError(ExitCode::kRefused, std::move(text)); }

/// What is wrong with a file, as the library says it.
absl::Status FileRefused(const absl::Status& status) {
  const std::string message(status.message());
  return status.ok() ? status : Refused({message, message});
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return file.good() || file.eof() ? absl::StatusOr<std::string>(std::move(text))
                                   : Refused({path + " 无法读取。", path + " cannot be read."});
}

absl::Status WriteFile(const std::string& path, const std::string& content) {
  return FileRefused(security::WriteSecretFile(path, content));
}

absl::StatusOr<SensitiveText> ReadKey(const std::string& path) {
  auto key = security::ReadSecretFile(path);
  return key.ok() ? std::move(key) : absl::StatusOr<SensitiveText>(FileRefused(key.status()));
}

absl::Status CheckService(const std::string& service) {
  static const std::regex kForm("[a-z][a-z0-9-]{0,30}");
  if (std::regex_match(service, kForm) && service != kAuthority) {
    return absl::OkStatus();
  }
  return UsageError({"服务名由小写字母、数字和连字符组成，如 registry：" + service,
                     "A service is named in lower-case letters, digits and hyphens, like registry: " + service});
}

/// A host that looks like a service would speak for it.
absl::Status CheckHost(const std::string& host) {
  std::string lower = host;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.starts_with(security::kServiceNamePrefix)
             ? UsageError({"主机名不能以 muster- 开头：" + host, "A host may not begin with muster-: " + host})
             : absl::OkStatus();
}

}  // namespace

std::string AuthorityFolder::FileOf(const std::string& name, const char* ending) const {
  return (std::filesystem::path(path_) / (name + ending)).string();
}

CertifiedKey AuthorityFolder::NewAuthority() const {
  const Time now = clock_.Now();
  const std::string id = ToHex(security::RandomBytes(SystemRandom(), 4));
  return security::MakeAuthority(
      {.common_name = "Muster authority " + id, .names = {}, .begin = now - kBackdated, .end = now + kAuthorityDays});
}

absl::Status AuthorityFolder::Init() const {
  for (const char* ending : {".pem", ".key"}) {
    if (std::filesystem::exists(FileOf(kAuthority, ending))) {
      return Refused({FileOf(kAuthority, ending) + " 已存在，不会覆盖。更换请用 muster cert rotate。",
                      FileOf(kAuthority, ending) + " is there and is not replaced. To change it: muster cert rotate."});
    }
  }
  const CertifiedKey made = NewAuthority();
  MUSTER_RETURN_IF_ERROR(WriteFile(FileOf(kAuthority, ".key"), made.key.Reveal()));
  return WriteFile(FileOf(kAuthority, ".pem"), made.certificate);
}

absl::StatusOr<AuthorityFolder::Authority> AuthorityFolder::LoadAuthority() const {
  if (!std::filesystem::exists(FileOf(kAuthority, ".pem"))) {
    return Refused({path_ + " 中没有证书颁发者。先执行 muster cert init。",
                    path_ + " holds no authority. First: muster cert init."});
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string text, ReadFile(FileOf(kAuthority, ".pem")));
  MUSTER_ASSIGN_OR_RETURN(SensitiveText key, ReadKey(FileOf(kAuthority, ".key")));
  auto believed = security::SplitCertificates(text).value_or(std::vector<std::string>());
  const auto current = std::find_if(believed.begin(), believed.end(),
                                    [&](const std::string& pem) { return security::IsKeyPair(pem, key); });
  if (current == believed.end()) {
    return Refused({FileOf(kAuthority, ".pem") + " 中没有与 authority.key 相配的证书。",
                    FileOf(kAuthority, ".pem") + " holds no certificate that belongs to authority.key."});
  }
  Authority authority{.current = {*current, std::move(key)}, .others = {}};
  believed.erase(current);
  authority.others = std::move(believed);
  return authority;
}

absl::Status AuthorityFolder::Issue(const std::string& service, int days, const std::vector<std::string>& hosts) const {
  MUSTER_RETURN_IF_ERROR(CheckService(service));
  for (const std::string& host : hosts) {
    MUSTER_RETURN_IF_ERROR(CheckHost(host));
  }
  MUSTER_ASSIGN_OR_RETURN(const Authority authority, LoadAuthority());
  const std::string name = std::string(security::kServiceNamePrefix) + service;
  std::vector<std::string> names = {name};
  names.insert(names.end(), hosts.begin(), hosts.end());
  const Time begin = clock_.Now() - kBackdated;
  const SensitiveText key = security::MakePrivateKey();
  const auto certificate = security::IssueCertificate(
      authority.current, key,
      {.common_name = name, .names = std::move(names), .begin = begin, .end = begin + Days(days)});
  if (!certificate.ok()) {
    return UsageError({"--host 应为主机名或 IP 地址。", "--host is a host name or an IP address."});
  }
  MUSTER_RETURN_IF_ERROR(WriteFile(FileOf(service, ".key"), key.Reveal()));
  return WriteFile(FileOf(service, ".pem"), *certificate);
}

std::vector<std::string> AuthorityFolder::Services() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(path_, ignored)) {
    if (file.path().extension() == ".pem" && file.path().stem() != kAuthority) {
      names.push_back(file.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<CertificateEntry> AuthorityFolder::Read(const std::string& name, const std::string& pem) const {
  const auto facts = security::ReadCertificate(pem);
  if (!facts.ok()) {
    return Refused({FileOf(name, ".pem") + " 不是证书。", FileOf(name, ".pem") + " is not a certificate."});
  }
  CertificateEntry entry{.name = name, .facts = *facts};
  entry.days_left = std::chrono::floor<Days>(facts->end - clock_.Now()).count();
  return entry;
}

absl::StatusOr<std::vector<CertificateEntry>> AuthorityFolder::List() const {
  MUSTER_ASSIGN_OR_RETURN(const Authority authority, LoadAuthority());
  std::vector<CertificateEntry> entries;
  MUSTER_ASSIGN_OR_RETURN(entries.emplace_back(), Read(kAuthority, authority.current.certificate));
  for (const std::string& other : authority.others) {
    MUSTER_ASSIGN_OR_RETURN(entries.emplace_back(), Read(kAuthority, other));
    entries.back().of_current_authority = false;
  }
  for (const std::string& service : Services()) {
    MUSTER_ASSIGN_OR_RETURN(const std::string pem, ReadFile(FileOf(service, ".pem")));
    MUSTER_ASSIGN_OR_RETURN(entries.emplace_back(), Read(service, pem));
    entries.back().of_current_authority = security::IsSignedBy(pem, authority.current.certificate);
  }
  return entries;
}

absl::Status AuthorityFolder::Renew(const Authority& authority, const CertificateEntry& entry) const {
  MUSTER_ASSIGN_OR_RETURN(const SensitiveText key, ReadKey(FileOf(entry.name, ".key")));
  const Time begin = clock_.Now() - kBackdated;
  const Duration life = std::min<Duration>(entry.facts.end - entry.facts.begin, Days(kMostDays));
  const auto certificate = security::IssueCertificate(
      authority.current, key,
      {.common_name = entry.facts.subject, .names = entry.facts.names, .begin = begin, .end = begin + life});
  if (!certificate.ok()) {
    return Refused({FileOf(entry.name, ".key") + " 不是私钥。", FileOf(entry.name, ".key") + " is not a private key."});
  }
  return WriteFile(FileOf(entry.name, ".pem"), *certificate);
}

absl::StatusOr<std::vector<std::string>> AuthorityFolder::Renew() const {
  MUSTER_ASSIGN_OR_RETURN(const Authority authority, LoadAuthority());
  MUSTER_ASSIGN_OR_RETURN(const std::vector<CertificateEntry> entries, List());
  std::vector<std::string> renewed;
  for (const CertificateEntry& entry : entries) {
    if (entry.name != kAuthority && (entry.days_left < kRenewalDays || !entry.of_current_authority)) {
      MUSTER_RETURN_IF_ERROR(Renew(authority, entry));
      renewed.push_back(entry.name);
    }
  }
  return renewed;
}

absl::StatusOr<AuthorityFolder::Rotation> AuthorityFolder::Rotate() const {
  MUSTER_ASSIGN_OR_RETURN(const Authority authority, LoadAuthority());
  if (authority.others.empty()) {
    const CertifiedKey next = NewAuthority();
    // Killed between the two, the old key still signs, and the next call drops the new certificate.
    MUSTER_RETURN_IF_ERROR(WriteFile(FileOf(kAuthority, ".pem"), next.certificate + authority.current.certificate));
    MUSTER_RETURN_IF_ERROR(WriteFile(FileOf(kAuthority, ".key"), next.key.Reveal()));
    return Rotation::kBegun;
  }
  MUSTER_ASSIGN_OR_RETURN(const std::vector<CertificateEntry> entries, List());
  for (const CertificateEntry& entry : entries) {
    if (entry.name != kAuthority && !entry.of_current_authority) {
      return Refused(
          {entry.name + " 仍由旧的颁发者签署。先执行 muster cert renew 并分发。",
           entry.name + " is still signed by the old authority. First: muster cert renew, and hand it out."});
    }
  }
  MUSTER_RETURN_IF_ERROR(WriteFile(FileOf(kAuthority, ".pem"), authority.current.certificate));
  return Rotation::kDone;
}

}  // namespace muster::cli

#include "muster/security/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace muster::security {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CertificateTest : public ::testing::Test {
 protected:
  CertifiedKey NewAuthority(const std::string& name = "authority") {
    return MakeAuthority({.common_name = name, .names = {}, .begin = now_, .end = now_ + hours(24 * 3650)});
  }
  std::string Issue(const CertifiedKey& authority, const SensitiveText& key,
                    std::vector<std::string> names = {"muster-registry", "10.0.0.7", "::1"}) {
    auto issued = IssueCertificate(
        authority, key,
        {.common_name = "muster-registry", .names = std::move(names), .begin = now_, .end = now_ + hours(24 * 90)});
    EXPECT_OK(issued);
    return issued.value_or("");
  }
  std::string Write(const std::string& name, const std::string& content) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream(path) << content;
    return path;
  }
  /// True when OpenSSL's own program takes the certificate for this purpose ("sslserver", "sslclient").
  bool OpensslTakes(const std::string& certificate, const std::string& authority, const std::string& purpose) {
    const std::string command = "openssl verify -x509_strict -purpose " + purpose + " -CAfile " +
                                Write("authority.pem", authority) + " " + Write("leaf.pem", certificate) + " >" +
                                (folder_.path() / "said").string() + " 2>&1";
    return std::system(command.c_str()) == 0;
  }

  // Whole seconds: a certificate holds no smaller parts.
  const Time now_ = std::chrono::floor<std::chrono::seconds>(SystemClock().Now());
  muster::testing::TempDir folder_;
};

TEST_F(CertificateTest, SaysWhatItWasMadeFor) {
  const CertifiedKey authority = NewAuthority("the authority");
  const auto facts = ReadCertificate(Issue(authority, MakePrivateKey()));
  ASSERT_OK(facts);
  EXPECT_EQ(facts->subject, "muster-registry");
  EXPECT_EQ(facts->issuer, "the authority");
  EXPECT_THAT(facts->names, ElementsAre("muster-registry", "10.0.0.7", "0:0:0:0:0:0:0:1"));
  EXPECT_EQ(facts->begin, now_);
  EXPECT_EQ(facts->end, now_ + hours(24 * 90));
  EXPECT_FALSE(facts->is_authority);
  EXPECT_TRUE(ReadCertificate(authority.certificate)->is_authority);
}

TEST_F(CertificateTest, IsTakenByOpensslForBothEnds) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "there is no openssl program";
  }
  const CertifiedKey authority = NewAuthority();
  const std::string issued = Issue(authority, MakePrivateKey());
  EXPECT_TRUE(OpensslTakes(issued, authority.certificate, "sslserver"));
  EXPECT_TRUE(OpensslTakes(issued, authority.certificate, "sslclient"));
  EXPECT_FALSE(OpensslTakes(issued, NewAuthority().certificate, "sslserver")) << "signed by another";
  EXPECT_FALSE(OpensslTakes(issued, authority.certificate, "crlsign")) << "it may not act as an authority";
}

TEST_F(CertificateTest, KnowsItsKeyAndItsAuthority) {
  const CertifiedKey authority = NewAuthority();
  const CertifiedKey other = NewAuthority();
  const SensitiveText key = MakePrivateKey();
  const std::string issued = Issue(authority, key);
  EXPECT_TRUE(IsKeyPair(issued, key));
  EXPECT_FALSE(IsKeyPair(issued, MakePrivateKey()));
  EXPECT_FALSE(IsKeyPair(issued, SensitiveText("no key")));
  EXPECT_TRUE(IsSignedBy(issued, authority.certificate));
  EXPECT_TRUE(IsSignedBy(issued, other.certificate + authority.certificate)) << "one of both is enough";
  EXPECT_FALSE(IsSignedBy(issued, other.certificate)) << "though it has the same name";
}

TEST_F(CertificateTest, HasASerialNumberOfItsOwn) {
  const CertifiedKey authority = NewAuthority();
  const SensitiveText key = MakePrivateKey();
  EXPECT_NE(Issue(authority, key), Issue(authority, key));
}

TEST_F(CertificateTest, RefusesNamesThatAreNone) {
  const CertifiedKey authority = NewAuthority();
  for (const char* name : {"", "a b", "x,DNS:muster-dispatch", "*.example", "名", "a\nb"}) {
    EXPECT_FALSE(IssueCertificate(authority, MakePrivateKey(),
                                  {.common_name = "x", .names = {name}, .begin = now_, .end = now_ + hours(1)})
                     .ok())
        << name;
  }
}

TEST_F(CertificateTest, SplitsATextAndRefusesABrokenOne) {
  const std::string first = NewAuthority("first").certificate;
  const std::string second = NewAuthority("second").certificate;
  const auto both = SplitCertificates(first + second);
  ASSERT_OK(both);
  EXPECT_THAT(*both, ElementsAre(first, second));
  EXPECT_FALSE(SplitCertificates("").ok());
  EXPECT_FALSE(SplitCertificates(first + second.substr(0, second.size() / 2)).ok());
  EXPECT_FALSE(ReadCertificate("hello").ok());
}

TEST_F(CertificateTest, KeepsThePrivateKeyOutOfTheCertificate) {
  const CertifiedKey authority = NewAuthority();
  EXPECT_THAT(authority.certificate, Not(HasSubstr("PRIVATE")));
  EXPECT_THAT(authority.key.Reveal(), HasSubstr("BEGIN PRIVATE KEY"));
}

}  // namespace
}  // namespace muster::security

// muster cert: the folder of an authority, and what the command says of it.
#include "services/cli/certificates/authority_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "muster/security/certificate.h"
#include "muster/security/key_file.h"
#include "services/cli/app/application.h"
#include "services/cli/app/exit_code.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace muster::cli {
namespace {

using security::SensitiveText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Rotation = AuthorityFolder::Rotation;
using Days = std::chrono::duration<int64_t, std::ratio<86'400>>;

/// A clock that says what it is told.
class SetClock final : public Clock {
 public:
  Time Now() const override { return now; }
  Duration Steady() const override { return now.time_since_epoch(); }
  Time now = std::chrono::floor<std::chrono::seconds>(SystemClock().Now());
};

class AuthorityFolderTest : public ::testing::Test {
 protected:
  std::string path() const { return (folder_.path() / "pki").string(); }
  std::string PathOf(const std::string& file) const { return path() + "/" + file; }
  std::string Read(const std::string& file) const {
    std::ifstream stream(PathOf(file));
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  CertificateEntry Entry(const std::string& name) {
    const auto entries = pki_.List();
    EXPECT_OK(entries);
    const auto found =
        std::find_if(entries->begin(), entries->end(), [&](const auto& one) { return one.name == name; });
    EXPECT_NE(found, entries->end());
    return *found;
  }
  static ExitCode CodeOf(const absl::Status& status) { return ExitCodeOf(status); }
  bool OpensslTakes(const std::string& service) const {
    if (std::system("openssl version >/dev/null 2>&1") != 0) {
      return true;
    }
    const std::string command = "openssl verify -x509_strict -purpose sslclient -verify_hostname muster-" + service +
                                " -CAfile " + PathOf("authority.pem") + " " + PathOf(service + ".pem") +
                                " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }

  muster::testing::TempDir folder_;
  SetClock clock_;
  AuthorityFolder pki_{path(), clock_};
};

TEST_F(AuthorityFolderTest, MakesAnAuthorityForTenYearsAndDoesNotReplaceIt) {
  ASSERT_OK(pki_.Init());
  const CertificateEntry authority = Entry("authority");
  EXPECT_TRUE(authority.facts.is_authority);
  EXPECT_NEAR(authority.days_left, 3652, 1);
  const auto mode = std::filesystem::status(PathOf("authority.key")).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::mask, std::filesystem::perms(0600));
  const std::string before = Read("authority.key");
  EXPECT_EQ(CodeOf(pki_.Init()), ExitCode::kRefused);
  std::filesystem::remove(PathOf("authority.pem"));
  EXPECT_EQ(CodeOf(pki_.Init()), ExitCode::kRefused) << "a key alone is enough";
  EXPECT_EQ(Read("authority.key"), before);
}

TEST_F(AuthorityFolderTest, IssuesAKeyAndACertificateWithNames) {
  ASSERT_OK(pki_.Init());
  ASSERT_OK(pki_.Issue("registry", 90, {"10.0.0.7", "r1.lan"}));
  const CertificateEntry entry = Entry("registry");
  EXPECT_EQ(entry.facts.subject, "muster-registry");
  EXPECT_THAT(entry.facts.names, ElementsAre("muster-registry", "r1.lan", "10.0.0.7"));
  EXPECT_EQ(entry.facts.end - entry.facts.begin, Days(90));
  EXPECT_TRUE(security::IsKeyPair(Read("registry.pem"), SensitiveText(Read("registry.key"))));
  EXPECT_OK(security::ReadSecretFile(PathOf("registry.key"))) << "mode 0600";
  EXPECT_TRUE(OpensslTakes("registry"));
}

TEST_F(AuthorityFolderTest, RefusesNamesThatSpeakForAnother) {
  ASSERT_OK(pki_.Init());
  for (const char* service : {"", "authority", "Registry", "../x", "a,b"}) {
    EXPECT_EQ(CodeOf(pki_.Issue(service, 90, {})), ExitCode::kUsage) << service;
  }
  for (const char* host : {"muster-dispatch", "MUSTER-dispatch", "a b", "x,DNS:muster-dispatch", ""}) {
    EXPECT_EQ(CodeOf(pki_.Issue("registry", 90, {host})), ExitCode::kUsage) << host;
  }
  EXPECT_FALSE(std::filesystem::exists(PathOf("registry.key")));
}

TEST_F(AuthorityFolderTest, NeedsAnAuthorityFirst) {
  EXPECT_EQ(CodeOf(pki_.Issue("registry", 90, {})), ExitCode::kRefused);
  EXPECT_EQ(CodeOf(pki_.List().status()), ExitCode::kRefused);
  ASSERT_OK(pki_.Init());
  ASSERT_OK(security::WriteSecretFile(PathOf("authority.key"), security::MakePrivateKey().Reveal()));
  EXPECT_EQ(CodeOf(pki_.Issue("registry", 90, {})), ExitCode::kRefused) << "the key of another authority";
}

TEST_F(AuthorityFolderTest, RenewsWhatEndsWithinThirtyDaysForTheSameKey) {
  ASSERT_OK(pki_.Init());
  ASSERT_OK(pki_.Issue("registry", 90, {"r1.lan"}));
  clock_.now += Days(30);
  ASSERT_OK(pki_.Issue("notify", 90, {}));
  EXPECT_THAT(*pki_.Renew(), IsEmpty());
  clock_.now += Days(30);
  const std::string key = Read("registry.key");
  const auto names = Entry("registry").facts.names;
  EXPECT_THAT(*pki_.Renew(), ElementsAre("registry"));
  EXPECT_EQ(Read("registry.key"), key);
  EXPECT_EQ(Entry("registry").days_left, 89);
  EXPECT_EQ(Entry("registry").facts.names, names);
  EXPECT_TRUE(security::IsKeyPair(Read("registry.pem"), SensitiveText(key)));
  EXPECT_THAT(*pki_.Renew(), IsEmpty());
  clock_.now += Days(400);
  EXPECT_THAT(*pki_.Renew(), ElementsAre("notify", "registry")) << "also what has ended";
}

TEST_F(AuthorityFolderTest, LeavesTheOldCertificateWhenANewOneCannotBeWritten) {
  ASSERT_OK(pki_.Init());
  ASSERT_OK(pki_.Issue("registry", 20, {}));
  const std::string before = Read("registry.pem");
  std::filesystem::create_directory(PathOf("registry.pem.new"));
  std::ofstream(PathOf("registry.pem.new/in-the-way")) << "x";
  EXPECT_EQ(CodeOf(pki_.Renew().status()), ExitCode::kRefused);
  EXPECT_EQ(Read("registry.pem"), before);
}

TEST_F(AuthorityFolderTest, ChangesTheAuthorityWhileBothAreBelieved) {
  ASSERT_OK(pki_.Init());
  ASSERT_OK(pki_.Issue("registry", 90, {}));
  const std::string old_authority = Read("authority.pem");
  const std::string old_certificate = Read("registry.pem");

  EXPECT_EQ(*pki_.Rotate(), Rotation::kBegun);
  EXPECT_THAT(Read("authority.pem"), HasSubstr(old_authority));
  EXPECT_TRUE(OpensslTakes("registry")) << "the old certificate is still believed";
  EXPECT_FALSE(Entry("registry").of_current_authority);
  EXPECT_EQ(CodeOf(pki_.Rotate().status()), ExitCode::kRefused) << "the old authority is still needed";

  EXPECT_THAT(*pki_.Renew(), ElementsAre("registry"));
  EXPECT_TRUE(Entry("registry").of_current_authority);
  EXPECT_FALSE(security::IsSignedBy(Read("registry.pem"), old_authority));
  EXPECT_EQ(*pki_.Rotate(), Rotation::kDone);
  EXPECT_THAT(Read("authority.pem"), Not(HasSubstr(old_authority)));
  EXPECT_TRUE(OpensslTakes("registry"));
  EXPECT_FALSE(security::IsSignedBy(old_certificate, Read("authority.pem")));
}

TEST_F(AuthorityFolderTest, GoesOnWithTheOldAuthorityWhenARotationWasCutShort) {
  ASSERT_OK(pki_.Init());
  ASSERT_OK(pki_.Issue("registry", 90, {}));
  const std::string old_authority = Read("authority.pem");
  const std::string old_key = Read("authority.key");
  ASSERT_OK(pki_.Rotate());
  ASSERT_OK(security::WriteSecretFile(PathOf("authority.key"), old_key));  // as though it had been killed before this
  EXPECT_TRUE(Entry("registry").of_current_authority);
  EXPECT_EQ(*pki_.Rotate(), Rotation::kDone);
  EXPECT_EQ(Read("authority.pem"), old_authority);
}

/// The program itself, by its command line.
class CertCommandTest : public AuthorityFolderTest {
 protected:
  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"muster", "--lang", "en", "cert"});
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
      pointers.push_back(argument.data());
    }
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = RunApplication(static_cast<int>(pointers.size()), pointers.data());
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  std::string out_;
  std::string err_;
};

TEST_F(CertCommandTest, ShowsWhatEndsSoonAndSaysSoByItsExitCode) {
  ASSERT_EQ(Run({"init", path()}), 0) << err_;
  EXPECT_EQ(Run({"init", path()}), 4);
  EXPECT_THAT(err_, HasSubstr("is not replaced"));
  ASSERT_EQ(Run({"issue", path(), "--service", "registry", "--host", "r1.lan", "--host", "10.0.0.7"}), 0) << err_;
  EXPECT_EQ(Run({"show", path()}), 0);
  EXPECT_THAT(out_, HasSubstr("muster-registry r1.lan 10.0.0.7"));
  EXPECT_EQ(Run({"issue", path(), "--service", "x", "--days", "91"}), 2);
  EXPECT_EQ(Run({"renew", path()}), 0);
  EXPECT_EQ(out_, "");
  ASSERT_EQ(Run({"issue", path(), "--service", "notify", "--days", "7"}), 0);
  EXPECT_EQ(Run({"show", path()}), 1);
  EXPECT_THAT(out_, HasSubstr("less than 7 d"));
}

TEST_F(CertCommandTest, PrintsJson) {
  ASSERT_EQ(Run({"init", path()}), 0) << err_;
  ASSERT_EQ(Run({"issue", path(), "--service", "registry", "--days", "1"}), 0) << err_;
  EXPECT_EQ(Run({"show", path(), "--json"}), 1);
  const auto list = nlohmann::json::parse(out_);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1]["file"], "registry.pem");
  EXPECT_EQ(list[1]["names"][0], "muster-registry");
  EXPECT_EQ(list[1]["daysLeft"], 0);
  EXPECT_EQ(list[1]["warningDays"], 1);
  EXPECT_TRUE(list[0]["warningDays"].is_null());
  EXPECT_EQ(Run({"renew", path(), "--json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_), nlohmann::json({"registry"}));
}

}  // namespace
}  // namespace muster::cli

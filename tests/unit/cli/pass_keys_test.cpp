#include "services/cli/parse/pass_keys.h"

#include <gtest/gtest.h>

#include <string>

#include "muster/base/text.h"
#include "muster/security/pass.h"
#include "services/cli/app/exit_code.h"
#include "tests/support/status_matchers.h"

namespace muster::cli {
namespace {

/// The file that `muster pass keys` writes.
std::string FileOf(const security::PassSigner& signer) {
  std::string text = "# keys\n";
  for (const security::PublicKey& key : signer.PublicKeys()) {
    text += key.id + " " + ToHex(key.bytes) + "\r\n";
  }
  return text;
}

TEST(PassKeysTest, AFileOfKeysChecksPasses) {
  const security::PassSigner signer(security::KeyRing::Generate(SystemRandom()));
  const auto keys = ParsePassKeys(FileOf(signer));
  ASSERT_OK(keys);
  const Time now = SystemClock().Now();
  const std::string pass = signer.Sign(
      {"K7QX-2M4P", OrganizationId("o"), 3, now - std::chrono::hours(1), now + std::chrono::hours(1), {}, "3205", {}});
  EXPECT_OK(security::CheckPass(pass, *keys, now));
}

TEST(PassKeysTest, AnythingElseIsNoFileOfKeys) {
  const std::string key(64, 'a');
  EXPECT_OK(ParsePassKeys("0a1b2c3d " + key));
  for (const std::string& text : {std::string(), std::string("# nothing\n"), key, "0a1b2c3d " + key + "b",
                                  "0a1b2c3d " + key + "\nhello", std::string("0a1b2c3d zz")}) {
    EXPECT_EQ(ExitCodeOf(ParsePassKeys(text).status()), ExitCode::kUsage) << text;
  }
}

}  // namespace
}  // namespace muster::cli

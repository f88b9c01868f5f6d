#include "muster/security/api_key.h"

#include <gtest/gtest.h>

#include <set>

#include "muster/domain/reason.h"

namespace muster::security {
namespace {

TEST(ApiKeyTest, IsReadBackFromItsText) {
  SeededRandom random(3);
  const ApiKey key = NewApiKey(random);
  EXPECT_EQ(key.prefix.size(), 19U);
  EXPECT_TRUE(key.prefix.starts_with("mk_"));
  const ApiKey read = ParseApiKey(key.Text().Reveal()).value();
  EXPECT_EQ(read.prefix, key.prefix);
  EXPECT_EQ(read.secret, key.secret);
}

TEST(ApiKeyTest, MatchesOnlyItsOwnHash) {
  SeededRandom random(3);
  const ApiKey key = NewApiKey(random);
  const std::string hash = HashApiKey(key);
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_TRUE(ApiKeyMatches(key, hash));
  EXPECT_FALSE(ApiKeyMatches(NewApiKey(random), hash));
  EXPECT_FALSE(ApiKeyMatches(ApiKey{key.prefix, NewApiKey(random).secret}, hash));
  EXPECT_FALSE(ApiKeyMatches(ApiKey{NewApiKey(random).prefix, key.secret}, hash));
  EXPECT_FALSE(ApiKeyMatches(key, ""));
}

TEST(ApiKeyTest, RefusesEveryAlteredText) {
  SeededRandom random(3);
  const ApiKey key = NewApiKey(random);
  const std::string hash = HashApiKey(key);
  const std::string text = key.Text().Reveal();
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    const auto parsed = ParseApiKey(changed);
    EXPECT_TRUE(!parsed.ok() || !ApiKeyMatches(*parsed, hash)) << i;
    EXPECT_TRUE(HasReason(ParseApiKey(text.substr(0, i)).status(), Reason::kAuthRequired));
  }
  EXPECT_FALSE(ParseApiKey(text + "\n").ok());
  EXPECT_FALSE(ParseApiKey(std::string(1 << 16, 'm')).ok());
}

TEST(ApiKeyTest, NeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(seen.insert(NewApiKey(SystemRandom()).Text().Reveal()).second);
  }
}

}  // namespace
}  // namespace muster::security

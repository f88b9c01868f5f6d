#include "muster/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace muster::config {
namespace {

using ::testing::HasSubstr;

/// Three settings and a folder for files.
class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    loader_.Bind("gateway.listen", listen_, {.check = CheckAddress, .environment = "MUSTER_LISTEN", .flag = "listen"})
        .Bind("limits.connections", connections_, {.minimum = 8, .maximum = 100})
        .Bind("dispatch.answer_timeout", timeout_, {.minimum = 100})
        .Bind("metrics.enabled", metrics_, {})
        .BindSecretFile("redis.password_file", secret_, {});
  }

  std::string Write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string path = folder_.path() / name;
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string ErrorOf(const Inputs& inputs) { return std::string(loader_.Load(inputs).message()); }
  std::string ErrorOfFile(const std::string& text) { return ErrorOf({{"--config", Write("m.toml", text)}, {}}); }

  muster::testing::TempDir folder_;
  std::string listen_ = "127.0.0.1:8080";
  int64_t connections_ = 10;
  std::chrono::milliseconds timeout_{600'000};
  bool metrics_ = true;
  std::string secret_;
  Loader loader_;
};

TEST_F(SettingsTest, KeepsDefaultsWhenNothingIsGiven) {
  ASSERT_TRUE(loader_.Load({}).ok());
  EXPECT_EQ(listen_, "127.0.0.1:8080");
  EXPECT_EQ(connections_, 10);
}

TEST_F(SettingsTest, KeepsDefaultsWhenTheFileIsEmpty) {
  EXPECT_EQ(ErrorOfFile(""), "");
  EXPECT_EQ(connections_, 10);
}

TEST_F(SettingsTest, RefusesAFolderInPlaceOfTheFile) {
  EXPECT_THAT(ErrorOf({{"--config", folder_.path()}, {}}), HasSubstr("cannot be read"));
}

TEST_F(SettingsTest, ReadsEveryTypeFromTheFile) {
  const std::string file =
      Write("m.toml",
            "gateway.listen = '0.0.0.0:80'\n[limits]\nconnections = 20\n[metrics]\nenabled = false\n"
            "[dispatch]\nanswer_timeout = '90s'\n");
  ASSERT_TRUE(loader_.Load({{"--config=" + file}, {}}).ok());
  EXPECT_EQ(listen_, "0.0.0.0:80");
  EXPECT_EQ(connections_, 20);
  EXPECT_EQ(timeout_, std::chrono::seconds(90));
  EXPECT_FALSE(metrics_);
}

TEST_F(SettingsTest, LetsFlagsWinOverEnvironmentAndEnvironmentOverTheFile) {
  const std::string file =
      Write("m.toml", "gateway.listen = 'f:1'\nlimits.connections = 20\nmetrics.enabled = false\n");
  ASSERT_TRUE(loader_
                  .Load({{"--listen", "c:3"},
                         {{"MUSTER_CONFIG", file}, {"MUSTER_LISTEN", "e:2"}, {"MUSTER_LIMITS_CONNECTIONS", "30"}}})
                  .ok());
  EXPECT_EQ(listen_, "c:3");
  EXPECT_EQ(connections_, 30);
  EXPECT_FALSE(metrics_);
}

TEST_F(SettingsTest, RefusesAnUnknownKeyWithFileLineAndTheLikelyName) {
  EXPECT_EQ(ErrorOfFile("# settings\n[gateway]\nlisten_on = 'a:1'\n"),
            (folder_.path() / "m.toml").string() + ":3: gateway.listen_on: unknown setting; is gateway.listen meant?");
}

TEST_F(SettingsTest, RefusesAKeyThatResemblesNothingWithoutASuggestion) {
  EXPECT_THAT(ErrorOfFile("colour = 'red'\n"), ::testing::EndsWith(":1: colour: unknown setting"));
}

TEST_F(SettingsTest, RefusesAWrongTypeInTheFile) {
  EXPECT_THAT(ErrorOfFile("limits.connections = '20'\n"), HasSubstr("limits.connections: must be a whole number"));
  EXPECT_THAT(ErrorOfFile("metrics.enabled = 1\n"), HasSubstr("metrics.enabled: must be true or false"));
  EXPECT_THAT(ErrorOfFile("gateway.listen = [1]\n"), HasSubstr("gateway.listen: must be a text in quotes"));
}

TEST_F(SettingsTest, RefusesAFileThatIsNotToml) {
  EXPECT_THAT(ErrorOfFile("a = 1\nb = = 2\n"), HasSubstr("m.toml:2: not TOML: "));
}

TEST_F(SettingsTest, SaysEveryErrorInOneLine) {
  EXPECT_THAT(ErrorOfFile("b = \"\n"), ::testing::Not(HasSubstr("\n")));
  EXPECT_THAT(ErrorOf({{"--listen", "a\nb"}, {}}), ::testing::Not(HasSubstr("\n")));
}

TEST_F(SettingsTest, RefusesAFileThatIsMissing) {
  EXPECT_EQ(ErrorOf({{"--config", "/nowhere/m.toml"}, {}}), "/nowhere/m.toml: cannot be read");
}

TEST_F(SettingsTest, NamesTheVariableOfABadValue) {
  EXPECT_EQ(ErrorOf({{}, {{"MUSTER_LISTEN", "8080"}}}),
            "environment MUSTER_LISTEN: gateway.listen: must be host:port, is \"8080\"");
}

TEST_F(SettingsTest, RefusesNumbersAndTimesOutOfRange) {
  EXPECT_THAT(ErrorOf({{"--limits-connections", "7"}, {}}), HasSubstr("must be at least 8, is 7"));
  EXPECT_THAT(ErrorOf({{"--limits-connections", "101"}, {}}), HasSubstr("must be at most 100, is 101"));
  EXPECT_THAT(ErrorOf({{"--limits-connections", "99999999999999999999"}, {}}), HasSubstr("whole number"));
  EXPECT_THAT(ErrorOf({{"--dispatch-answer-timeout", "99ms"}, {}}), HasSubstr("must be at least 100ms, is 99ms"));
  EXPECT_THAT(ErrorOf({{"--dispatch-answer-timeout", "10"}, {}}), HasSubstr("must be a time such as"));
}

TEST_F(SettingsTest, RefusesUnknownFlagsAndFlagsWithoutAValue) {
  EXPECT_EQ(ErrorOf({{"--listn", "a:1"}, {}}), "command line: --listn: unknown flag (see --help)");
  EXPECT_EQ(ErrorOf({{"--listen"}, {}}), "command line: --listen: needs a value");
  EXPECT_EQ(ErrorOf({{"start"}, {}}), "command line: start: is not a flag (see --help)");
}

TEST_F(SettingsTest, LeavesForeignVariablesAlone) {
  EXPECT_TRUE(loader_.Load({{}, {{"MUSTER_SERVICE_HOST", "10.0.0.1"}}}).ok());
}

TEST_F(SettingsTest, RefusesASecretFileThatIsMissingOrOpenToAll) {
  EXPECT_THAT(ErrorOf({{"--redis-password-file", folder_.path() / "none"}, {}}), HasSubstr("cannot be read"));
  EXPECT_THAT(ErrorOf({{"--redis-password-file", Write("open", "x", 0604)}, {}}), HasSubstr("is open to every user"));
  EXPECT_TRUE(loader_.Load({{"--redis-password-file", Write("closed", "x", 0640)}, {}}).ok());
}

TEST_F(SettingsTest, ReadsASecretWithoutItsLineEnd) {
  EXPECT_EQ(ReadSecretFile(Write("closed", "tiger\n")).value(), "tiger");
  EXPECT_EQ(ReadSecretFile("").value(), "") << "no file, no secret";
  EXPECT_THAT(ReadSecretFile(Write("empty", "")).status().message(), HasSubstr("empty: holds no secret"));
}

TEST_F(SettingsTest, TriesRulesOverSeveralSettingsLast) {
  loader_.Require("gateway.listen", [&] {
    return connections_ > 50 ? std::optional<std::string>("is too small for so many") : std::nullopt;
  });
  EXPECT_TRUE(loader_.Load({}).ok());
  EXPECT_EQ(ErrorOf({{"--limits-connections", "60"}, {}}), "default: gateway.listen: is too small for so many");
}

TEST_F(SettingsTest, DescribesEverySettingAsAFileThatLoadsAgain) {
  ASSERT_TRUE(loader_.Load({{"--listen", "x:1"}, {{"MUSTER_LIMITS_CONNECTIONS", "30"}}}).ok());
  const std::string text = loader_.Describe();
  EXPECT_THAT(text, HasSubstr("gateway.listen = \"x:1\"  # command line --listen\n"));
  EXPECT_THAT(text, HasSubstr("limits.connections = 30  # environment MUSTER_LIMITS_CONNECTIONS\n"));
  EXPECT_THAT(text, HasSubstr("dispatch.answer_timeout = \"10m\"  # default\n"));
  EXPECT_EQ(ErrorOfFile(text), "");
}

}  // namespace
}  // namespace muster::config

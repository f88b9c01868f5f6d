#include "muster/config/server_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::config {
namespace {

/// What loading `arguments` says; empty when they are right.
std::string ErrorOf(const std::vector<std::string>& arguments) {
  ServerSettings settings;
  return std::string(ServerLoader(settings).Load({arguments, {}}).message());
}

bool ReflectionAt(const std::string& address, const std::string& setting) {
  ServerSettings settings;
  EXPECT_TRUE(ServerLoader(settings).Load({{"--grpc-listen", address, "--rpc-reflection", setting}, {}}).ok());
  return settings.ReflectionOn();
}

TEST(ServerSettingsTest, AcceptsItsOwnDefaults) {
  ServerSettings settings;
  const std::string described = ServerLoader(settings).Describe();
  EXPECT_EQ(ErrorOf({}), "");
  EXPECT_THAT(described, testing::HasSubstr("gateway.listen = \"127.0.0.1:8080\"  # default"));
  EXPECT_THAT(described, testing::HasSubstr("data.dir = \"var\""));
}

TEST(ServerSettingsTest, ListensForGrpcOnPrivateAddressesOnly) {
  for (const char* address :
       {"127.0.0.1:1", "10.1.2.3:1", "172.31.0.1:1", "192.168.1.1:1", "[::1]:1", "[fd00::1]:1", "localhost:1"}) {
    EXPECT_EQ(ErrorOf({"--grpc-listen", address}), "") << address;
  }
  for (const char* address : {"0.0.0.0:1", "8.8.8.8:1", "172.32.0.1:1", "[::]:1", "example.org:1"}) {
    EXPECT_THAT(ErrorOf({"--grpc-listen", address}), testing::HasSubstr("must be a loopback or private address"))
        << address;
  }
}

TEST(ServerSettingsTest, RefusesAddressesOfAnotherForm) {
  for (const char* address : {"", ":80", "host", "host:", "host:65536", "host:-1", "a b:1", "::1:80", "[::1:80"}) {
    EXPECT_THAT(ErrorOf({"--listen", address}), testing::HasSubstr("gateway.listen: must be host:port")) << address;
  }
}

TEST(ServerSettingsTest, ServesReflectionOnLoopbackUnlessToldOtherwise) {
  EXPECT_TRUE(ReflectionAt("127.0.0.1:1", "auto"));
  EXPECT_FALSE(ReflectionAt("10.0.0.1:1", "auto"));
  EXPECT_TRUE(ReflectionAt("10.0.0.1:1", "on"));
  EXPECT_FALSE(ReflectionAt("127.0.0.1:1", "off"));
}

TEST(ServerSettingsTest, TakesOnlyTheNamesOfThisMachineOnLoopback) {
  ServerSettings settings;
  EXPECT_THAT(settings.AllowedHosts(), testing::IsSupersetOf({"127.0.0.1", "localhost", "[::1]"}));
  settings.listen = "127.0.0.2:1";
  EXPECT_THAT(settings.AllowedHosts(), testing::Contains("127.0.0.2"));
  settings.hosts = "muster.example.org, dispatch.example.org";
  EXPECT_THAT(settings.AllowedHosts(), testing::ElementsAre("muster.example.org", "dispatch.example.org"));
  settings.hosts.clear();
  settings.listen = "0.0.0.0:8080";
  EXPECT_THAT(settings.AllowedHosts(), testing::IsEmpty()) << "any: the names of this machine are not known";
}

TEST(ServerSettingsTest, ALimitHoldsTheLargestDocument) {
  EXPECT_EQ(ErrorOf({"--limits-bodies-bytes", "4194304"}), "");
  EXPECT_THAT(ErrorOf({"--limits-bodies-bytes", "4194303"}),
              testing::HasSubstr("limits.bodies_bytes: must be at least limits.document_bytes, 4194304"));
  EXPECT_THAT(ErrorOf({"--limits-document-bytes-per-day", "100000"}), testing::HasSubstr("must be at least"));
}

TEST(ServerSettingsTest, RatesHaveARange) {
  for (const char* name : {"dispatches", "documents", "refusals"}) {
    const std::string flag = std::string("--limits-") + name + "-per-minute";
    EXPECT_EQ(ErrorOf({flag, "1"}), "") << flag;
    EXPECT_NE(ErrorOf({flag, "0"}), "") << flag;
    EXPECT_NE(ErrorOf({flag, "100001"}), "") << flag;
  }
}

TEST(ServerSettingsTest, ExplainsEverySettingInBothLanguages) {
  ServerSettings settings;
  const std::string help = ServerLoader(settings).Help();
  EXPECT_THAT(help, testing::HasSubstr("--listen VALUE  (MUSTER_LISTEN, gateway.listen = \"127.0.0.1:8080\")"));
  EXPECT_THAT(help, testing::HasSubstr("HTTP 接口的地址"));
}

}  // namespace
}  // namespace muster::config

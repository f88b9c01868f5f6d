// The console's files, as the gateway serves them.
#include <filesystem>
#include <fstream>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster::gateway {
namespace {

using muster::testing::RawResponse;
using muster::testing::ReasonIn;

class ConsoleTest : public muster::testing::GatewayFixture {
 protected:
  ConsoleTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster-console-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Write("console/index.html", "<!doctype html>");
    Write("console/assets/app-1a2b.js", "let muster = 1;");
    Write("console/assets/app-1a2b.js.gz", "packed");
    Write("console/icon.svg", "<svg/>");
    Write("secret.html", "outside");
    std::filesystem::create_symlink(folder_ / "secret.html", folder_ / "console/link.html");
    options_.console_dir = (folder_ / "console").string();
  }
  ~ConsoleTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
  }

  std::filesystem::path folder_;
};

TEST_F(ConsoleTest, ServesFilesWithTheirTypesAndCachesByHash) {
  Start();
  const RawResponse index = Ask(Get("/console/"));
  EXPECT_EQ(index.status, 200);
  EXPECT_EQ(index.body, "<!doctype html>");
  EXPECT_EQ(index.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(index.headers.at("cache-control"), "no-cache");
  EXPECT_FALSE(index.headers.contains("vary")) << "there is only one form of it";
  const RawResponse script = Ask(Get("/console/assets/app-1a2b.js"));
  EXPECT_EQ(script.body, "let muster = 1;");
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.at("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.headers.at("vary"), "accept-encoding");
  EXPECT_EQ(Ask(Get("/console/icon.svg")).headers.at("content-type"), "image/svg+xml");
}

TEST_F(ConsoleTest, SendsThePackedFormToWhoTakesIt) {
  Start();
  for (const std::string accepted : {"gzip", "br, GZIP;q=0.5", "deflate,gzip ; q=1"}) {
    const RawResponse response = Ask(Get("/console/assets/app-1a2b.js", "Accept-Encoding: " + accepted + "\r\n"));
    EXPECT_EQ(response.body, "packed") << accepted;
    EXPECT_EQ(response.headers.at("content-encoding"), "gzip");
    EXPECT_EQ(response.headers.at("content-type"), "text/javascript; charset=utf-8");
  }
  for (const std::string refused : {"br", "gzip;q=0", "gzip;q=x", "gzipped", ""}) {
    const RawResponse response = Ask(Get("/console/assets/app-1a2b.js", "Accept-Encoding: " + refused + "\r\n"));
    EXPECT_EQ(response.body, "let muster = 1;") << refused;
    EXPECT_FALSE(response.headers.contains("content-encoding"));
  }
}

TEST_F(ConsoleTest, AnswersItsOwnRoutesWithTheIndexAndNothingElse) {
  Start();
  for (const std::string path : {"/console/queue", "/console/incidents/0190a5b1-7c11-7000-8000-000000000001"}) {
    EXPECT_EQ(Ask(Get(path)).body, "<!doctype html>") << path;
  }
  for (const std::string path :
       {"/console/assets/app-old.js", "/console/assets/", "/console/nothing.js", "/console/../secret.html",
        "/console/%2e%2e/secret.html", "/console/..%2fsecret.html", "/console/assets/../../secret.html",
        "/console/link.html", "/console/assets/app-1a2b.js.gz", "/console//etc/passwd.txt", "/queue", "/consoles",
        "/console/index.html/.."}) {
    const RawResponse response = Ask(Get(path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(ReasonIn(response), "NOT_FOUND") << path;
  }
}

TEST_F(ConsoleTest, IsReadOnly) {
  Start();
  for (const char* path : {"/", "/console", "/console/", "/console/assets/app-1a2b.js"}) {
    const RawResponse response = Ask(Post(path, "text/plain", "x"));
    EXPECT_EQ(response.status, 405) << path;
    EXPECT_EQ(response.headers.at("allow"), "GET, HEAD");
  }
  const auto client = Connect();
  client->Send("HEAD /console/ HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/livez"));
  const auto head = client->Until("\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_NE(head->find("content-length: 15"), std::string::npos);
  EXPECT_EQ(client->Receive().body, "ok\n") << "what follows is the next response";
}

TEST_F(ConsoleTest, IsWhereTheBareAddressLeads) {
  Start();
  for (const char* path : {"/", "/console"}) {
    const RawResponse response = Ask(Get(path));
    EXPECT_EQ(response.status, 302) << path;
    EXPECT_EQ(response.headers.at("location"), "/console/");
  }
}

TEST_F(ConsoleTest, LetsNothingRunThatIsNotItsOwn) {
  Start();
  const std::string policy = Ask(Get("/console/")).headers.at("content-security-policy");
  for (const char* rule : {"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'",
                           "base-uri 'none'", "form-action 'none'"}) {
    EXPECT_NE(policy.find(rule), std::string::npos) << rule;
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST_F(ConsoleTest, SaysThatItIsMissingAndTheRestWorks) {
  for (const std::string& folder : {std::string(), (folder_ / "nowhere").string(), folder_.string()}) {
    options_.console_dir = folder;
    Start();
    for (const char* path : {"/", "/console/", "/console/queue"}) {
      const RawResponse response = Ask(Get(path));
      EXPECT_EQ(response.status, 404) << path;
      EXPECT_NE(response.body.find("gateway.console_dir"), std::string::npos) << path;
    }
    EXPECT_EQ(Ask(Get("/livez")).status, 200);
    EXPECT_EQ(Call("Echo", R"({"text":"hi"})").status, 200);
  }
}

}  // namespace
}  // namespace muster::gateway

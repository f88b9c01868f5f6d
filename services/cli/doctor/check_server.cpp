#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "muster/domain/reason.h"
#include "muster/identity/v1/identity.pb.h"
#include "services/cli/app/context.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/connect/http_client.h"
#include "services/cli/connect/unix_socket.h"
#include "services/cli/doctor/check.h"

namespace muster::cli {
namespace {

constexpr Duration kPatience = std::chrono::seconds(3);

/// The main line of an error in both languages.
Text TextOf(const absl::Status& status) {
  if (const auto local = LocalTextOf(status); local.has_value()) {
    return *local;
  }
  const ErrorInfo info = GetErrorInfo(status);
  return {info.message_zh, info.message_en};
}

Finding CheckSocket(const Globals& globals) {
  const std::string path = SocketPath(globals.data_dir);
  Finding finding{.what = {"musterd", "musterd"}, .found = {"在 " + path + " 应答", "answers on " + path}};
  const auto session = Session::Open({.socket_path = path, .timeout = kPatience});
  if (!session.ok()) {
    finding.health = Health::kBad;
    finding.found = TextOf(session.status());
    finding.remedy = {"deploy/up.sh", "deploy/up.sh"};
    return finding;
  }
  const auto keys = (*session)->Call<identity::v1::GetKeySetResponse>(identity::v1::GetKeySetRequest());
  if (!keys.ok()) {
    finding.health = Health::kBad;
    finding.found = TextOf(keys.status());
  }
  return finding;
}

Finding CheckKey(const Globals& globals, const std::string& name) {
  Finding finding{.what = {"身份 " + name, "identity " + name}, .found = {}};
  const auto key = ReadSecretFile(TokenPath(globals.data_dir, name));
  absl::Status problem = key.status();
  if (key.ok()) {
    const auto session =
        Session::Open({.socket_path = SocketPath(globals.data_dir), .api_key = *key, .timeout = kPatience});
    problem = session.status();
    if (session.ok()) {
      const auto who = (*session)->Call<identity::v1::WhoAmIResponse>(identity::v1::WhoAmIRequest());
      problem = who.status();
      const std::string login = who.ok() ? who->account().login() : "";
      finding.found = {"有效，账号 " + login, "works, account " + login};
    }
  }
  if (!problem.ok()) {
    finding.health = Health::kBad;
    finding.found = TextOf(problem);
    finding.remedy = {"用 muster key create 换一把", "replace it with muster key create"};
  }
  return finding;
}

std::vector<Finding> CheckKeys(const Globals& globals) {
  std::vector<Finding> findings;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(globals.data_dir + "/tokens", error)) {
    findings.push_back(CheckKey(globals, entry.path().filename()));
  }
  return findings;
}

Finding CheckRedis(const Globals& globals) {
  const std::string path = globals.data_dir + "/run/redis.sock";
  Finding finding{.what = {"Redis", "Redis"}, .found = {"应答", "answers"}};
  const auto answer = AskSocket(path, "PING\r\n", 64, kPatience);
  if (!answer.ok()) {
    finding.health = Health::kWarning;
    finding.found = {path + " 没有应答", "no answer on " + path};
    finding.remedy = {"服务照常，但推送会慢；musterd 会自行重启它",
                      "all goes on, only slower; musterd starts it again by itself"};
  }
  return finding;
}

/// How the gateway is, from its answer on /readyz: degraded it goes on, and says what is missing.
Health HealthOf(int status, const nlohmann::json& body) {
  if (status != 200) {
    return Health::kBad;
  }
  const bool ready = body.is_object() && body.value("state", "") == "ready";
  return ready ? Health::kGood : Health::kWarning;
}

Finding CheckGateway(const Globals& globals) {
  const std::string url = globals.url.empty() ? UrlOfHost(globals.data_dir) : globals.url;
  Finding finding{.what = {"网关", "gateway"}, .found = {}};
  const auto reply = Fetch({.url = url + "/readyz", .headers = {}, .body = {}, .timeout = kPatience});
  if (!reply.ok()) {
    finding.health = globals.url.empty() ? Health::kWarning : Health::kBad;
    finding.found = TextOf(reply.status());
    finding.remedy = {"若监听在别处，用 --url 指明", "if it listens elsewhere, name it with --url"};
    return finding;
  }
  const auto body = nlohmann::json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
  const std::string shown = body.is_discarded() ? reply->body.substr(0, 200)
                                                : body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::string state = std::to_string(reply->status) + " " + shown;
  finding.found = {url + "  " + state, url + "  " + state};
  finding.health = HealthOf(static_cast<int>(reply->status), body);
  if (finding.health == Health::kWarning) {
    finding.remedy = {"服务照常；原因消除后会自行恢复",
                      "it goes on serving, and recovers when the reasons above are gone"};
  }
  return finding;
}

}  // namespace

std::string UrlOfHost(const std::string& data_dir) {
  std::string address = "127.0.0.1:8080";
  std::ifstream(data_dir + "/run/listen") >> address;
  for (const auto& [any, loopback] : {std::pair{"0.0.0.0:", "127.0.0.1:"}, std::pair{"[::]:", "[::1]:"}}) {
    if (address.starts_with(any)) {
      address.replace(0, std::string_view(any).size(), loopback);
    }
  }
  return "http://" + address;
}

std::vector<Finding> CheckServer(const Globals& globals) {
  std::vector<Finding> findings{CheckSocket(globals)};
  if (findings.front().health == Health::kGood) {
    for (Finding& finding : CheckKeys(globals)) {
      findings.push_back(std::move(finding));
    }
    findings.push_back(CheckRedis(globals));
  }
  findings.push_back(CheckGateway(globals));
  return findings;
}

}  // namespace muster::cli

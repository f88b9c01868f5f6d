#include "muster/config/server_settings.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace muster::config {
namespace {

constexpr int64_t kMebibyte = 1024 * 1024;
constexpr int64_t kSecond = 1000;
constexpr int64_t kDay = 24 * 3600 * kSecond;

bool IsLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:");
}

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> items;
  for (const auto& item : absl::StrSplit(list, ',')) {
    if (const auto trimmed = absl::StripAsciiWhitespace(item); !trimmed.empty()) {
      items.push_back(absl::AsciiStrToLower(trimmed));
    }
  }
  return items;
}

void BindAddresses(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("gateway.listen", settings.listen,
            {.help_zh = "HTTP 接口的地址。",
             .help_en = "Address of the HTTP interface.",
             .check = CheckAddress,
             .environment = "MUSTER_LISTEN",
             .flag = "listen"})
      .Bind(
          "gateway.hosts", settings.hosts,
          {.help_zh = "允许的 Host 名，用逗号分隔。为空：回环地址只认本机名，其他地址不限。",
           .help_en = "Host names that requests may carry, with commas between. Empty: the names of this machine where "
                      "the address is loopback, any elsewhere."})
      .Bind("gateway.origins", settings.origins,
            {.help_zh = "除本站外，可打开实时推送的网页来源，用逗号分隔。",
             .help_en = "Origins whose pages may open the live feed besides the gateway's own, with commas between "
                        "(https://muster.example.org)."})
      .Bind("gateway.console_dir", settings.console_dir,
            {.help_zh = "控制台网页文件所在的目录（deploy/up.sh 会编译并安装）。为空：不提供控制台。",
             .help_en = "Folder of the console's files, which deploy/up.sh builds and installs. Empty: no console."})
      .Bind("rpc.listen", settings.rpc_listen,
            {.help_zh = "gRPC 接口的地址，只能是回环或内网地址。",
             .help_en = "Address of the gRPC interface: loopback or private only.",
             .check = CheckPrivateAddress,
             .environment = "MUSTER_GRPC_LISTEN",
             .flag = "grpc-listen"})
      .Bind("rpc.reflection", settings.rpc_reflection,
            {.help_zh = "gRPC 反射：auto 表示仅在回环地址上开启。",
             .help_en = "gRPC reflection: auto serves it on loopback only.",
             .choices = {"auto", "on", "off"}});
}

void BindFolders(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("data.dir", settings.data_dir,
            {.help_zh = "数据目录，每个进程一个。",
             .help_en = "Folder of all data, one for each process.",
             .check =
                 [](const std::string& value) {
                   return value.empty() ? std::optional<std::string>("must not be empty") : std::nullopt;
                 }})
      .Bind("data.keys_dir", settings.keys_dir,
            {.help_zh = "密钥目录，各进程可共用；为空：数据目录下的 keys。",
             .help_en = "Folder of the keys, which processes may share. Empty: keys in the data folder."})
      .Bind("data.tokens_dir", settings.tokens_dir,
            {.help_zh = "初始账号的密钥目录；为空：数据目录下的 tokens。",
             .help_en = "Folder of the first accounts' keys. Empty: tokens in the data folder."});
}

void BindPeers(Loader& loader, ServerSettings& settings) {
  for (auto& [service, target] : settings.peers) {
    loader.Bind("peers." + service, target,
                {.help_zh = "该服务各实例的地址：用逗号分隔的 host:port，或 dns:///名称:端口。",
                 .help_en = "Where the instances of this service are, when it runs in other processes: host:port with "
                            "commas between, or dns:///name:port."});
  }
  loader
      .Bind("tls.certificate", settings.tls_certificate,
            {.help_zh = "本服务的证书（muster cert issue）。为空：不用 TLS，只限单进程。",
             .help_en = "Certificate of this service (muster cert issue). Empty: no TLS, for a single process only."})
      .Bind("tls.key", settings.tls_key, {.help_zh = "证书的私钥。", .help_en = "The certificate's private key."})
      .Bind("tls.authority", settings.tls_authority,
            {.help_zh = "所信任的签发者证书。", .help_en = "Certificates of the authority that is believed."});
}

/// The parts of a connection string that have settings of their own.
std::optional<std::string> CheckConnection(const std::string& value) {
  if (absl::StrContains(value, "://")) {
    return "must be keywords and values (host=... user=...), no URI";
  }
  for (const char* word : {"password", "dbname"}) {
    if (absl::StrContains(value, word)) {
      return "must not hold " + std::string(word) + ": that is storage.password_file or storage.database_prefix";
    }
  }
  return std::nullopt;
}

std::optional<std::string> CheckPrefix(const std::string& value) {
  const bool fits = value.size() <= 40 && std::all_of(value.begin(), value.end(), [](unsigned char c) {
                      return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                    });
  return fits ? std::nullopt : std::optional<std::string>("must be up to 40 of a-z, 0-9 and _");
}

void BindStorage(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("storage.mode", settings.storage_mode,
            {.help_zh = "sqlite：数据目录里的文件；postgres：storage.connection 指向的 PostgreSQL。",
             .help_en = "sqlite: files in the data folder; postgres: the PostgreSQL at storage.connection.",
             .choices = {"sqlite", "postgres"}})
      .Bind("storage.connection", settings.storage_connection,
            {.help_zh = "如何连接 PostgreSQL：libpq 的关键字与值，可列多台主机，也可要求 TLS。",
             .help_en = "How to connect to PostgreSQL: libpq's keywords and values; may list several hosts and ask for "
                        "TLS (sslmode=verify-full sslrootcert=...).",
             .check = CheckConnection})
      .BindSecretFile(
          "storage.password_file", settings.storage_password_file,
          {.help_zh = "PostgreSQL 口令所在的文件。", .help_en = "File with the password at PostgreSQL; empty: none."})
      .Bind("storage.database_prefix", settings.storage_database_prefix,
            {.help_zh = "各服务数据库名的前缀，例如 muster_dispatch。",
             .help_en = "What the names of the services' databases begin with, as in muster_dispatch.",
             .check = CheckPrefix});
}

void BindRedis(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("redis.mode", settings.redis_mode,
            {.help_zh = "private：自带的 Redis；external：使用 redis.address。",
             .help_en = "private: a redis-server of its own; external: the one at redis.address.",
             .choices = {"private", "external"}})
      .Bind("redis.program", settings.redis_program,
            {.help_zh = "自带 Redis 的程序名。", .help_en = "Program of the private Redis."})
      .Bind(
          "redis.address", settings.redis_address,
          {.help_zh = "外部 Redis 的地址。", .help_en = "Address of the external Redis.", .check = CheckPrivateAddress})
      .Bind("redis.user", settings.redis_user,
            {.help_zh = "外部 Redis 的用户名。", .help_en = "User at the external Redis; empty: none."})
      .BindSecretFile("redis.password_file", settings.redis_password_file,
                      {.help_zh = "外部 Redis 口令所在的文件。",
                       .help_en = "File with the password of the external Redis; empty: none."});
}

void BindTelemetry(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("log.level", settings.log_level,
            {.help_zh = "记录的最低级别。",
             .help_en = "Lowest level that is logged.",
             .choices = {"debug", "info", "warning", "error"}})
      .Bind("log.format", settings.log_format,
            {.help_zh = "日志格式：json 或供人阅读的 text。",
             .help_en = "json for machines, text for people.",
             .choices = {"json", "text"}})
      .Bind("metrics.enabled", settings.metrics_enabled,
            {.help_zh = "是否提供 /metrics。", .help_en = "Whether /metrics is served."});
}

void BindLimits(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("limits.connections", settings.limit_connections,
            {.help_zh = "HTTP 连接数上限。",
             .help_en = "Most HTTP connections at a time.",
             .minimum = 8,
             .maximum = 1'000'000})
      .Bind("limits.call_bytes", settings.limit_call_bytes,
            {.help_zh = "一次调用的请求体上限（字节）。",
             .help_en = "Largest body of a call, in bytes.",
             .minimum = 1024,
             .maximum = 64 * kMebibyte})
      .Bind("limits.document_bytes", settings.limit_document_bytes,
            {.help_zh = "一份文档的上限（字节）。",
             .help_en = "Largest document, in bytes.",
             .minimum = 1024,
             .maximum = 64 * kMebibyte})
      .Bind("limits.document_bytes_per_day", settings.limit_document_bytes_per_day,
            {.help_zh = "每个账户每天（UTC）可保存的文档总量（字节），每份另计 4 KiB。",
             .help_en = "What one account may have kept in a day (UTC), in bytes; each document counts 4 KiB more.",
             .minimum = 64 * 1024,
             .maximum = 1024 * 1024 * kMebibyte})
      .Bind("limits.bodies_bytes", settings.limit_bodies_bytes,
            {.help_zh = "同时在内存中的所有 HTTP 请求体的总量上限（字节）。",
             .help_en = "Largest sum of all HTTP bodies that are held at the same time, in bytes.",
             .minimum = kMebibyte,
             .maximum = 16 * 1024 * kMebibyte})
      .Bind("limits.rpc_message_bytes", settings.limit_rpc_message_bytes,
            {.help_zh = "一条 gRPC 消息的上限（字节）。",
             .help_en = "Largest gRPC message, in bytes.",
             .minimum = 1024,
             .maximum = 64 * kMebibyte})
      .Bind("limits.live_queue_messages", settings.limit_live_queue_messages,
            {.help_zh = "实时推送：每个连接最多排队的消息数。",
             .help_en = "Live feed: messages waiting for one connection before it is told to resume.",
             .minimum = 1,
             .maximum = 1'000'000})
      .Bind("limits.live_queue_bytes", settings.limit_live_queue_bytes,
            {.help_zh = "实时推送：每个连接最多排队的字节数。",
             .help_en = "Live feed: the same in bytes.",
             .minimum = 1024,
             .maximum = 1024 * kMebibyte});
}

/// Calls beyond these are answered RATE_LIMITED.
void BindRates(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("limits.dispatches_per_minute", settings.limit_dispatches_per_minute,
            {.help_zh = "每个账户每分钟可派遣的次数，其中三分之一可一次用完。",
             .help_en = "Dispatches of one account in a minute; a third of them may come at once.",
             .minimum = 1,
             .maximum = 100'000})
      .Bind("limits.documents_per_minute", settings.limit_documents_per_minute,
            {.help_zh = "每个账户每分钟可提交的文档数，其中六分之一可一次用完。",
             .help_en = "Documents of one account in a minute; a sixth of them may come at once.",
             .minimum = 1,
             .maximum = 100'000})
      .Bind("limits.refusals_per_minute", settings.limit_refusals_per_minute,
            {.help_zh = "每个来源地址每分钟可被拒绝的登录次数（密钥无效），可一次用完。",
             .help_en = "Refused keys of one source address in a minute, which may come at once.",
             .minimum = 1,
             .maximum = 100'000});
}

/// A limit below another that it has to hold would refuse everything.
void RequireRoom(Loader& loader, ServerSettings& settings) {
  const auto holds_document = [&settings](const int64_t& limit) {
    return [&settings, &limit]() -> std::optional<std::string> {
      return limit < settings.limit_document_bytes
                 ? std::optional<std::string>("must be at least limits.document_bytes, " +
                                              std::to_string(settings.limit_document_bytes))
                 : std::nullopt;
    };
  };
  loader.Require("limits.bodies_bytes", holds_document(settings.limit_bodies_bytes))
      .Require("limits.document_bytes_per_day", holds_document(settings.limit_document_bytes_per_day));
}

void BindDispatch(Loader& loader, ServerSettings& settings) {
  loader
      .Bind("dispatch.wave_size", settings.wave_size,
            {.help_zh = "一轮邀请的队伍数；这三项用于未另行规定的需求。",
             .help_en = "Teams that are asked in one wave. These three hold where a request does not say otherwise.",
             .minimum = 1,
             .maximum = 100})
      .Bind("dispatch.answer_time", settings.answer_time,
            {.help_zh = "等待答复的时间，过后发出下一轮。",
             .help_en = "How long an answer is waited for before the next wave.",
             .minimum = kSecond,
             .maximum = kDay})
      .Bind("dispatch.provisional_time", settings.provisional_time,
            {.help_zh = "有条件接受的答复保留名额的时间。",
             .help_en = "How long a provisional answer holds its place.",
             .minimum = kSecond,
             .maximum = kDay})
      .Bind("dispatch.help_answer_time", settings.help_answer_time,
            {.help_zh = "主动报名的援助最迟多久得到答复。",
             .help_en = "How soon help that nobody asked for gets an answer.",
             .minimum = kSecond,
             .maximum = kDay})
      .Bind("dispatch.arrival_grace", settings.arrival_grace,
            {.help_zh = "队伍超过预计到场时间多久未签到即警示。",
             .help_en = "How late a team may check in before its assignment gets an alarm.",
             .minimum = kSecond,
             .maximum = kDay})
      .Bind("dispatch.undo_time", settings.undo_time,
            {.help_zh = "派遣发出后可以整体撤回的时间。",
             .help_en = "How long a dispatch may be taken back whole.",
             .minimum = kSecond,
             .maximum = kDay});
}

void BindRegistry(Loader& loader, ServerSettings& settings) {
  loader
      .Bind(
          "registry.taxonomy_dir", settings.taxonomy_dir,
          {.help_zh = "本市补充能力、装备等目录的文件所在的目录；所有进程须相同。为空：只用内置目录。",
           .help_en = "Folder of the files with what the city adds to the lists of capabilities, equipment and so on; "
                      "the same for all processes. Empty: what is built in."})
      .Bind("registry.readiness_time", settings.readiness_time,
            {.help_zh = "未写明期限的响应状态申报的有效时间。",
             .help_en = "How long a declaration of readiness holds that does not say.",
             .minimum = 3600 * kSecond,
             .maximum = 366 * kDay});
}

}  // namespace

bool ServerSettings::ReflectionOn() const {
  return rpc_reflection == "auto" ? IsLoopback(rpc_listen) : rpc_reflection == "on";
}

std::vector<std::string> ServerSettings::AllowedHosts() const {
  std::vector<std::string> allowed = Split(hosts);
  if (allowed.empty() && IsLoopback(listen)) {
    allowed = {"localhost", "127.0.0.1", "[::1]", listen.substr(0, listen.rfind(':'))};
  }
  return allowed;
}

std::vector<std::string> ServerSettings::AllowedOrigins() const { return Split(origins); }

Loader ServerLoader(ServerSettings& settings) {
  Loader loader;
  BindAddresses(loader, settings);
  BindFolders(loader, settings);
  BindPeers(loader, settings);
  BindStorage(loader, settings);
  BindRedis(loader, settings);
  BindTelemetry(loader, settings);
  BindLimits(loader, settings);
  BindRates(loader, settings);
  RequireRoom(loader, settings);
  BindDispatch(loader, settings);
  BindRegistry(loader, settings);
  return loader;
}

}  // namespace muster::config

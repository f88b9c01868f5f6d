#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_join.h"
#include "muster/base/text.h"
#include "services/cli/app/commands.h"
#include "services/cli/certificates/authority_folder.h"

namespace muster::cli {
namespace {

struct FolderOptions {
  std::string folder;
};

struct IssueOptions : FolderOptions {
  std::string service;
  int days = kMostDays;
  std::vector<std::string> hosts;
};

AuthorityFolder FolderOf(const Context& context, const FolderOptions& options) {
  return AuthorityFolder(options.folder, context.clock());
}

absl::StatusOr<ExitCode> Init(Context& context, const FolderOptions& options) {
  MUSTER_RETURN_IF_ERROR(FolderOf(context, options).Init());
  context.output().Note({"已建立证书颁发者。authority.pem 分发到每台主机；authority.key 只留在这里，并做好备份。",
                         "The authority is made. authority.pem goes to every host; authority.key stays here alone, "
                         "with a backup."});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Issue(Context& context, const IssueOptions& options) {
  MUSTER_RETURN_IF_ERROR(FolderOf(context, options).Issue(options.service, options.days, options.hosts));
  context.output().Note(
      {"已签发 " + options.service + "：" + options.service + ".pem 与 " + options.service + ".key。",
       "Issued " + options.service + ": " + options.service + ".pem and " + options.service + ".key."});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Renew(Context& context, const FolderOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const std::vector<std::string> renewed, FolderOf(context, options).Renew());
  if (context.output().json()) {
    context.output().Line(nlohmann::json(renewed).dump());
    return ExitCode::kOk;
  }
  for (const std::string& name : renewed) {
    context.output().Line(name);
  }
  context.output().Note(renewed.empty() ? Text{"没有需要续签的证书。", "No certificate needs renewal."}
                                        : Text{"已续签，私钥不变。请分发这些 .pem 文件。",
                                               "Renewed, with the same keys. Hand these .pem files out."});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Rotate(Context& context, const FolderOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const auto rotation, FolderOf(context, options).Rotate());
  context.output().Note(
      rotation == AuthorityFolder::Rotation::kBegun
          ? Text{"新旧颁发者目前都被信任。接下来：分发 authority.pem；muster cert renew 并分发证书；再执行一次 "
                 "rotate。",
                 "The new and the old authority are both believed. Next: hand out authority.pem; muster cert renew and "
                 "hand out the certificates; then rotate once more."}
          : Text{"旧的颁发者已去掉。请分发 authority.pem。", "The old authority is dropped. Hand out authority.pem."});
  return ExitCode::kOk;
}

/// The smallest of the days at which one is warned that holds for the certificate; 0 when it has ended.
std::optional<int> WarningOf(const CertificateEntry& entry) {
  if (entry.days_left < 0) {
    return 0;
  }
  for (const int days : {1, 7, kRenewalDays}) {
    if (entry.days_left < days) {
      return days;
    }
  }
  return std::nullopt;
}

std::string WarningText(Output& output, const CertificateEntry& entry) {
  const std::optional<int> warning = WarningOf(entry);
  std::string text;
  if (warning.has_value()) {
    const std::string days = std::to_string(*warning);
    text = *warning == 0 ? output.Paint(Color::kRed, output.In({"已过期", "has ended"}))
                         : output.Paint(*warning <= 7 ? Color::kRed : Color::kYellow,
                                        output.In({"不到 " + days + " 天", "less than " + days + " d"}));
  }
  const std::string old = entry.of_current_authority ? "" : output.In({"旧颁发者", "old authority"});
  return text + (text.empty() || old.empty() ? "" : ", ") + old;
}

void PrintForPeople(Output& output, const std::vector<CertificateEntry>& entries) {
  Table table({output.In({"文件", "file"}), output.In({"主体", "subject"}), output.In({"剩余天数", "days left"}),
               output.In({"到期", "ends"}), output.In({"注意", "notice"}), output.In({"名称", "names"})});
  table.AlignRight(2);
  for (const CertificateEntry& entry : entries) {
    table.Add({entry.name, entry.facts.subject, std::to_string(entry.days_left),
               FormatMicros(ToMicros(entry.facts.end)).substr(0, 10), WarningText(output, entry),
               absl::StrJoin(entry.facts.names, " ")});
  }
  output.Print(table);
}

void PrintAsJson(Output& output, const std::vector<CertificateEntry>& entries) {
  auto list = nlohmann::ordered_json::array();
  for (const CertificateEntry& entry : entries) {
    nlohmann::ordered_json item;
    item["file"] = entry.name + ".pem";
    item["subject"] = entry.facts.subject;
    item["issuer"] = entry.facts.issuer;
    item["names"] = entry.facts.names;
    item["ends"] = FormatMicros(ToMicros(entry.facts.end));
    item["daysLeft"] = entry.days_left;
    item["ofCurrentAuthority"] = entry.of_current_authority;
    const std::optional<int> warning = WarningOf(entry);
    item["warningDays"] = warning.has_value() ? nlohmann::ordered_json(*warning) : nlohmann::ordered_json();
    list.push_back(std::move(item));
  }
  output.Line(list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

absl::StatusOr<ExitCode> Show(Context& context, const FolderOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const auto entries, FolderOf(context, options).List());
  context.output().json() ? PrintAsJson(context.output(), entries) : PrintForPeople(context.output(), entries);
  const bool warned = std::any_of(entries.begin(), entries.end(),
                                  [](const CertificateEntry& entry) { return WarningOf(entry).has_value(); });
  return warned ? ExitCode::kNegative : ExitCode::kOk;
}

void BindFolder(Command app, FolderOptions& options) { app.Option("DIR", options.folder).Required(); }

}  // namespace

void AddCertCommands(Commands& commands) {
  const Command group =
      commands.Group("cert", {"服务之间的证书（不需要服务器）", "the certificates between services (needs no server)"});
  commands.Add<FolderOptions>(
      group, "init", {"建立私有的证书颁发者，十年有效", "make a private authority, for ten years"}, BindFolder, Init);
  const Command issue = commands.Add<IssueOptions>(
      group, "issue", {"为一个服务签发密钥和证书", "make the key and the certificate of a service"},
      [&](Command app, IssueOptions& options) {
        BindFolder(app, options);
        app.Option("--service", options.service, commands.In({"服务名，如 registry", "the service, like registry"}))
            .Required();
        app.Option("--days", options.days, commands.In({"有效天数", "days until it ends"}))
            .Between(1, kMostDays)
            .ShowDefault();
        app.Option("--host", options.hosts,
                   commands.In({"另外的主机名或地址，可多次", "a further host name or address; repeatable"}))
            .Repeatable();
      },
      Issue);
  Commands::Examples(issue,
                     "muster cert init pki\nmuster cert issue pki --service registry --host 10.0.0.7 --host r1.lan");
  commands.Add<FolderOptions>(group, "renew",
                              {"续签 30 天内到期的证书和旧颁发者签署的证书",
                               "renew what ends within 30 days, and what the old authority signed"},
                              BindFolder, Renew);
  commands.Add<FolderOptions>(group, "rotate",
                              {"更换颁发者：第一次加入新的，第二次去掉旧的",
                               "change the authority: the first time adds a new one, the second drops the old one"},
                              BindFolder, Rotate);
  commands.Add<FolderOptions>(
      group, "show",
      {"列出证书（有 30 天内到期的则退出码 1）", "list the certificates (exit code 1 when one ends within 30 days)"},
      BindFolder, Show);
}

}  // namespace muster::cli

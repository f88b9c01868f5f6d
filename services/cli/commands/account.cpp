#include "muster/identity/v1/identity.pb.h"
#include "services/cli/app/accounts.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/paging.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using identity::v1::Account;
using identity::v1::ApiKey;
using identity::v1::ListAccountsResponse;
using identity::v1::ListApiKeysResponse;
using identity::v1::WhoAmIResponse;

constexpr char kAdmin[] = "admin";

struct NoOptions {};

struct ListOptions {
  int limit = 100;
};

struct CreateAccountOptions {
  std::string login;
  std::vector<std::string> roles;
  std::string district;
  std::string organization;
};

struct AccountOptions {
  std::string account;
};

struct CreateKeyOptions {
  std::string account;
  std::string label;
  std::string file;
};

struct RevokeOptions {
  std::string id;
  std::string account;
};

std::string Roles(const Account& account) {
  std::string roles;
  for (const std::string& role : account.roles()) {
    roles += (roles.empty() ? "" : ", ") + role;
  }
  return roles;
}

void PrintAccount(Output& output, const Account& account) {
  Card card;
  card.Add(output.In({"账号", "account"}), account.id());
  card.Add(output.In({"登录名", "login"}), account.login());
  card.Add(output.In({"角色", "roles"}), Roles(account));
  card.Add(output.In({"区划", "district"}), account.district_path());
  card.Add(output.In({"组织", "organization"}), account.organization_id());
  card.Add(output.In({"已停用", "disabled"}), account.disabled() ? output.In({"是", "yes"}) : "");
  card.Add(output.In({"版本", "version"}), std::to_string(account.version()));
  output.Print(card);
}

absl::StatusOr<ExitCode> WhoAmI(Context& context, const NoOptions&) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session->Call<WhoAmIResponse>(identity::v1::WhoAmIRequest()));
  context.output().json() ? context.output().Json(reply) : PrintAccount(context.output(), reply.account());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ListAccounts(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListAccountsResponse>(
                                                *session, identity::v1::ListAccountsRequest(), options.limit));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  Table table({output.In({"账号", "account"}), output.In({"登录名", "login"}), output.In({"区划", "district"}),
               output.In({"已停用", "disabled"}), output.In({"角色", "roles"})});
  for (const Account& account : reply.accounts()) {
    table.Add({account.id(), account.login(), account.district_path(),
               account.disabled() ? output.In({"是", "yes"}) : "", Roles(account)});
  }
  output.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Create(Context& context, const CreateAccountOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  Account wanted;
  wanted.set_login(options.login);
  wanted.mutable_roles()->Add(options.roles.begin(), options.roles.end());
  wanted.set_district_path(options.district);
  wanted.set_organization_id(options.organization);
  MUSTER_ASSIGN_OR_RETURN(const Account account, CreateAccount(*session, wanted));
  context.output().json() ? context.output().Json(account) : PrintAccount(context.output(), account);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Disable(Context& context, const AccountOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  MUSTER_ASSIGN_OR_RETURN(const Account current, FindAccount(*session, options.account));
  MUSTER_ASSIGN_OR_RETURN(const bool meant, context.Confirm({"停用账号 " + current.login() + "？",
                                                             "Disable the account " + current.login() + "?"}));
  if (!meant) {
    return ExitCode::kNegative;
  }
  identity::v1::DisableAccountRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(current.id());
  request.set_expected_version(current.version());
  MUSTER_ASSIGN_OR_RETURN(const Account account, session->Call<Account>(request));
  context.output().json() ? context.output().Json(account) : PrintAccount(context.output(), account);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> CreateKeyOf(Context& context, const CreateKeyOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  MUSTER_ASSIGN_OR_RETURN(const Account account, FindAccount(*session, options.account));
  MUSTER_ASSIGN_OR_RETURN(auto reply, CreateKey(*session, account.id(), options.label));
  Output& output = context.output();
  if (!options.file.empty()) {
    MUSTER_RETURN_IF_ERROR(WriteSecretFile(options.file, reply.secret()));
    reply.clear_secret();
    output.Note({"密钥已写入 " + options.file + "（0600）。", "The key is in " + options.file + " (0600)."});
  } else {
    output.Note({"密钥只显示这一次，请妥善保存。", "The key is shown this once only. Keep it safe."});
  }
  if (output.json()) {
    output.Json(reply);
  } else {
    output.Line(options.file.empty() ? reply.secret() : reply.key().id());
  }
  return ExitCode::kOk;
}

absl::StatusOr<ListApiKeysResponse> KeysOf(Session& session, const std::string& account_name, int limit) {
  MUSTER_ASSIGN_OR_RETURN(const Account account, FindAccount(session, account_name));
  identity::v1::ListApiKeysRequest request;
  request.set_account_id(account.id());
  return CollectPages<ListApiKeysResponse>(session, request, limit);
}

absl::StatusOr<ExitCode> ListKeys(Context& context, const AccountOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  MUSTER_ASSIGN_OR_RETURN(const auto reply, KeysOf(*session, options.account, kLargestPage));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  Table table({output.In({"密钥", "key"}), output.In({"建立", "made"}), output.In({"已吊销", "revoked"}),
               output.In({"用途", "label"})});
  for (const ApiKey& key : reply.keys()) {
    table.Add({key.id(), FormatTime(key.create_time()), key.revoked() ? output.In({"是", "yes"}) : "", key.label()});
  }
  output.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Revoke(Context& context, const RevokeOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAdmin));
  MUSTER_ASSIGN_OR_RETURN(const auto keys, KeysOf(*session, options.account, kLargestPage));
  identity::v1::RevokeApiKeyRequest request;
  request.set_id(options.id);
  for (const ApiKey& key : keys.keys()) {
    request.set_expected_version(key.id() == options.id ? key.version() : request.expected_version());
  }
  if (request.expected_version() == 0) {
    return LocalError(ExitCode::kNotFound, {"账号 " + options.account + " 没有这把密钥。",
                                            "The account " + options.account + " has no such key."});
  }
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const ApiKey key, session->Call<ApiKey>(request));
  if (context.output().json()) {
    context.output().Json(key);
  } else {
    context.output().Line(Text{"已吊销 " + key.id(), "revoked " + key.id()});
  }
  return ExitCode::kOk;
}

void AddAccounts(Commands& commands) {
  const Command group = commands.Group("account", {"账号（用 admin 的密钥）", "accounts (with the admin's key)"});
  commands.Add<ListOptions>(
      group, "list", {"列出账号", "list accounts"},
      [&](Command app, ListOptions& options) {
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListAccounts);
  const Command create = commands.Add<CreateAccountOptions>(
      group, "create", {"建立账号", "make an account"},
      [&](Command app, CreateAccountOptions& options) {
        app.Option("LOGIN", options.login, commands.In({"登录名，不用人名", "a name for it, not a person's"}))
            .Required();
        app.Option("--role", options.roles, commands.In({"角色（可重复）", "a role (repeatable)"})).Required();
        app.Option("--district", options.district, commands.In({"管辖区划", "the district it covers"}));
        app.Option("--org", options.organization, commands.In({"代表的组织", "the organization it acts for"}));
      },
      Create);
  Commands::Examples(create, "muster account create wuzhong-desk --role district_operator --district 3205/320506");
  commands.Add<AccountOptions>(
      group, "disable", {"停用账号", "disable an account"},
      [&](Command app, AccountOptions& options) {
        app.Option("ACCOUNT", options.account, commands.In({"编号或登录名", "its id or login"})).Required();
      },
      Disable);
}

void AddKeys(Commands& commands) {
  const Command group = commands.Group("key", {"API 密钥（用 admin 的密钥）", "API keys (with the admin's key)"});
  const Command create = commands.Add<CreateKeyOptions>(
      group, "create", {"建立密钥，只显示一次", "make a key; it is shown once"},
      [&](Command app, CreateKeyOptions& options) {
        app.Option("ACCOUNT", options.account, commands.In({"编号或登录名", "the account's id or login"})).Required();
        app.Option("--label", options.label, commands.In({"用途", "what it is for"})).Required();
        app.Option("--out", options.file,
                   commands.In({"写入文件（0600）而不显示", "write it to a file (0600) instead"}));
      },
      CreateKeyOf);
  Commands::Examples(create, "muster key create wuzhong-desk --label \"duty desk\" --out var/tokens/wuzhong");
  const auto bind_account = [&](Command app, auto& options) {
    app.Option("ACCOUNT", options.account, commands.In({"编号或登录名", "the account's id or login"})).Required();
  };
  commands.Add<AccountOptions>(group, "list", {"列出账号的密钥", "list an account's keys"}, bind_account, ListKeys);
  commands.Add<RevokeOptions>(
      group, "revoke", {"吊销密钥", "make a key useless"},
      [&](Command app, RevokeOptions& options) {
        bind_account(app, options);
        app.Option("KEY", options.id).Required();
      },
      Revoke);
}

}  // namespace

void AddAccountCommands(Commands& commands) {
  AddAccounts(commands);
  AddKeys(commands);
  commands.Add<NoOptions>(
      commands.root(), "whoami", {"现在以谁的身份操作", "as whom this program acts"}, [](Command, NoOptions&) {},
      WhoAmI);
}

}  // namespace muster::cli

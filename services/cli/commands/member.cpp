#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/listing.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/people_views.h"
#include "services/cli/output/registry_views.h"
#include "services/cli/parse/input_file.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

namespace v1 = registry::v1;

struct FileOptions {
  std::string file;
};

struct IdOptions {
  std::string id;
  std::string reason;
};

struct UnmaskOptions {
  std::string id;
  std::string purpose;
  std::vector<std::string> fields;
};

struct ConsentOptions {
  std::string id;
  std::string purpose = "dispatch";
  std::string text_version;
  std::string given = "now";
};

struct CertificateListOptions {
  std::string member;
  std::string team;
  std::string state;
  int limit = 50;
};

struct CertificateOptions {
  std::string id;
  int version = 1;
  std::string reason;
};

absl::StatusOr<int64_t> VersionOf(Session& session, const std::string& member_id) {
  v1::GetMemberRequest request;
  request.set_id(member_id);
  MUSTER_ASSIGN_OR_RETURN(const v1::Member member, session.Call<v1::Member>(request));
  return member.version();
}

absl::StatusOr<ExitCode> Create(Context& context, const FileOptions& options) {
  v1::CreateMemberRequest request;
  MUSTER_RETURN_IF_ERROR(ReadJsonFile(options.file, request.mutable_member()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Member>(context, *session, std::move(request), PrintMember);
}

absl::StatusOr<ExitCode> Register(Context& context, const FileOptions& options) {
  v1::RegisterVolunteerRequest request;
  MUSTER_RETURN_IF_ERROR(ReadJsonFile(options.file, request.mutable_member()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Member>(context, *session, std::move(request), PrintMember);
}

absl::StatusOr<ExitCode> Unmask(Context& context, const UnmaskOptions& options) {
  v1::UnmaskMemberRequest request;
  request.set_member_id(options.id);
  request.set_purpose(options.purpose);
  request.mutable_fields()->Add(options.fields.begin(), options.fields.end());
  if (request.fields().empty()) {
    request.add_fields("name");
    request.add_fields("phone");
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  return Change<v1::UnmaskMemberResponse>(context, *session, std::move(request), PrintUnmasked);
}

absl::StatusOr<ExitCode> Erase(Context& context, const IdOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  v1::EraseMemberRequest request;
  request.set_id(options.id);
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const int64_t version, VersionOf(*session, options.id));
  request.set_expected_version(version);
  MUSTER_ASSIGN_OR_RETURN(const bool meant,
                          context.Confirm({"注销成员 " + options.id + "？其个人资料将被销毁，无法恢复。",
                                           "Erase the member " + options.id +
                                               "? The personal data is destroyed and cannot be brought back."}));
  return meant ? Change<v1::Member>(context, *session, std::move(request), PrintMember)
               : absl::StatusOr<ExitCode>(ExitCode::kNegative);
}

absl::StatusOr<ExitCode> RecordConsent(Context& context, const ConsentOptions& options) {
  v1::RecordConsentRequest request;
  request.set_member_id(options.id);
  request.mutable_consent()->set_purpose(options.purpose);
  request.mutable_consent()->set_text_version(options.text_version);
  MUSTER_ASSIGN_OR_RETURN(const Time given, ParseTime(options.given, context.clock().Now()));
  *request.mutable_consent()->mutable_given_time() = ToTimestamp(given);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const int64_t version, VersionOf(*session, options.id));
  request.set_expected_version(version);
  return Change<v1::Member>(context, *session, std::move(request), PrintMember);
}

absl::StatusOr<ExitCode> WithdrawConsent(Context& context, const ConsentOptions& options) {
  v1::WithdrawConsentRequest request;
  request.set_member_id(options.id);
  request.set_purpose(options.purpose);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const int64_t version, VersionOf(*session, options.id));
  request.set_expected_version(version);
  return Change<v1::Member>(context, *session, std::move(request), PrintMember);
}

absl::StatusOr<ExitCode> RecordCertificate(Context& context, const FileOptions& options) {
  v1::RecordCertificateRequest request;
  MUSTER_RETURN_IF_ERROR(ReadJsonFile(options.file, request.mutable_certificate()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Certificate>(context, *session, std::move(request), PrintCertificate);
}

absl::StatusOr<ExitCode> VerifyCertificate(Context& context, const CertificateOptions& options) {
  v1::VerifyCertificateRequest request;
  request.set_id(options.id);
  request.set_expected_version(options.version);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Certificate>(context, *session, std::move(request), PrintCertificate);
}

absl::StatusOr<ExitCode> RevokeCertificate(Context& context, const CertificateOptions& options) {
  v1::RevokeCertificateRequest request;
  request.set_id(options.id);
  request.set_reason(options.reason);
  request.set_expected_version(options.version);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Certificate>(context, *session, std::move(request), PrintCertificate);
}

absl::StatusOr<ExitCode> ListCertificates(Context& context, const CertificateListOptions& options) {
  v1::ListCertificatesRequest request;
  request.set_member_id(options.member);
  request.set_team_id(options.team);
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<v1::CertificateState>(options.state));
    request.set_state(state);
  }
  return PrintList<v1::ListCertificatesResponse>(context, request, options.limit, PrintCertificates);
}

void AddConsents(Commands& commands, Command member) {
  const Command group = member.Sub("consent", commands.In({"同意", "consent"}));
  group.RequireSub();
  const auto bind = [&commands](Command app, ConsentOptions& options) {
    app.Option("MEMBER", options.id).Required();
    app.Option("--purpose", options.purpose,
               commands.In(
                   {"用途：dispatch、training、publicity、statistics", "dispatch, training, publicity, statistics"}))
        .ShowDefault();
  };
  commands.Add<ConsentOptions>(
      group, "record", {"登记同意", "record a consent"},
      [&](Command app, ConsentOptions& options) {
        bind(app, options);
        app.Option("--text", options.text_version, commands.In({"同意书的版本", "version of the text agreed to"}))
            .Required();
        app.Option("--given", options.given, commands.In({"何时同意", "when it was given"})).ShowDefault();
      },
      RecordConsent);
  commands.Add<ConsentOptions>(
      group, "withdraw",
      {"撤回同意；撤回 dispatch 即离开所有队伍", "take a consent back; without dispatch the person leaves every team"},
      bind, WithdrawConsent);
}

void BindCertificate(Commands& commands, Command app, CertificateOptions& options) {
  app.Option("CERTIFICATE", options.id).Required();
  app.Option("--version", options.version, commands.In({"所见的版本", "the version that you saw"})).ShowDefault();
}

void AddCertificates(Commands& commands, Command member) {
  const Command group = member.Sub("certificate", commands.In({"证书", "certificates"}));
  group.RequireSub();
  commands.Add<FileOptions>(
      group, "record",
      {"登记证书（JSON 文件，- 为标准输入）", "record a certificate (a JSON file; - is standard input)"},
      [](Command app, FileOptions& options) { app.Option("FILE", options.file).Required(); }, RecordCertificate);
  commands.Add<CertificateOptions>(
      group, "verify", {"核验证书（民政人员）", "vouch for a certificate (officers)"},
      [&](Command app, CertificateOptions& options) { BindCertificate(commands, app, options); }, VerifyCertificate);
  commands.Add<CertificateOptions>(
      group, "revoke", {"吊销证书", "take a certificate out of force"},
      [&](Command app, CertificateOptions& options) {
        BindCertificate(commands, app, options);
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      RevokeCertificate);
  commands.Add<CertificateListOptions>(
      group, "list", {"列出证书", "list certificates"},
      [&](Command app, CertificateListOptions& options) {
        app.Option("--member", options.member, commands.In({"只列这名成员的", "only of this member"}));
        app.Option("--team", options.team, commands.In({"只列这支队伍的", "only of this team"}));
        app.Option("--state", options.state,
                   commands.In({"状态：unverified、verified、revoked", "unverified, verified, revoked"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListCertificates);
}

}  // namespace

void AddMemberCommands(Commands& commands, Command group) {
  const Command create = commands.Add<FileOptions>(
      group, "create", {"登记成员（JSON 文件，- 为标准输入）", "register a member (a JSON file; - is standard input)"},
      [](Command app, FileOptions& options) { app.Option("FILE", options.file).Required(); }, Create);
  Commands::Examples(
      create, R"(echo '{"name": "...", "phone": "...", "district_path": "3205/320583"}' | muster member create -)");
  commands.Add<UnmaskOptions>(
      group, "unmask",
      {"显示完整的个人资料（记入审计，每小时至多 30 次）", "show personal data in clear (audited; at most 30 an hour)"},
      [&](Command app, UnmaskOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--purpose", options.purpose, commands.In({"用途", "what for"})).Required();
        app.Option(
            "--field", options.fields,
            commands.In({"哪一项（可重复）；默认 name、phone", "which (repeatable); name and phone by default"}));
      },
      Unmask);
  commands.Add<IdOptions>(
      group, "erase", {"注销成员，销毁其个人资料", "forget a member: the personal data is destroyed"},
      [&](Command app, IdOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Erase);
  AddConsents(commands, group);
  AddCertificates(commands, group);
}

void AddVolunteerCommands(Commands& commands, Command group) {
  commands.Add<FileOptions>(
      group, "register",
      {"登记志愿者（JSON 文件，- 为标准输入）", "register a volunteer (a JSON file; - is standard input)"},
      [](Command app, FileOptions& options) { app.Option("FILE", options.file).Required(); }, Register);
}

}  // namespace muster::cli

#include "muster/security/pass.h"

#include <fstream>

#include "muster/base/text.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "services/cli/app/commands.h"
#include "services/cli/output/format.h"
#include "services/cli/parse/input_file.h"
#include "services/cli/parse/pass_keys.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

struct PassOptions {
  std::string id;
  std::string svg;
};

struct KeysOptions {
  std::string file;
};

struct CheckOptions {
  std::string pass;
  std::string keys;
  std::string at;
};

absl::Status WriteFile(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  return file ? absl::OkStatus()
              : LocalError(ExitCode::kUsage, {"无法写入 " + path + "。", "Cannot write " + path + "."});
}

absl::StatusOr<ExitCode> Show(Context& context, const PassOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::GetPassRequest request;
  request.set_assignment_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const auto pass, session->Call<dispatch::v1::Pass>(request));
  if (!options.svg.empty()) {
    MUSTER_RETURN_IF_ERROR(WriteFile(options.svg, pass.qr_svg()));
  }
  Output& output = context.output();
  if (output.json()) {
    output.Json(pass);
    return ExitCode::kOk;
  }
  Card card;
  card.Add(output.In({"通行证", "pass"}), output.Paint(Color::kBold, pass.number()));
  card.Add(output.In({"有效", "holds"}),
           FormatTime(pass.window().start_time()) + " - " + FormatTime(pass.window().end_time()));
  output.Print(card);
  output.Line(pass.text());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Keys(Context& context, const KeysOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto keys,
                          session->Call<dispatch::v1::GetPassKeysResponse>(dispatch::v1::GetPassKeysRequest()));
  if (context.output().json()) {
    context.output().Json(keys);
    return ExitCode::kOk;
  }
  std::string text = "# muster pass keys: id, public key (Ed25519)\n";
  for (const dispatch::v1::PassKey& key : keys.keys()) {
    text += key.id() + " " + ToHex(key.public_key()) + "\n";
  }
  if (options.file.empty()) {
    context.output().Line(text.substr(0, text.size() - 1));
    return ExitCode::kOk;
  }
  MUSTER_RETURN_IF_ERROR(WriteFile(options.file, text));
  context.output().Note({"密钥已写入 " + options.file + "，请带到卡口。它只能验证，不能签发。",
                         "Written to " + options.file + ": take it to the barriers. It checks passes and signs none."});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Check(Context& context, const CheckOptions& options) {
  constexpr size_t kMostBytes = 64 * 1024;
  MUSTER_ASSIGN_OR_RETURN(const std::string file, ReadInput(options.keys, kMostBytes));
  MUSTER_ASSIGN_OR_RETURN(const std::vector<security::PublicKey> keys, ParsePassKeys(file));
  Time now = context.clock().Now();
  if (!options.at.empty()) {
    MUSTER_ASSIGN_OR_RETURN(now, ParseTime(options.at, now));
  }
  const absl::StatusOr<security::Pass> pass = security::CheckPass(options.pass, keys, now);
  Output& output = context.output();
  if (!pass.ok()) {
    output.Error(pass.status());
    return ExitCode::kNegative;
  }
  Card card;
  card.Add(output.In({"通行证", "pass"}),
           output.Paint(Color::kGreen, pass->number + "  " + output.In({"有效", "good"})));
  card.Add(output.In({"性质", "mode"}), std::string(Name(pass->mode)));
  card.Add(output.In({"人数", "people"}), std::to_string(pass->headcount));
  card.Add(output.In({"单位", "organization"}), pass->organization_id.value());
  card.Add(output.In({"区域", "zone"}), pass->district_path + "  " + pass->incident_id.value());
  card.Add(output.In({"有效至", "until"}), FormatMicros(ToMicros(pass->end)));
  output.Print(card);
  return ExitCode::kOk;
}

}  // namespace

void AddPassCommands(Commands& commands, Command assignments) {
  const Command show = commands.Add<PassOptions>(
      assignments, "pass", {"封控区通行证，附二维码", "its pass for closed zones, with a QR code"},
      [&](Command app, PassOptions& options) {
        app.Option("ASSIGNMENT", options.id).Required();
        app.Option("--svg", options.svg, commands.In({"二维码图片写到这个文件", "write the QR code to this file"}));
      },
      Show);
  Commands::Examples(show, "muster assignment pass ASSIGNMENT --as organization --svg pass.svg");
  const Command group = commands.Group("pass", {"在卡口核验通行证", "passes at a barrier"});
  commands.Add<KeysOptions>(
      group, "keys", {"取出验证用的公钥", "the public keys that passes are checked with"},
      [&](Command app, KeysOptions& options) {
        app.Option("--out", options.file, commands.In({"写到这个文件", "write them to this file"}));
      },
      Keys);
  const Command check = commands.Add<CheckOptions>(
      group, "check", {"核验通行证，不需要网络", "check a pass; no network is needed"},
      [&](Command app, CheckOptions& options) {
        app.Option("PASS", options.pass, commands.In({"二维码的内容", "what the QR code says"})).Required();
        app.Option("--keys", options.keys, commands.In({"pass keys 写出的文件", "the file that pass keys wrote"}))
            .Required();
        app.Option("--at", options.at, commands.In({"按哪个时间；不填为现在", "at what time; left out: now"}));
      },
      Check);
  Commands::Examples(check,
                     "muster pass keys --out pass.keys\nmuster pass check \"$(cat scanned.txt)\" --keys pass.keys");
}

}  // namespace muster::cli

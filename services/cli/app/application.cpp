#include "services/cli/app/application.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>

#include "services/cli/app/commands.h"
#include "services/cli/app/version.h"

namespace muster::cli {
namespace {

constexpr int kLongestTimeoutSeconds = 30;

std::string CheckIdentity(const std::string& name) {
  return name.empty() || name.find('/') != std::string::npos || name.front() == '.' ? "not the name of an identity"
                                                                                    : "";
}

void AddGlobalOptions(CLI::App& app, Globals& globals, int& timeout_seconds, Language language) {
  const auto in = [language](const char* zh, const char* en) { return language == Language::kChinese ? zh : en; };
  app.add_option("--data-dir", globals.data_dir,
                 in("本机 musterd 的数据目录", "data folder of the musterd of this host"))
      ->envname("MUSTER_DATA_DIR")
      ->capture_default_str();
  app.add_option("--url", globals.url,
                 in("另一台主机的网关，如 http://host:8080", "a gateway elsewhere: http://host:8080"))
      ->envname("MUSTER_URL");
  app.add_option("--as", globals.identity,
                 in("用谁的密钥：operator、officer、organization、auditor、admin",
                    "whose key to use: operator, officer, organization, auditor, admin"))
      ->check(CheckIdentity);
  app.add_option(
      "--token-file", globals.token_file,
      in("密钥所在的文件（也可用环境变量 MUSTER_TOKEN）", "a file that holds a key (or the variable MUSTER_TOKEN)"));
  app.add_option(
      "--request-id", globals.request_id,
      in("修改的 request_id（UUID），用于安全重试", "the request_id (UUID) of the change, to repeat it safely"));
  app.add_option("--timeout", timeout_seconds, in("每次调用最多等几秒", "seconds to wait for a call"))
      ->check(CLI::Range(1, kLongestTimeoutSeconds))
      ->capture_default_str();
  app.add_option("--lang", globals.language, in("语言：zh 或 en；不填按 LANG", "language: zh or en; left out: by LANG"))
      ->check(CLI::IsMember({"zh", "en"}));
  app.add_flag("--json", globals.json, in("输出 JSON", "print JSON"));
  app.add_flag("-q,--quiet", globals.quiet, in("不显示提示", "no remarks"));
  app.add_flag("--no-color", globals.no_color, in("不用颜色（也可设 NO_COLOR）", "no colours (or set NO_COLOR)"));
  app.add_flag("-y,--yes", globals.yes, in("对提问一律回答“是”", "answer questions with yes"));
}

void AddEveryCommand(Commands& commands) {
  AddAlertCommands(commands);
  AddIncidentCommands(commands);
  AddCallUpCommands(commands);
  AddRequestCommands(commands);
  AddCandidatesCommand(commands);
  AddDispatchCommand(commands);
  AddOfferCommands(commands);
  AddAssignmentCommands(commands);
  AddReportCommands(commands);
  AddHelpOfferCommands(commands);
  AddDeskCommand(commands);
  AddWaveCommands(commands);
  AddDeliveryCommands(commands);
  AddWatchCommand(commands);
  AddOrganizationCommands(commands);
  AddRegistryCommands(commands);
  AddReadinessCommands(commands);
  AddRecruitmentCommands(commands);
  AddImportCommands(commands);
  AddVerifyCommand(commands);
  AddAuditCommands(commands);
  AddCertCommands(commands);
  AddDoctorCommand(commands);
  AddAccountCommands(commands);
  AddDemoCommands(commands);
  AddCompletionCommand(commands);
}

size_t TerminalWidth() {
  winsize size{};
  return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

OutputOptions MakeOutputOptions(const Globals& globals, Language language) {
  const bool colors_wanted = !globals.no_color && !globals.json && ProcessEnvironment("NO_COLOR").empty() &&
                             ProcessEnvironment("TERM") != "dumb";
  return {.out = std::cout,
          .err = std::cerr,
          .language = language,
          .json = globals.json,
          .quiet = globals.quiet,
          .color = colors_wanted && isatty(STDOUT_FILENO) != 0,
          .progress = isatty(STDERR_FILENO) != 0,
          .width = TerminalWidth()};
}

int Execute(const Run& run, const Globals& globals, Language language) {
  Output output(MakeOutputOptions(globals, language));
  Context context(globals, output);
  const absl::StatusOr<ExitCode> result = run(context);
  std::cout.flush();
  if (!result.ok()) {
    output.Error(result.status());
    return static_cast<int>(ExitCodeOf(result.status()));
  }
  return static_cast<int>(*result);
}

/// The parser's own words in Chinese; commands below take them over.
void SpeakChinese(CLI::App& app) {
  app.option_defaults()->group("选项");
  app.set_help_flag("-h,--help", "显示这段帮助");
  const std::pair<const char*, const char*> labels[] = {{"Usage", "用法"},       {"OPTIONS", "选项"},
                                                        {"SUBCOMMAND", "命令"},  {"SUBCOMMANDS", "命令"},
                                                        {"Subcommands", "命令"}, {"Positionals", "参数"},
                                                        {"REQUIRED", "必填"},    {"Env", "环境变量"},
                                                        {"Needs", "须同时给出"}, {"Excludes", "不能同时给出"},
                                                        {"TEXT", "文字"},        {"INT", "整数"},
                                                        {"UINT", "整数"},        {"FLOAT", "数字"}};
  for (const auto& [word, chinese] : labels) {
    app.get_formatter()->label(word, chinese);
  }
}

/// What is wrong with a command line, in Chinese where the parser's text is known.
Text UsageText(const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::string rest = what.substr(what.find(": ") == std::string::npos ? what.size() : what.find(": ") + 2);
  std::string zh = "命令行有误：" + what;
  if (what.find("not expected: ") != std::string::npos) {
    zh = "不认识这些参数：" + rest;
  } else if (what == "A subcommand is required") {
    zh = "还缺命令。";
  } else if (error.get_name() == "RequiredError" && what.ends_with(" is required")) {
    zh = "缺少 " + what.substr(0, what.size() - std::string(" is required").size()) + "。";
  }
  return {zh + "\n用 --help 查看用法。", "The command line is not right: " + what};
}

void DescribeApp(CLI::App& app, Language language) {
  if (language == Language::kChinese) {
    SpeakChinese(app);
  }
  app.name("muster");
  app.set_version_flag("--version", std::string("muster ") + kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      language == Language::kChinese
          ? "\n先试试：\n  muster doctor\n  muster demo\n  muster incident list\n"
            "每个命令都有 --help。退出码：0 成功，1 结果为否，2 用法，3 连不上，4 被拒绝，5 没有找到，6 无权，7 "
            "稍后再试。"
          : "\nTo begin:\n  muster doctor\n  muster demo\n  muster incident list\n"
            "Every command has --help. Exit codes: 0 ok, 1 the answer is no, 2 usage, 3 not reachable, 4 refused, "
            "5 not found, 6 not allowed, 7 try again later.");
}

/// A command line that is not right; with --json said as JSON, as every other error is.
int TellUsage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv, Language language) {
  const bool asks_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
  const bool json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
  if (!asks_help && !json && language == Language::kChinese) {
    std::cerr << UsageText(error).zh << '\n';
    return static_cast<int>(ExitCode::kUsage);
  }
  if (asks_help || !json) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  Output output({.out = std::cout, .err = std::cerr, .language = language, .json = true});
  output.Error(UsageError(UsageText(error)));
  return static_cast<int>(ExitCode::kUsage);
}

}  // namespace

int RunApplication(int argc, char** argv) {
  const Language language = DetectLanguage(argc, argv);
  CLI::App app(language == Language::kChinese ? "集结：社会组织应急动员调度"
                                              : "Muster: mobilizes social organizations");
  DescribeApp(app, language);
  Globals globals;
  int timeout_seconds = static_cast<int>(globals.timeout.count());
  AddGlobalOptions(app, globals, timeout_seconds, language);
  Commands commands(Command(app), language);
  AddEveryCommand(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return TellUsage(app, error, argc, argv, language);
  }
  globals.timeout = std::chrono::seconds(timeout_seconds);
  return Execute(commands.chosen(), globals, language);
}

}  // namespace muster::cli

#include <iterator>
#include <nlohmann/json.hpp>

#include "services/cli/app/commands.h"
#include "services/cli/app/version.h"
#include "services/cli/doctor/check.h"

namespace muster::cli {
namespace {

struct NoOptions {};

std::string Mark(Output& output, Health health) {
  switch (health) {
    case Health::kGood:
      return output.Paint(Color::kGreen, output.In({"正常", "ok  "}));
    case Health::kWarning:
      return output.Paint(Color::kYellow, output.In({"注意", "warn"}));
    case Health::kBad:
      return output.Paint(Color::kRed, output.In({"故障", "bad "}));
  }
  return "";
}

void PrintAsJson(Output& output, const std::vector<Finding>& findings) {
  constexpr const char* kNames[] = {"ok", "warning", "bad"};
  auto list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    nlohmann::ordered_json item;
    item["check"] = finding.what.en;
    item["health"] = kNames[static_cast<size_t>(finding.health)];
    item["found"] = finding.found.en;
    item["remedy"] = finding.remedy.en;
    list.push_back(std::move(item));
  }
  output.Line(list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void PrintForPeople(Output& output, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    output.Line(Mark(output, finding.health) + "  " + output.In(finding.what) + ": " + output.In(finding.found));
    if (!output.In(finding.remedy).empty()) {
      output.Line("      " + output.In({"可以这样做：", "what to do: "}) + output.In(finding.remedy));
    }
  }
}

absl::StatusOr<ExitCode> Examine(Context& context, const NoOptions&) {
  std::vector<Finding> findings = CheckHost(context.globals());
  auto server = CheckServer(context.globals());
  std::move(server.begin(), server.end(), std::back_inserter(findings));
  findings.push_back(
      {.what = {"muster", "muster"}, .found = {std::string("版本 ") + kVersion, std::string("version ") + kVersion}});
  context.output().json() ? PrintAsJson(context.output(), findings) : PrintForPeople(context.output(), findings);
  const bool bad = std::any_of(findings.begin(), findings.end(),
                               [](const Finding& finding) { return finding.health == Health::kBad; });
  return bad ? ExitCode::kNegative : ExitCode::kOk;
}

}  // namespace

void AddDoctorCommand(Commands& commands) {
  commands.Add<NoOptions>(
      commands.root(), "doctor",
      {"什么在运行、什么有问题（有故障时退出码 1）", "what runs and what is wrong (exit code 1 when something is)"},
      [](Command, NoOptions&) {}, Examine);
}

}  // namespace muster::cli

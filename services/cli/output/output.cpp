#include "services/cli/output/output.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "muster/domain/reason.h"
#include "services/cli/output/advice.h"

namespace muster::cli {
namespace {

std::string ToJson(const google::protobuf::Message& message, bool on_lines) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = on_lines;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return "{}";
  }
  return json;
}

std::string_view CodeOf(Color color) {
  switch (color) {
    case Color::kNone:
      return "";
    case Color::kBold:
      return "1";
    case Color::kDim:
      return "2";
    case Color::kRed:
      return "31";
    case Color::kGreen:
      return "32";
    case Color::kYellow:
      return "33";
    case Color::kBlue:
      return "36";
  }
  return "";
}

}  // namespace

void Output::Line(std::string_view line) { options_.out << line << '\n'; }

void Output::Print(const Table& table) {
  if (table.empty()) {
    Note({"（没有）", "(none)"});
    return;
  }
  bool heading = true;
  for (const std::string& line : table.Lines(options_.width)) {
    Line(heading ? Paint(Color::kBold, line) : line);
    heading = false;
  }
}

void Output::Print(const Card& card) {
  for (const std::string& line : card.Lines()) {
    Line(line);
  }
}

void Output::Json(const google::protobuf::Message& message) { options_.out << ToJson(message, true); }

std::string Output::AsJson(const google::protobuf::Message& message) { return ToJson(message, true); }

void Output::JsonArray(const std::vector<std::string>& items) {
  options_.out << "[\n";
  for (size_t i = 0; i < items.size(); ++i) {
    options_.out << (i > 0 ? "," : "") << items[i];
  }
  options_.out << "]\n";
}

void Output::JsonLine(const google::protobuf::Message& message) {
  options_.out << ToJson(message, false) << '\n' << std::flush;
}

void Output::Note(const Text& note) {
  if (!options_.quiet) {
    options_.err << In(note) << '\n';
  }
}

void Output::Redraw(std::string_view line) { options_.err << "\r\x1b[K" << line << std::flush; }

std::string Output::Paint(Color color, std::string_view text) const {
  if (!options_.color || color == Color::kNone) {
    return std::string(text);
  }
  return "\x1b[" + std::string(CodeOf(color)) + "m" + std::string(text) + "\x1b[0m";
}

void Output::Error(const absl::Status& status) { options_.json ? ErrorAsJson(status) : ErrorForPeople(status); }

void Output::ErrorForPeople(const absl::Status& status) {
  const std::string label = Paint(Color::kRed, In({"错误", "error"})) + ": ";
  if (const auto local = LocalTextOf(status); local.has_value()) {
    options_.err << label << In(*local) << '\n';
    return;
  }
  const ErrorInfo info = GetErrorInfo(status);
  options_.err << label << RowOf(info.reason).name << ": " << In({info.message_zh, info.message_en}) << '\n';
  if (!info.field.empty()) {
    options_.err << "  " << In({"字段", "field"}) << ": " << info.field << '\n';
  }
  if (const Text advice = AdviceFor(info); !advice.zh.empty()) {
    options_.err << "  " << In({"可以这样做", "what to do"}) << ": " << In(advice) << '\n';
  }
}

void Output::ErrorAsJson(const absl::Status& status) {
  nlohmann::ordered_json json;
  if (const auto local = LocalTextOf(status); local.has_value()) {
    json["messageZh"] = local->zh;
    json["messageEn"] = local->en;
  } else {
    const ErrorInfo info = GetErrorInfo(status);
    json["reason"] = RowOf(info.reason).name;
    json["field"] = info.field;
    json["messageZh"] = info.message_zh;
    json["messageEn"] = info.message_en;
    json["metadata"] = info.metadata;
  }
  json["exitCode"] = static_cast<int>(ExitCodeOf(status));
  options_.err << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace muster::cli

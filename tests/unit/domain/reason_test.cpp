#include "muster/domain/reason.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/support/status_matchers.h"

namespace muster {
namespace {

using enum absl::StatusCode;

/// The codes that clients rely on.
const std::map<std::string_view, absl::StatusCode>& ExpectedCodes() {
  static const std::map<std::string_view, absl::StatusCode> codes{
      {"BAD_JSON", kInvalidArgument},
      {"READ_ONLY_FIELD", kInvalidArgument},
      {"QUERY_TOO_BROAD", kInvalidArgument},
      {"DEADLINE_REQUIRED", kInvalidArgument},
      {"UNKNOWN_FIELD", kInvalidArgument},
      {"INVALID_FIELD", kInvalidArgument},
      {"OUT_OF_RANGE", kInvalidArgument},
      {"BAD_GEOMETRY", kInvalidArgument},
      {"BAD_TIME", kInvalidArgument},
      {"INVALID_PHONE", kInvalidArgument},
      {"INVALID_ID", kInvalidArgument},
      {"TOO_LONG", kInvalidArgument},
      {"ILLEGAL_CHAR", kInvalidArgument},
      {"REQUEST_ID_REQUIRED", kInvalidArgument},
      {"BAD_PAGE", kInvalidArgument},
      {"BAD_CURSOR", kInvalidArgument},
      {"BAD_SORT", kInvalidArgument},
      {"XML_FORBIDDEN", kInvalidArgument},
      {"XML_TOO_DEEP", kInvalidArgument},
      {"XML_TOO_LARGE", kInvalidArgument},
      {"URL_NOT_ALLOWED", kInvalidArgument},
      {"AUTH_REQUIRED", kUnauthenticated},
      {"SESSION_EXPIRED", kUnauthenticated},
      {"FORBIDDEN", kPermissionDenied},
      {"CSRF", kPermissionDenied},
      {"APPROVAL_REQUIRED", kPermissionDenied},
      {"NOT_FOUND", kNotFound},
      {"REQUEST_ID_REUSED", kAlreadyExists},
      {"DUPLICATE", kAlreadyExists},
      {"VERSION_CONFLICT", kAborted},
      {"TEAM_OVERLAP", kAborted},
      {"LINE_FULL", kAborted},
      {"ILLEGAL_TRANSITION", kAborted},
      {"OVER_ASSIGNED", kAborted},
      {"REQUEST_IN_PROGRESS", kAborted},
      {"UNKNOWN_REFERENCE", kAborted},
      {"CONFIRM_REQUIRED", kAborted},
      {"NOT_ELIGIBLE", kFailedPrecondition},
      {"EXPIRED", kFailedPrecondition},
      {"RATE_LIMITED", kResourceExhausted},
      {"STORE_BUSY", kUnavailable},
      {"STORE_FULL", kUnavailable},
      {"OVERLOADED", kUnavailable},
      {"DRAINING", kUnavailable},
      {"DEADLINE", kDeadlineExceeded},
      {"INTERNAL", kInternal},
      {"INTERNAL_INVARIANT", kInternal},
      {"NOT_BUILT", kUnimplemented},
      {"ALREADY_RUNNING", kFailedPrecondition},
  };
  return codes;
}

/// The names inside {braces}.
std::set<std::string> PlaceholdersOf(std::string_view text) {
  std::set<std::string> names;
  for (size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    names.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return names;
}

bool HasChinese(std::string_view text) {
  // The common ideographs U+4E00 to U+9FFF begin with the bytes E4 to E9.
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xe4 && byte <= 0xe9) {
      return true;
    }
  }
  return false;
}

TEST(ReasonTest, EveryReasonHasItsCode) {
  std::set<std::string_view> names;
  for (const ReasonRow& row : ReasonTable()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
    const auto expected = ExpectedCodes().find(row.name);
    ASSERT_NE(expected, ExpectedCodes().end()) << row.name;
    EXPECT_EQ(row.code, expected->second) << row.name;
    EXPECT_EQ(Error(row.reason).code(), expected->second) << row.name;
  }
  EXPECT_EQ(names.size(), ExpectedCodes().size());
}

TEST(ReasonTest, RowsStandInTheOrderOfTheEnum) {
  for (size_t i = 0; i < ReasonTable().size(); ++i) {
    const ReasonRow& row = ReasonTable()[i];
    EXPECT_EQ(static_cast<size_t>(row.reason), i) << row.name;
    EXPECT_EQ(RowOf(row.reason).name, row.name);
    EXPECT_EQ(ReasonFromName(row.name), row.reason);
  }
  EXPECT_EQ(ReasonFromName("team_overlap"), std::nullopt);
  EXPECT_EQ(ReasonFromName(""), std::nullopt);
}

TEST(ReasonTest, EveryReasonTellsPeopleInBothLanguages) {
  for (const ReasonRow& row : ReasonTable()) {
    EXPECT_TRUE(HasChinese(row.message_zh)) << row.name;
    EXPECT_TRUE(row.message_zh.ends_with("。")) << row.name;
    EXPECT_FALSE(HasChinese(row.message_en)) << row.name;
    EXPECT_TRUE(row.message_en.ends_with('.')) << row.name;
    EXPECT_GE(row.message_en.size(), 20U) << row.name << ": a sentence that helps";
  }
}

TEST(ReasonTest, BothTextsTellTheSameFacts) {
  for (const ReasonRow& row : ReasonTable()) {
    // The Chinese text of CONFIRM_REQUIRED names the token's field; its facts are the same.
    EXPECT_EQ(PlaceholdersOf(row.message_zh), PlaceholdersOf(row.message_en)) << row.name;
  }
}

TEST(ReasonTest, FillsEveryPlaceholder) {
  for (const ReasonRow& row : ReasonTable()) {
    std::map<std::string, std::string> metadata;
    for (const std::string& name : PlaceholdersOf(row.message_en)) {
      if (name != "field") {
        metadata[name] = "<" + name + " told>";
      }
    }
    const ErrorInfo info = GetErrorInfo(Error(row.reason, "lines[2].quantity", metadata));
    for (const std::string* text : {&info.message_zh, &info.message_en}) {
      EXPECT_EQ(text->find('{'), std::string::npos) << *text;
      EXPECT_EQ(text->find('}'), std::string::npos) << *text;
      for (const auto& [name, value] : metadata) {
        EXPECT_NE(text->find(value), std::string::npos) << *text << " does not tell " << name;
      }
    }
    const bool tells_field = PlaceholdersOf(row.message_en).contains("field");
    EXPECT_EQ(info.message_en.find("lines[2].quantity") != std::string::npos, tells_field) << row.name;
  }
}

TEST(ReasonTest, ShowsADashForWhatIsNotTold) {
  const ErrorInfo info = GetErrorInfo(Error(Reason::kOutOfRange));
  EXPECT_EQ(info.message_en, "Field - is out of range (-). Use a value inside it.");
}

TEST(ReasonTest, AValueThatLooksLikeAPlaceholderStaysAsItIs) {
  const ErrorInfo info = GetErrorInfo(Error(Reason::kOutOfRange, "{range}", {{"range", "{field}"}}));
  EXPECT_EQ(info.message_en, "Field {range} is out of range ({field}). Use a value inside it.");
}

TEST(ReasonTest, AnErrorCarriesWhatItWasGiven) {
  const std::map<std::string, std::string> metadata{{"current_version", "7"}, {"empty", ""}, {"text", "一\n二 = 3"}};
  const absl::Status status = ErrorWithTexts(Reason::kVersionConflict, "incident.title", "中文", "English", metadata);
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_EQ(info.reason, Reason::kVersionConflict);
  EXPECT_EQ(info.field, "incident.title");
  EXPECT_EQ(info.message_zh, "中文");
  EXPECT_EQ(info.message_en, "English");
  EXPECT_EQ(info.metadata, metadata);
  EXPECT_EQ(status.message(), "VERSION_CONFLICT: English");
}

TEST(ReasonTest, AHostileValueCannotBecomeAnotherFact) {
  const std::string hostile = std::string("x\x1f") + "confirm_token" + "\x1f" + "forged";
  const ErrorInfo info = GetErrorInfo(Error(Reason::kOutOfRange, hostile, {{"range", hostile}}));
  EXPECT_EQ(info.reason, Reason::kOutOfRange);
  EXPECT_EQ(info.metadata.size(), 1U);
  EXPECT_FALSE(info.metadata.contains("confirm_token"));
  EXPECT_TRUE(info.message_en.starts_with("Field x"));
}

TEST(ReasonTest, PassesNothingOnOfAForeignError) {
  const std::pair<absl::Status, Reason> cases[] = {
      {absl::InternalError("SELECT secret"), Reason::kInternal},
      {absl::UnknownError("secret"), Reason::kInternal},
      {absl::InvalidArgumentError("secret"), Reason::kInternal},
      {absl::DeadlineExceededError("secret"), Reason::kDeadline},
      {absl::CancelledError("secret"), Reason::kDeadline},
      {absl::UnavailableError("secret"), Reason::kOverloaded},
  };
  for (const auto& [status, reason] : cases) {
    const ErrorInfo info = GetErrorInfo(status);
    EXPECT_EQ(info.reason, reason) << status;
    EXPECT_EQ((info.message_zh + info.message_en).find("secret"), std::string::npos);
    EXPECT_TRUE(info.field.empty());
    EXPECT_FALSE(HasReason(status, reason)) << "it was not made here";
  }
}

TEST(ReasonTest, HasReasonAsksForTheOneReason) {
  EXPECT_TRUE(HasReason(Error(Reason::kLineFull), Reason::kLineFull));
  EXPECT_FALSE(HasReason(Error(Reason::kLineFull), Reason::kTeamOverlap));
  EXPECT_FALSE(HasReason(absl::OkStatus(), Reason::kInternal));
}

}  // namespace
}  // namespace muster

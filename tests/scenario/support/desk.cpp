#include "tests/scenario/support/desk.h"

#include <nlohmann/json.hpp>

#include "muster/identity/v1/identity.pb.h"

namespace muster::testing {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string line = "muster";
  for (const std::string& word : words) {
    line += " " + word;
  }
  return line;
}

}  // namespace

std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

ProgramResult Desk::Type(std::vector<std::string> words, int exit_code) {
  words.emplace_back("--json");
  ProgramResult result = RunMuster(server_, words);
  EXPECT_EQ(result.exit_code, exit_code) << Joined(words) << "\n" << result.err << "\n" << server_.LogTail();
  return result;
}

void Desk::Refused(std::vector<std::string> words, const std::string& reason, int exit_code) {
  const ProgramResult result = Type(std::move(words), exit_code);
  const auto json = nlohmann::json::parse(result.err, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(json.is_object()) << result.err;
  EXPECT_EQ(json.value("reason", ""), reason) << result.err;
  EXPECT_NE(json.value("messageZh", ""), "") << result.err;
  EXPECT_NE(json.value("messageEn", ""), "") << result.err;
}

std::vector<std::string> Desk::As(const std::string& organization_id) {
  std::string& file = key_files_[organization_id];
  if (file.empty()) {
    const std::string login = "manager-" + std::to_string(key_files_.size());
    file = server_.file(login);
    Ask<identity::v1::Account>(
        {"account", "create", login, "--role", "organization_manager", "--org", organization_id, "--district", "3205"});
    Ask<identity::v1::CreateApiKeyResponse>({"key", "create", login, "--label", "scenario", "--out", file});
  }
  return {"--token-file", file};
}

}  // namespace muster::testing

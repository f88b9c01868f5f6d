#include "services/registry/core/credit_code.h"

#include <algorithm>
#include <array>

#include "muster/domain/reason.h"
#include "services/registry/core/half_width.h"

namespace muster::registry {
namespace {

/// GB 32100-2015: the value of a character is its place here (no I, O, S, V, Z).
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::array<int, 17> kWeights{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
/// GB 11714.
constexpr std::array<int, 8> kOrganizationWeights{3, 7, 9, 10, 5, 8, 4, 2};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int OrganizationValue(char c) { return IsDigit(c) ? c - '0' : c - 'A' + 10; }

bool HasForm(std::string_view code) {
  return code.size() == 18 &&
         std::all_of(code.begin(), code.end(), [](char c) { return kAlphabet.find(c) != std::string_view::npos; }) &&
         std::all_of(code.begin() + 2, code.begin() + 8, IsDigit);
}

}  // namespace

std::string NormalizeCreditCode(std::string_view text) {
  std::string code = HalfWidth(text);
  std::erase_if(code, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  std::transform(code.begin(), code.end(), code.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return code;
}

char CreditCodeCheck(std::string_view first_seventeen) {
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    sum += static_cast<int>(kAlphabet.find(first_seventeen[i])) * kWeights[i];
  }
  // A remainder of 0 gives 31, which stands for 0 again.
  return kAlphabet[static_cast<size_t>((31 - sum % 31) % 31)];
}

char OrganizationCodeCheck(std::string_view first_eight) {
  int sum = 0;
  for (size_t i = 0; i < kOrganizationWeights.size(); ++i) {
    sum += OrganizationValue(first_eight[i]) * kOrganizationWeights[i];
  }
  const int check = 11 - sum % 11;
  return check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
}

CreditCodeFault FindCreditCodeFault(std::string_view code) {
  if (!HasForm(code)) {
    return CreditCodeFault::kForm;
  }
  if (CreditCodeCheck(code.substr(0, 17)) != code[17]) {
    return CreditCodeFault::kCheck;
  }
  return OrganizationCodeCheck(code.substr(8, 8)) != code[16] ? CreditCodeFault::kOrganizationCheck
                                                              : CreditCodeFault::kNone;
}

absl::Status CheckCreditCode(std::string_view code, bool vouched, const std::string& field) {
  const CreditCodeFault fault = FindCreditCodeFault(code);
  if (fault == CreditCodeFault::kNone || (vouched && fault != CreditCodeFault::kForm)) {
    return absl::OkStatus();
  }
  if (fault == CreditCodeFault::kForm) {
    return ErrorWithTexts(Reason::kInvalidField, field,
                          "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。请核对证书。",
                          "A unified social credit code has 18 digits or capital letters (no I, O, S, V, Z). Check it "
                          "against the certificate.");
  }
  return ErrorWithTexts(
      Reason::kInvalidField, field,
      "统一社会信用代码的校验位不符，可能抄错了一位。请核对证书；若证书确实如此，由民政部门写明理由（credit_code_"
      "reason）后登记。",
      "The check character of the credit code does not fit; one character may be mistyped. Check it "
      "against the certificate; if that really shows it, the civil-affairs officer enters it with a reason "
      "(credit_code_reason).",
      {{"why", "check"}});
}

}  // namespace muster::registry

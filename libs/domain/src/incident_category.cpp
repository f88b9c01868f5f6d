#include "muster/domain/incident_category.h"

#include <algorithm>

#include "incident_data.h"
#include "muster/base/status_macros.h"
#include "tsv.h"

namespace muster {
namespace {

constexpr size_t kCodeLength = 5;

bool IsCode(std::string_view code) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return code.size() == kCodeLength && std::all_of(code.begin(), code.end(), is_digit) && code[0] >= '1' &&
         code[0] <= '4';
}

const IncidentCategory* Find(std::span<const IncidentCategory> categories, std::string_view code) {
  const auto found = std::find_if(categories.begin(), categories.end(),
                                  [&](const IncidentCategory& category) { return category.code == code; });
  return found == categories.end() ? nullptr : &*found;
}

}  // namespace

absl::StatusOr<std::vector<IncidentCategory>> ParseIncidentCategories(std::string_view text) {
  std::vector<IncidentCategory> categories;
  TsvReader reader("incident_categories.tsv", text, 4);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return categories;
    }
    IncidentCategory category{reader.Text(0), reader.Text(1) == "-" ? std::string_view() : reader.Text(1),
                              reader.Text(2), reader.Text(3)};
    if (!IsCode(category.code) || Find(categories, category.code) != nullptr) {
      return reader.Refuse(0, "代码应为五位数字，且不能重复", "a code is five digits, and its own");
    }
    const IncidentCategory* parent = Find(categories, category.parent);
    if (!category.parent.empty() && (parent == nullptr || parent->kind() != category.kind())) {
      return reader.Refuse(1, "上级代码未在前面出现", "the parent does not stand before it");
    }
    categories.push_back(category);
  }
}

std::span<const IncidentCategory> IncidentCategories() {
  // The unit test of this library shows that what is compiled in is in order.
  static const auto* const categories = new std::vector<IncidentCategory>(
      ParseIncidentCategories(kIncidentCategoriesText).value_or(std::vector<IncidentCategory>()));
  return *categories;
}

const IncidentCategory* FindIncidentCategory(std::string_view code) { return Find(IncidentCategories(), code); }

}  // namespace muster

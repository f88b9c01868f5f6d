#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/domain/incident_category.h"
#include "muster/domain/response_plan.h"

namespace muster {

/// The texts of incident_categories.tsv and response_plans.tsv; made by the build.
extern const std::string_view kIncidentCategoriesText;
extern const std::string_view kResponsePlansText;

/// What a text says. Views of it stay in the answer. Errors: INVALID_FIELD with file, line and column.
absl::StatusOr<std::vector<IncidentCategory>> ParseIncidentCategories(std::string_view text);
absl::StatusOr<std::vector<ResponsePlan>> ParseResponsePlans(std::string_view text);

}  // namespace muster

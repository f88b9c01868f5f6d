#pragma once

#include <gmock/gmock.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/domain/reason.h"

namespace muster::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

/// Matches a Status or StatusOr that is ok.
MATCHER(IsOk, "is ok") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

/// Matches an error with this reason.
MATCHER_P(HasReason, reason, "has reason " + std::string(muster::RowOf(reason).name)) {
  *result_listener << StatusOf(arg).ToString();
  return muster::HasReason(StatusOf(arg), reason);
}

#define ASSERT_OK(expr) ASSERT_THAT((expr), ::muster::testing::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT((expr), ::muster::testing::IsOk())

}  // namespace muster::testing

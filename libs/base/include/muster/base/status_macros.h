#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

/// Returns the status from the enclosing function when it is an error.
#define MUSTER_RETURN_IF_ERROR(expr)                                  \
  do {                                                                \
    if (absl::Status muster_status_ = (expr); !muster_status_.ok()) { \
      return muster_status_;                                          \
    }                                                                 \
  } while (false)

#define MUSTER_STATUS_CONCAT_INNER_(a, b) a##b
#define MUSTER_STATUS_CONCAT_(a, b) MUSTER_STATUS_CONCAT_INNER_(a, b)
#define MUSTER_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                  \
  if (!tmp.ok()) {                                    \
    return tmp.status();                              \
  }                                                   \
  lhs = std::move(tmp).value()

/// Assigns the value of a StatusOr to `lhs`, or returns its error from the enclosing function.
#define MUSTER_ASSIGN_OR_RETURN(lhs, expr) \
  MUSTER_ASSIGN_OR_RETURN_IMPL_(MUSTER_STATUS_CONCAT_(muster_statusor_, __LINE__), lhs, expr)

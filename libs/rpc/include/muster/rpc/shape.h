#pragma once

#include <google/protobuf/message.h>

#include "absl/status/status.h"

namespace muster::rpc {

/// Checks what holds for every message, from its descriptors: strings are UTF-8 without illegal characters and at
/// most `max_length` (field option, default 4,096) code points, fields and enum numbers are known, doubles are finite,
/// repeated fields have at most 10,000 elements, nesting at most 32. Errors: UNKNOWN_FIELD (its number for its name),
/// INVALID_FIELD, ILLEGAL_CHAR, TOO_LONG, OUT_OF_RANGE, each with the full path of the field in proto names
/// ("lines[2].note").
absl::Status CheckShape(const google::protobuf::Message& message);

/// Checks the field `request_id`, where the message has one: REQUEST_ID_REQUIRED when empty, INVALID_FIELD when it is
/// not a UUID.
absl::Status CheckRequestId(const google::protobuf::Message& message);

}  // namespace muster::rpc

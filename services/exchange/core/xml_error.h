#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::exchange {

/// XML_FORBIDDEN: `why` is a stable word for programs, the texts are for people.
absl::Status XmlForbidden(std::string_view why, std::string_view zh, std::string_view en, size_t offset);
/// XML_TOO_LARGE, in the same way.
absl::Status XmlTooLarge(std::string_view why, std::string_view zh, std::string_view en, size_t offset);
/// INVALID_FIELD for `content`: the bytes are not well-formed XML.
absl::Status XmlMalformed(size_t offset);

}  // namespace muster::exchange

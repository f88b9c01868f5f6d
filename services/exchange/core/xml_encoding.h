#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace muster::exchange {

/// The bytes of an XML document as UTF-8 without a byte order mark. Taken: UTF-8 and US-ASCII as they are; GB18030
/// (also declared as GBK or GB2312) and ISO-8859-1, converted. The encoding is what the XML declaration says, UTF-8
/// where it says nothing (XML 1.0, section 4.3.3). Errors, each with the byte offset: XML_FORBIDDEN for any other
/// encoding (UTF-16, UTF-32, UTF-7 among them), for a NUL byte, and for bytes that the encoding does not have.
absl::StatusOr<std::string> DecodeXml(std::string_view bytes);

}  // namespace muster::exchange

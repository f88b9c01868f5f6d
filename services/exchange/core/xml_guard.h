#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace muster::exchange {

/// What a document may hold at most.
struct XmlLimits {
  size_t document_bytes = size_t{4} << 20;
  size_t text_bytes = size_t{1} << 20;  ///< a text between two tags, a CDATA section, a comment or an attribute's value
  size_t name_bytes = 256;
  int depth = 32;       ///< the root has depth 1
  int nodes = 20'000;   ///< elements, texts that are not blank, CDATA sections and comments
  int attributes = 64;  ///< of one element
};

/// Looks over the bytes of a document before any tree is built of it, and gives them back as UTF-8, fit for a parser.
/// One pass, linear time, memory of the document's own size.
///
/// Errors, each with the offset of the byte at fault (in the UTF-8 form where the document had to be converted):
/// - XML_FORBIDDEN: any `<!` that is neither a comment nor CDATA (DOCTYPE, ENTITY, ...); any processing instruction but
///   the XML declaration at the start; an entity other than the five of XML and character references; XInclude; an
///   encoding other than those of DecodeXml; a character that XML does not have.
/// - XML_TOO_DEEP, XML_TOO_LARGE: past a limit.
/// - INVALID_FIELD (`content`): not well-formed. Names of end tags are left to the parser.
absl::StatusOr<std::string> GuardXml(std::string_view bytes, const XmlLimits& limits = {});

}  // namespace muster::exchange

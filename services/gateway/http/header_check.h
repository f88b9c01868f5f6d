#pragma once

#include <cstddef>
#include <string_view>

namespace muster::gateway {

struct HeaderLimits {
  size_t max_bytes = 8 * 1024;
  size_t max_fields = 64;
  size_t max_target = 2 * 1024;
};

/// The length of the header block at the start of `bytes`, with its empty line; 0 while it is not complete.
size_t HeaderLength(std::string_view bytes);

/// Looks at what has come so far of a header block: 0, or the status to refuse it with (400 for bytes that no header
/// holds, 431 when it is too long), so that nothing waits for the end of what will never be a request.
int CheckPartialHeader(std::string_view bytes, const HeaderLimits& limits);

/// Checks a complete block strictly (RFC 9112): 0, or the status to refuse it with. Whatever two parsers could read
/// differently is 400: bare CR or LF, NUL, folded lines, blanks in or after names, several or signed lengths, a length
/// together with chunks, codings other than chunked, several hosts. Also 414, 431, 501 for an unknown version.
int CheckHeader(std::string_view block, const HeaderLimits& limits);

}  // namespace muster::gateway

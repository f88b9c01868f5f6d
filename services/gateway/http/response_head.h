#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/gateway/http/http_types.h"

namespace muster::gateway {

/// How the body of a response is framed.
struct Framing {
  std::optional<size_t> length;  ///< absent: in chunks, or to the end of the connection for HTTP/1.0
  bool chunked = false;
  bool keep_alive = true;
};

/// "Bad Request".
std::string_view ReasonPhrase(int status);

/// The status line and all header lines with the empty line: the response's own, length or coding, date, connection,
/// and the security headers of every response (OWASP ASVS 5.0, 3.4 and 14.3).
std::string ResponseHead(const HttpResponse& response, const Framing& framing, std::string_view date);

/// An HTTP date (RFC 9110, section 5.6.7).
std::string HttpDate(Time time);

}  // namespace muster::gateway

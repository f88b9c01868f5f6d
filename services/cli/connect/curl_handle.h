#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::cli {

struct CurlHandleDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlHeadersDeleter {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};
using CurlHandle = std::unique_ptr<CURL, CurlHandleDeleter>;
using CurlHeaders = std::unique_ptr<curl_slist, CurlHeadersDeleter>;

/// A handle of its own for one connection.
CurlHandle NewCurlHandle();
CurlHeaders MakeCurlHeaders(const std::vector<std::string>& headers);

/// What every use sets: only http and https, no redirects, no signals, 5 s to connect.
void SetCommonOptions(CURL* handle, const std::string& url);

/// An error of the transfer in words that say what to do.
absl::Status CurlError(CURLcode code, const std::string& url);

}  // namespace muster::cli

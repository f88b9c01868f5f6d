#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "services/gateway/http/http_types.h"

namespace muster::gateway {

/// The console's files, read once at the start. A path is looked up among the names that were found, never opened: what
/// is not a file of the folder does not exist, however it is written. Immutable.
class Console {
 public:
  /// `folder` holds index.html, and beside a file NAME perhaps NAME.gz. Links are left out. Where there is no
  /// index.html the console is missing: every path of it says so.
  static Console Load(const std::string& folder);

  /// Whether a path is the console's: "/", "/console" and all below.
  static bool Owns(std::string_view path);
  bool is_missing() const { return files_.empty(); }
  /// The answer to a GET or HEAD of such a path: a file, index.html for the console's own routes, 404.
  HttpResponse Answer(const HttpRequest& request) const;

 private:
  struct File {
    std::string content_type;
    std::string_view caching;
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> gzip;  ///< null: there is none
  };
  static HttpResponse Send(const File& file, std::string_view accept_encoding);

  std::map<std::string, File, std::less<>> files_;  ///< by the path below "/console/"
};

}  // namespace muster::gateway

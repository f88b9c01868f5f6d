#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace muster::cli {

/// Which version of each object was seen last.
class SeenVersions {
 public:
  /// True when the object is new or has a later version than before, which is then remembered.
  bool IsNews(const std::string& id, int64_t version) {
    int64_t& seen = versions_[id];
    const bool news = version > seen;
    seen = news ? version : seen;
    return news;
  }

 private:
  std::map<std::string, int64_t> versions_;
};

}  // namespace muster::cli

#include "muster/rpc/paging.h"

#include <optional>

#include "muster/base/id.h"
#include "muster/domain/reason.h"
#include "muster/security/bytes.h"

namespace muster::rpc {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;

}  // namespace

absl::StatusOr<int> PageSize(int asked) {
  if (asked < 0 || asked > kMaxPageSize) {
    return Error(Reason::kBadPage, "page_size");
  }
  return asked == 0 ? kDefaultPageSize : asked;
}

std::string PageTokenAfter(const std::string& id) { return security::Base64UrlEncode(id); }

absl::StatusOr<std::string> IdOfPageToken(const std::string& token) {
  if (token.empty()) {
    return std::string();
  }
  const std::optional<std::string> id = security::Base64UrlDecode(token);
  if (!id || !IsUuid(*id)) {
    return Error(Reason::kBadCursor, "page_token");
  }
  return *id;
}

}  // namespace muster::rpc

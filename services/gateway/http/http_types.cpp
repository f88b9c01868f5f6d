#include "services/gateway/http/http_types.h"

namespace muster::gateway {

std::string_view HttpRequest::Header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) {
      return value;
    }
  }
  return {};
}

bool HttpRequest::Has(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) {
      return true;
    }
  }
  return false;
}

}  // namespace muster::gateway

#include "services/dispatch/store/list_sql.h"

namespace muster::dispatch {

using storage::Value;

std::string IsListed(const std::string& parameter, const std::string& column) {
  return "replace(" + parameter + ", ',' || " + column + " || ',', '') <> " + parameter;
}

std::string VisibleTo(const std::string& incident_column, const std::string& organization_predicate) {
  return "((length($1) > 0 AND (district_path = $1 OR substr(district_path, 1, length($1) + 1) = $1 || '/')) OR "
         "(length($2) > 0 AND " +
         organization_predicate + ") OR " + IsListed("$3", incident_column) + ")";
}

std::vector<Value> CallerParameters(const Principal& principal, Time now) {
  std::string grants;
  for (const IncidentGrant& grant : principal.incident_grants) {
    if (grant.expire_time > now) {
      grants += (grants.empty() ? "," : "") + grant.incident_id.value() + ",";
    }
  }
  return {principal.IsOfficial() ? principal.district_path : std::string(), principal.organization_id.value(), grants};
}

}  // namespace muster::dispatch

#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

/// The word that stands for the newest incident or request in place of an id.
constexpr char kLast[] = "last";

/// Reads an incident by its id, or the newest one.
absl::StatusOr<dispatch::v1::Incident> FindIncident(Session& session, const std::string& id);

/// Reads a request by its id, or the newest one.
absl::StatusOr<dispatch::v1::ResourceRequest> FindRequest(Session& session, const std::string& id);

/// `id`, or the newest incident's or request's where it is the word for that. Empty stays empty.
absl::StatusOr<std::string> ResolveIncidentId(Session& session, const std::string& id);
absl::StatusOr<std::string> ResolveRequestId(Session& session, const std::string& id);

/// Names of teams and organizations, each asked for once. An id that cannot be read names itself.
class Directory {
 public:
  explicit Directory(Session& session) : session_(session) {}
  const std::string& TeamName(const std::string& id);
  const std::string& OrganizationName(const std::string& id);

 private:
  Session& session_;
  std::map<std::string, std::string> teams_;
  std::map<std::string, std::string> organizations_;
};

}  // namespace muster::cli

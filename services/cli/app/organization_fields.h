#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

/// Fields of an organization as options, and a JSON file that holds more.
struct OrganizationFields {
  std::string name;
  std::string kind;
  std::string credit_code;
  std::string credit_code_reason;
  std::string filing_office;
  std::string filing_number;
  std::string district;
  std::string address;
  std::string contact_name;
  std::string contact_phone;
  std::string supervisor;
  std::string party_branch;
  std::vector<std::string> help;
  std::string fundraising_number;
  std::string fundraising_from;
  std::string fundraising_until;
  std::string registration_end;
  std::string rating_end;
  int rating = 0;
  std::string file;
  std::vector<std::string> clear;  ///< fields to be emptied
};

void BindFields(Commands& commands, Command app, OrganizationFields& fields);

/// The organization that the options and the file describe. Usage errors.
absl::StatusOr<registry::v1::Organization> OrganizationOf(const OrganizationFields& fields, Time now);

/// The fields that are given or to be emptied: what a change names. A usage error for none.
absl::StatusOr<google::protobuf::FieldMask> MaskOf(const OrganizationFields& fields,
                                                   const registry::v1::Organization& organization);

/// The organization as it is now.
absl::StatusOr<registry::v1::Organization> ReadOrganization(Session& session, const std::string& id);

}  // namespace muster::cli

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/app/context.h"
#include "services/cli/app/lookup.h"

namespace muster::cli {

/// Who acts in the story, each with a key of their own: the operator, the auditor, and organizations, for which
/// temporary accounts are made with the admin's key and disabled at the end.
class Cast {
 public:
  static absl::StatusOr<std::unique_ptr<Cast>> Gather(Context& context);
  /// Disables the temporary accounts; also done by the destructor.
  ~Cast();
  Cast(const Cast&) = delete;
  Cast& operator=(const Cast&) = delete;

  Session& duty_operator() { return *operator_; }
  Session& auditor() { return *auditor_; }
  Directory& names() { return names_; }

  /// A session of the organization's manager; made at the first call.
  absl::StatusOr<Session*> Manager(const std::string& organization_id);

 private:
  Cast(Context& context, std::unique_ptr<Session> duty_operator, std::unique_ptr<Session> auditor,
       std::unique_ptr<Session> admin);

  absl::StatusOr<std::unique_ptr<Session>> Hire(const std::string& organization_id);
  void Dismiss();

  Context& context_;
  const std::unique_ptr<Session> operator_;
  const std::unique_ptr<Session> auditor_;
  const std::unique_ptr<Session> admin_;
  Directory names_;
  std::map<std::string, std::unique_ptr<Session>> managers_;
  std::vector<std::string> account_ids_;
};

}  // namespace muster::cli

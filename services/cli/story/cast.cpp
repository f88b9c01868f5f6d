#include "services/cli/story/cast.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/accounts.h"

namespace muster::cli {

using identity::v1::Account;

absl::StatusOr<std::unique_ptr<Cast>> Cast::Gather(Context& context) {
  MUSTER_ASSIGN_OR_RETURN(auto duty_operator, context.OpenAs("operator"));
  MUSTER_ASSIGN_OR_RETURN(auto auditor, context.OpenAs("auditor"));
  MUSTER_ASSIGN_OR_RETURN(auto admin, context.OpenAs("admin"));
  return std::unique_ptr<Cast>(new Cast(context, std::move(duty_operator), std::move(auditor), std::move(admin)));
}

Cast::Cast(Context& context, std::unique_ptr<Session> duty_operator, std::unique_ptr<Session> auditor,
           std::unique_ptr<Session> admin)
    : context_(context),
      operator_(std::move(duty_operator)),
      auditor_(std::move(auditor)),
      admin_(std::move(admin)),
      names_(*operator_) {}

Cast::~Cast() { Dismiss(); }

absl::StatusOr<Session*> Cast::Manager(const std::string& organization_id) {
  auto& session = managers_[organization_id];
  if (session == nullptr) {
    MUSTER_ASSIGN_OR_RETURN(session, Hire(organization_id));
  }
  return session.get();
}

absl::StatusOr<std::unique_ptr<Session>> Cast::Hire(const std::string& organization_id) {
  registry::v1::GetOrganizationRequest request;
  request.set_id(organization_id);
  MUSTER_ASSIGN_OR_RETURN(const auto organization, operator_->Call<registry::v1::Organization>(request));
  Account wanted;
  wanted.set_login("demo-" + admin_->NewRequestId());
  wanted.add_roles("organization_manager");
  wanted.set_district_path(organization.district_path());
  wanted.set_organization_id(organization_id);
  MUSTER_ASSIGN_OR_RETURN(const Account account, CreateAccount(*admin_, wanted));
  account_ids_.push_back(account.id());
  MUSTER_ASSIGN_OR_RETURN(const auto key, CreateKey(*admin_, account.id(), "muster demo"));
  return context_.OpenWithKey(key.secret());
}

void Cast::Dismiss() {
  managers_.clear();
  for (const std::string& id : std::exchange(account_ids_, {})) {
    const auto account = FindAccount(*admin_, id);
    if (account.ok()) {
      identity::v1::DisableAccountRequest request;
      request.set_request_id(admin_->NewRequestId());
      request.set_id(id);
      request.set_expected_version(account->version());
      admin_->Call<Account>(request).IgnoreError();
    }
  }
}

}  // namespace muster::cli

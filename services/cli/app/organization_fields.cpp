#include "services/cli/app/organization_fields.h"

#include <utility>

#include "muster/wire/timestamp.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/input_file.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using registry::v1::Organization;

/// The end of something.
absl::Status SetTime(const std::string& text, Time now, google::protobuf::Timestamp* (Organization::*field)(),
                     Organization& into) {
  if (!text.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time time, ParseEnd(text, now));
    *(into.*field)() = ToTimestamp(time);
  }
  return absl::OkStatus();
}

absl::Status SetFundraising(const OrganizationFields& fields, Time now, Organization& into) {
  if (!fields.fundraising_from.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time from, ParseTime(fields.fundraising_from, now));
    *into.mutable_fundraising_valid()->mutable_start_time() = ToTimestamp(from);
  }
  if (!fields.fundraising_until.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(fields.fundraising_until, now));
    *into.mutable_fundraising_valid()->mutable_end_time() = ToTimestamp(until);
  }
  return absl::OkStatus();
}

void SetTexts(const OrganizationFields& fields, Organization& into) {
  const std::pair<const std::string*, std::string* (Organization::*)()> texts[] = {
      {&fields.name, &Organization::mutable_name},
      {&fields.credit_code, &Organization::mutable_credit_code},
      {&fields.credit_code_reason, &Organization::mutable_credit_code_reason},
      {&fields.filing_office, &Organization::mutable_filing_office},
      {&fields.filing_number, &Organization::mutable_filing_number},
      {&fields.district, &Organization::mutable_district_path},
      {&fields.address, &Organization::mutable_address},
      {&fields.contact_name, &Organization::mutable_contact_name},
      {&fields.contact_phone, &Organization::mutable_contact_phone},
      {&fields.supervisor, &Organization::mutable_supervisor},
      {&fields.party_branch, &Organization::mutable_party_branch},
      {&fields.fundraising_number, &Organization::mutable_fundraising_number}};
  for (const auto& [text, field] : texts) {
    if (!text->empty()) {
      *(into.*field)() = *text;
    }
  }
}

}  // namespace

void BindFields(Commands& commands, Command app, OrganizationFields& fields) {
  const auto option = [&](const char* name, auto& target, const Text& help) {
    return app.Option(name, target, commands.In(help));
  };
  option("--name", fields.name, {"登记的名称", "its registered name"});
  option("--kind", fields.kind, {"类型；可由信用代码得出", "its kind; the credit code may tell it"});
  option("--credit-code", fields.credit_code, {"统一社会信用代码", "unified social credit code"});
  option("--credit-code-reason", fields.credit_code_reason,
         {"校验位不符的代码为何采信（限民政人员）", "why a code whose check fails is accepted (officers)"});
  option("--filing-office", fields.filing_office, {"备案机关", "the office that filed it"});
  option("--filing-number", fields.filing_number, {"备案号", "its number there"});
  option("--district", fields.district, {"区划，如 3205/320508", "its district: 3205/320508"});
  option("--address", fields.address, {"地址", "its address"});
  option("--contact-name", fields.contact_name, {"联系人", "name of the contact"});
  option("--contact-phone", fields.contact_phone, {"联系电话", "phone of the contact"});
  option("--supervisor", fields.supervisor, {"业务主管单位", "the authority in charge of its work"});
  option("--party-branch", fields.party_branch, {"党组织", "its branch of the Party"});
  option("--help-offered", fields.help,
         {"提供的帮助（能力代码，可重复）", "a kind of help: a capability code (repeatable)"})
      .Repeatable();
  option("--fundraising-number", fields.fundraising_number, {"公开募捐资格证书号", "number of its public fundraising"});
  option("--fundraising-from", fields.fundraising_from, {"资格自", "valid from"});
  option("--fundraising-until", fields.fundraising_until, {"资格至", "valid until"});
  option("--registration-end", fields.registration_end, {"登记有效至", "end of its registration"});
  option("--rating", fields.rating, {"评估等级 1 至 5", "1 to 5 for 1A to 5A"}).Between(0, 5);
  option("--rating-end", fields.rating_end, {"等级有效至", "end of the rating"});
  option("--file", fields.file, {"Organization 的 JSON 文件", "a JSON file with an Organization"});
}

absl::StatusOr<Organization> OrganizationOf(const OrganizationFields& fields, Time now) {
  Organization organization;
  if (!fields.file.empty()) {
    MUSTER_RETURN_IF_ERROR(ReadJsonFile(fields.file, &organization));
  }
  SetTexts(fields, organization);
  if (!fields.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::OrganizationKind>(fields.kind));
    organization.set_kind(kind);
  }
  organization.mutable_help_offered()->Add(fields.help.begin(), fields.help.end());
  if (fields.rating > 0) {
    organization.set_rating(fields.rating);
  }
  MUSTER_RETURN_IF_ERROR(
      SetTime(fields.registration_end, now, &Organization::mutable_registration_end_time, organization));
  MUSTER_RETURN_IF_ERROR(SetTime(fields.rating_end, now, &Organization::mutable_rating_end_time, organization));
  MUSTER_RETURN_IF_ERROR(SetFundraising(fields, now, organization));
  return organization;
}

absl::StatusOr<google::protobuf::FieldMask> MaskOf(const OrganizationFields& fields, const Organization& organization) {
  google::protobuf::FieldMask mask;
  std::vector<const google::protobuf::FieldDescriptor*> given;
  organization.GetReflection()->ListFields(organization, &given);
  for (const auto* field : given) {
    if (field->name() != "id") {
      mask.add_paths(field->name());
    }
  }
  mask.mutable_paths()->Add(fields.clear.begin(), fields.clear.end());
  if (mask.paths().empty()) {
    return UsageError({"没有说要改什么。", "Nothing is said to change."});
  }
  return mask;
}

absl::StatusOr<Organization> ReadOrganization(Session& session, const std::string& id) {
  registry::v1::GetOrganizationRequest request;
  request.set_id(id);
  return session.Call<Organization>(request);
}

}  // namespace muster::cli

#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/registry_views.h"

namespace muster::cli {
namespace {

using registry::v1::Inspection;
using registry::v1::Organization;
using registry::v1::OrganizationChange;
using registry::v1::OrganizationStep;

std::string Rating(int rating) { return rating == 0 ? "" : std::to_string(rating) + "A"; }

std::string JoinedWords(const google::protobuf::RepeatedPtrField<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "" : ", ") + value;
  }
  return text;
}

std::string Fundraising(const Organization& organization) {
  if (organization.fundraising_number().empty()) {
    return {};
  }
  return organization.fundraising_number() + "  " + FormatTime(organization.fundraising_valid().start_time()) + " – " +
         FormatEnd(organization.fundraising_valid().end_time());
}

std::string InspectionText(const Output& output, const Inspection& inspection) {
  return std::to_string(inspection.year()) + " " + Readable(inspection.kind(), output.language()) + " " +
         Readable(inspection.result(), output.language()) + (inspection.note().empty() ? "" : "  " + inspection.note());
}

std::string Reasons(const Output& output, const registry::v1::DuplicatePair& pair) {
  std::string text;
  for (const int reason : pair.reasons()) {
    text +=
        (text.empty() ? "" : ", ") + Readable(static_cast<registry::v1::DuplicateReason>(reason), output.language());
  }
  return text;
}

/// The value that a request asks for, as people read it; "-" where the field is to be empty.
std::string ValueOf(const Output& output, const Organization& wished, const std::string& path) {
  const google::protobuf::FieldDescriptor* field = wished.GetDescriptor()->FindFieldByName(path);
  const google::protobuf::Reflection& reflection = *wished.GetReflection();
  if (field == nullptr || field->is_repeated()) {
    return "-";
  }
  if (path == "fundraising_valid" && wished.has_fundraising_valid()) {
    return FormatTime(wished.fundraising_valid().start_time()) + " – " +
           FormatEnd(wished.fundraising_valid().end_time());
  }
  if (path == "kind") {
    return Readable(wished.kind(), output.language());
  }
  if (path == "rating") {
    return wished.rating() == 0 ? "-" : Rating(wished.rating());
  }
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    const std::string text = reflection.GetString(wished, field);
    return text.empty() ? "-" : text;
  }
  if (path == "registration_end_time" && wished.has_registration_end_time()) {
    return FormatEnd(wished.registration_end_time());
  }
  return path == "rating_end_time" && wished.has_rating_end_time() ? FormatEnd(wished.rating_end_time()) : "-";
}

}  // namespace

void PrintOrganization(Output& output, const Organization& organization) {
  Card card;
  card.Add(output.In({"组织", "organization"}), organization.id());
  card.Add(output.In({"名称", "name"}), organization.name());
  card.Add(output.In({"类型", "kind"}), Readable(organization.kind(), output.language()));
  card.Add(output.In({"状态", "state"}), Readable(organization.state(), output.language()));
  card.Add(output.In({"信用代码", "credit code"}), organization.credit_code());
  card.Add(output.In({"备案机关", "filing office"}), organization.filing_office());
  card.Add(output.In({"备案号", "filing number"}), organization.filing_number());
  card.Add(output.In({"评估等级", "rating"}), Rating(organization.rating()));
  card.Add(output.In({"区划", "district"}), organization.district_path());
  card.Add(output.In({"地址", "address"}), organization.address());
  card.Add(output.In({"联系人", "contact"}), organization.contact_name() + " " + organization.contact_phone());
  card.Add(output.In({"登记有效至", "registered until"}), FormatEnd(organization.registration_end_time()));
  card.Add(output.In({"业务主管单位", "supervisor"}), organization.supervisor());
  card.Add(output.In({"提供的帮助", "help offered"}), JoinedWords(organization.help_offered()));
  card.Add(output.In({"党组织", "party branch"}), organization.party_branch());
  card.Add(output.In({"公开募捐资格", "public fundraising"}), Fundraising(organization));
  card.Add(output.In({"代码采信理由", "code accepted because"}), organization.credit_code_reason());
  for (const Inspection& inspection : organization.inspections()) {
    card.Add(output.In({"检查", "inspection"}), InspectionText(output, inspection));
  }
  card.Add(output.In({"失信至", "blacklisted until"}), FormatEnd(organization.blacklisted_until_time()));
  card.Add(output.In({"失信原因", "blacklisted because"}), organization.blacklist_reason());
  card.Add(output.In({"已并入", "merged into"}), organization.merged_into_id());
  card.Add(output.In({"版本", "version"}), std::to_string(organization.version()));
  output.Print(card);
}

void PrintOrganizations(Output& output, const registry::v1::ListOrganizationsResponse& reply) {
  Table table({output.In({"组织", "organization"}), output.In({"状态", "state"}), output.In({"等级", "rating"}),
               output.In({"区划", "district"}), output.In({"类型", "kind"}), output.In({"名称", "name"})});
  for (const Organization& organization : reply.organizations()) {
    table.Add({organization.id(), Readable(organization.state(), output.language()), Rating(organization.rating()),
               organization.district_path(), Readable(organization.kind(), output.language()), organization.name()});
  }
  output.Print(table);
}

void PrintOrganizationSteps(Output& output, const registry::v1::GetOrganizationHistoryResponse& reply) {
  Table table({output.In({"时间", "time"}), output.In({"做了什么", "what"}), output.In({"从", "from"}),
               output.In({"到", "to"}), output.In({"版本", "version"}), output.In({"账号", "account"}),
               output.In({"原因", "why"})});
  for (const OrganizationStep& step : reply.steps()) {
    table.Add({FormatTime(step.time()), ActionWord(step.action(), output.language()),
               Readable(step.from_state(), output.language()), Readable(step.to_state(), output.language()),
               std::to_string(step.version()), step.actor_id(), step.reason()});
  }
  output.Print(table);
}

void PrintOrganizationChange(Output& output, const OrganizationChange& change) {
  Card card;
  card.Add(output.In({"申请", "request"}), change.id());
  card.Add(output.In({"组织", "organization"}), change.organization_id());
  card.Add(output.In({"状态", "state"}), Readable(change.state(), output.language()));
  for (const std::string& path : change.update_mask().paths()) {
    card.Add(output.In({"改为", "change to"}), path + " = " + ValueOf(output, change.organization(), path));
  }
  card.Add(output.In({"原因", "why"}), change.reason());
  card.Add(output.In({"申请人", "asked by"}), change.author_id());
  card.Add(output.In({"审核人", "decided by"}), change.reviewer_id());
  card.Add(output.In({"审核意见", "decision"}), change.decision_reason());
  output.Print(card);
}

void PrintOrganizationChanges(Output& output, const registry::v1::ListOrganizationChangesResponse& reply) {
  Table table({output.In({"申请", "request"}), output.In({"组织", "organization"}), output.In({"状态", "state"}),
               output.In({"改为", "change to"}), output.In({"原因", "why"})});
  for (const OrganizationChange& change : reply.changes()) {
    std::string values;
    for (const std::string& path : change.update_mask().paths()) {
      values += (values.empty() ? "" : "; ") + path + " = " + ValueOf(output, change.organization(), path);
    }
    table.Add(
        {change.id(), change.organization_id(), Readable(change.state(), output.language()), values, change.reason()});
  }
  output.Print(table);
}

void PrintDuplicates(Output& output, const registry::v1::ListDuplicatesResponse& reply) {
  Table table({output.In({"组织", "organization"}), output.In({"状态", "state"}),
               output.In({"信用代码", "credit code"}), output.In({"区划", "district"}), output.In({"电话", "phone"}),
               output.In({"名称", "name"}), output.In({"为何", "why"})});
  for (const auto& pair : reply.pairs()) {
    for (const Organization* one : {&pair.first(), &pair.second()}) {
      table.Add({one->id(), Readable(one->state(), output.language()), one->credit_code(), one->district_path(),
                 one->contact_phone(), one->name(), one == &pair.first() ? Reasons(output, pair) : ""});
    }
  }
  output.Print(table);
}

}  // namespace muster::cli

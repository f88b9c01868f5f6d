#include "services/cli/output/people_views.h"

#include "services/cli/output/format.h"
#include "services/cli/output/names.h"

namespace muster::cli {
namespace {

using registry::v1::Application;
using registry::v1::Certificate;
using registry::v1::Membership;
using registry::v1::Recruitment;

/// "elder_care:2", or the name of another qualification.
std::string Shows(const Certificate& certificate) {
  if (certificate.capability().empty()) {
    return certificate.qualification();
  }
  return certificate.capability() + ":" + std::to_string(certificate.level());
}

std::string Places(const Recruitment& recruitment) {
  return std::to_string(recruitment.filled()) + "/" + std::to_string(recruitment.places());
}

std::string Title(const Output& output, const Recruitment& recruitment) {
  return In(recruitment.title(), output.language());
}

std::string Needed(const Recruitment& recruitment) {
  return FormatTime(recruitment.window().start_time()) + " – " + FormatTime(recruitment.window().end_time());
}

}  // namespace

void PrintUnmasked(Output& output, const registry::v1::UnmaskMemberResponse& reply) {
  Card card;
  card.Add(output.In({"成员", "member"}), reply.member_id());
  card.Add(output.In({"姓名", "name"}), reply.name());
  card.Add(output.In({"电话", "phone"}), reply.phone());
  card.Add(output.In({"证件", "identity number"}), reply.id_number());
  card.Add(output.In({"出生日期", "date of birth"}), reply.birth_date());
  card.Add(output.In({"监护人", "guardian"}), reply.guardian_name());
  card.Add(output.In({"监护人电话", "guardian's phone"}), reply.guardian_phone());
  card.Add(output.In({"保单号", "policy"}), reply.policy_number());
  output.Print(card);
}

void PrintCertificate(Output& output, const Certificate& certificate) {
  Card card;
  card.Add(output.In({"证书", "certificate"}), certificate.id());
  card.Add(output.In({"成员", "member"}), certificate.member_id());
  card.Add(output.In({"队伍", "team"}), certificate.team_id());
  card.Add(output.In({"内容", "shows"}), Shows(certificate));
  card.Add(output.In({"颁发单位", "issuer"}), certificate.issuer());
  card.Add(output.In({"编号", "number"}), certificate.number());
  card.Add(output.In({"有效期", "valid"}),
           FormatTime(certificate.valid_from_time()) + " – " + FormatEnd(certificate.valid_until_time()));
  card.Add(output.In({"状态", "state"}), Readable(certificate.state(), output.language()));
  card.Add(output.In({"吊销原因", "revoked because"}), certificate.revoke_reason());
  card.Add(output.In({"版本", "version"}), std::to_string(certificate.version()));
  output.Print(card);
}

void PrintCertificates(Output& output, const registry::v1::ListCertificatesResponse& reply) {
  Table table({output.In({"证书", "certificate"}), output.In({"状态", "state"}), output.In({"有效至", "valid until"}),
               output.In({"持有人", "holder"}), output.In({"内容", "shows"}), output.In({"版本", "version"})});
  for (const Certificate& certificate : reply.certificates()) {
    table.Add({certificate.id(), Readable(certificate.state(), output.language()),
               FormatEnd(certificate.valid_until_time()),
               certificate.member_id().empty() ? certificate.team_id() : certificate.member_id(), Shows(certificate),
               std::to_string(certificate.version())});
  }
  output.Print(table);
}

void PrintMembership(Output& output, const Membership& membership) {
  Card card;
  card.Add(output.In({"入队约定", "membership"}), membership.id());
  card.Add(output.In({"队伍", "team"}), membership.team_id());
  card.Add(output.In({"成员", "member"}), membership.member_id());
  card.Add(output.In({"状态", "state"}), Readable(membership.state(), output.language()));
  card.Add(output.In({"提出方", "asked by"}),
           membership.asked_by_team() ? output.In({"队伍", "the team"}) : output.In({"本人", "the person"}));
  card.Add(output.In({"原因", "reason"}), membership.reason());
  card.Add(output.In({"版本", "version"}), std::to_string(membership.version()));
  output.Print(card);
}

void PrintMemberships(Output& output, const registry::v1::ListMembershipsResponse& reply) {
  Table table({output.In({"入队约定", "membership"}), output.In({"状态", "state"}), output.In({"队伍", "team"}),
               output.In({"成员", "member"}), output.In({"版本", "version"})});
  for (const Membership& membership : reply.memberships()) {
    table.Add({membership.id(), Readable(membership.state(), output.language()), membership.team_id(),
               membership.member_id(), std::to_string(membership.version())});
  }
  output.Print(table);
}

void PrintRecruitment(Output& output, const Recruitment& recruitment) {
  Card card;
  card.Add(output.In({"招募", "recruitment"}), recruitment.id());
  card.Add(output.In({"名称", "title"}), Title(output, recruitment));
  card.Add(output.In({"组织", "organization"}), recruitment.organization_id());
  card.Add(output.In({"状态", "state"}), Readable(recruitment.state(), output.language()));
  card.Add(output.In({"名额", "places"}), Places(recruitment));
  card.Add(output.In({"能力", "capability"}), recruitment.capability());
  card.Add(output.In({"区划", "district"}), recruitment.district_path());
  card.Add(output.In({"时间", "needed"}), Needed(recruitment));
  card.Add(output.In({"要求", "screening"}), recruitment.screening());
  card.Add(output.In({"版本", "version"}), std::to_string(recruitment.version()));
  output.Print(card);
}

void PrintRecruitments(Output& output, const registry::v1::ListRecruitmentsResponse& reply) {
  Table table({output.In({"招募", "recruitment"}), output.In({"状态", "state"}), output.In({"名额", "places"}),
               output.In({"区划", "district"}), output.In({"名称", "title"})});
  table.AlignRight(2);
  for (const Recruitment& recruitment : reply.recruitments()) {
    table.Add({recruitment.id(), Readable(recruitment.state(), output.language()), Places(recruitment),
               recruitment.district_path(), Title(output, recruitment)});
  }
  output.Print(table);
}

void PrintApplication(Output& output, const Application& application) {
  Card card;
  card.Add(output.In({"报名", "application"}), application.id());
  card.Add(output.In({"招募", "recruitment"}), application.recruitment_id());
  card.Add(output.In({"成员", "member"}), application.member_id());
  card.Add(output.In({"状态", "state"}), Readable(application.state(), output.language()));
  card.Add(output.In({"原因", "reason"}), application.reason());
  card.Add(output.In({"版本", "version"}), std::to_string(application.version()));
  output.Print(card);
}

void PrintApplications(Output& output, const registry::v1::ListApplicationsResponse& reply) {
  Table table({output.In({"报名", "application"}), output.In({"状态", "state"}), output.In({"招募", "recruitment"}),
               output.In({"成员", "member"}), output.In({"版本", "version"})});
  for (const Application& application : reply.applications()) {
    table.Add({application.id(), Readable(application.state(), output.language()), application.recruitment_id(),
               application.member_id(), std::to_string(application.version())});
  }
  output.Print(table);
}

}  // namespace muster::cli

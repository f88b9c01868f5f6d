#include "services/cli/output/registry_views.h"

#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/readiness_views.h"

namespace muster::cli {
namespace {

using registry::v1::Member;
using registry::v1::Team;

std::string CapabilityText(const registry::v1::TeamCapability& capability) {
  std::string text = capability.capability();
  text += capability.level() == 0 ? "" : ":" + std::to_string(capability.level());
  return text;
}

std::string Capabilities(const Team& team) {
  std::string text;
  for (const auto& capability : team.capabilities()) {
    text += (text.empty() ? "" : ", ") + CapabilityText(capability);
  }
  return text;
}

std::string ConsentText(const Output& output, const registry::v1::Consent& consent) {
  const std::string text = consent.purpose() + " " + consent.text_version() + ", " + FormatTime(consent.given_time());
  return consent.has_withdrawn_time()
             ? text + output.In({"，撤回于 ", ", withdrawn "}) + FormatTime(consent.withdrawn_time())
             : text;
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "" : ", ") + value;
  }
  return text;
}

}  // namespace

void PrintTeam(Output& output, const Team& team) {
  Card card;
  card.Add(output.In({"队伍", "team"}), team.id());
  card.Add(output.In({"名称", "name"}), team.name());
  card.Add(output.In({"组织", "organization"}), team.organization_id());
  card.Add(output.In({"人数", "people"}), std::to_string(team.headcount()));
  card.Add(output.In({"区划", "district"}), team.district_path());
  card.Add(output.In({"驻地", "base"}), team.has_base_position() ? FormatPosition(team.base_position()) : "");
  if (team.has_current_position()) {
    card.Add(output.In({"最近位置", "last seen"}), PositionText(output, team.current_position(), SystemClock().Now()));
  }
  card.Add(output.In({"出行", "travels by"}), Readable(team.travel_mode(), output.language()));
  card.Add(output.In({"集结时间", "turnout"}), std::to_string(team.turnout_minutes()) + " min");
  card.Add(output.In({"最远", "range"}), team.range_km() == 0 ? "" : std::to_string(team.range_km()) + " km");
  card.Add(output.In({"可远程", "remote"}), team.works_remotely() ? output.In({"是", "yes"}) : "");
  card.Add(output.In({"语言", "languages"}), Joined(team.languages()));
  for (const auto& capability : team.capabilities()) {
    card.Add(output.In({"能力", "capability"}), CapabilityText(capability) + "  " +
                                                    FormatTime(capability.valid_from_time()) + " – " +
                                                    FormatEnd(capability.valid_until_time()));
  }
  card.Add(output.In({"装备", "equipment"}), EquipmentText(team.equipment()));
  card.Add(output.In({"限制", "does not do"}), LimitsText(output, team.limits()));
  card.Add(output.In({"合作组织", "partners"}), Joined(team.partner_organization_ids()));
  card.Add(output.In({"已邀请", "invited"}), Joined(team.invited_organization_ids()));
  card.Add(output.In({"已解散", "disbanded"}), team.disbanded() ? output.In({"是", "yes"}) : "");
  card.Add(output.In({"版本", "version"}), std::to_string(team.version()));
  output.Print(card);
}

void PrintTeams(Output& output, const registry::v1::ListTeamsResponse& reply) {
  Table table({output.In({"队伍", "team"}), output.In({"人数", "people"}), output.In({"区划", "district"}),
               output.In({"名称", "name"}), output.In({"能力", "capabilities"})});
  table.AlignRight(1);
  for (const Team& team : reply.teams()) {
    table.Add({team.id(), std::to_string(team.headcount()), team.district_path(), team.name(), Capabilities(team)});
  }
  output.Print(table);
}

void PrintMember(Output& output, const Member& member) {
  Card card;
  card.Add(output.In({"成员", "member"}), member.id());
  card.Add(output.In({"姓名", "name"}), member.name());
  card.Add(output.In({"电话", "phone"}), member.phone());
  card.Add(output.In({"证件", "identity number"}), member.id_number());
  card.Add(output.In({"组织", "organization"}), member.organization_id());
  card.Add(output.In({"队伍", "teams"}), Joined(member.team_ids()));
  card.Add(output.In({"技能", "skills"}), Joined(member.skills()));
  card.Add(output.In({"区划", "district"}), member.district_path());
  card.Add(output.In({"出生日期", "date of birth"}), member.birth_date());
  card.Add(output.In({"监护人", "guardian"}), member.guardian_name());
  card.Add(output.In({"保险", "insurance"}), member.insurance().insurer());
  for (const auto& consent : member.consents()) {
    card.Add(output.In({"同意", "consent"}), ConsentText(output, consent));
  }
  card.Add(output.In({"缺少", "missing"}), member.dispatch_consent_missing() && !member.has_erase_time()
                                               ? output.In({"调派同意（muster member consent record）",
                                                            "consent to be dispatched (muster member consent record)"})
                                               : "");
  card.Add(output.In({"已注销", "erased"}), FormatTime(member.erase_time()));
  card.Add(output.In({"版本", "version"}), std::to_string(member.version()));
  output.Print(card);
}

void PrintMembers(Output& output, const registry::v1::ListMembersResponse& reply) {
  Table table({output.In({"成员", "member"}), output.In({"姓名", "name"}), output.In({"电话", "phone"}),
               output.In({"区划", "district"}), output.In({"技能", "skills"})});
  for (const Member& member : reply.members()) {
    table.Add({member.id(), member.name(), member.phone(), member.district_path(), Joined(member.skills())});
  }
  output.Print(table);
}

void PrintCapabilities(Output& output, const registry::v1::ListCapabilitiesResponse& reply) {
  Table table({output.In({"代码", "code"}), output.In({"名称", "name"}), output.In({"上级", "part of"}),
               output.In({"分级", "graded"})});
  for (const auto& capability : reply.capabilities()) {
    table.Add({capability.code(), output.In({capability.name_zh(), capability.name_en()}), capability.parent(),
               capability.graded() ? "1-3" : ""});
  }
  output.Print(table);
}

}  // namespace muster::cli

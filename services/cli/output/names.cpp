#include "services/cli/output/names.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace muster::cli {
namespace {

/// Chinese words, by the full name of the value.
const std::map<std::string, std::string>& ChineseNames() {
  static const auto* names = new std::map<std::string, std::string>{
      {"MODE_REAL", "实战"},
      {"MODE_DRILL", "演练"},
      {"MODE_TEST", "测试"},
      {"PLACE_ON_SITE", "现场"},
      {"PLACE_REMOTE", "远程"},
      {"AGREEMENT_VOLUNTARY", "志愿服务"},
      {"AGREEMENT_PURCHASED_SERVICE", "政府购买服务"},
      {"AGREEMENT_MUTUAL_AID", "互助协议"},
      {"INCIDENT_STATE_PRE_ALERT", "预警"},
      {"INCIDENT_STATE_ACTIVE", "进行中"},
      {"INCIDENT_STATE_STANDING_DOWN", "收尾"},
      {"INCIDENT_STATE_CLOSED", "已结束"},
      {"INCIDENT_KIND_NATURAL_DISASTER", "自然灾害"},
      {"INCIDENT_KIND_ACCIDENT", "事故灾难"},
      {"INCIDENT_KIND_PUBLIC_HEALTH", "公共卫生事件"},
      {"INCIDENT_KIND_SOCIAL_SECURITY", "社会安全事件"},
      {"EVENT_GRADE_I", "Ⅰ级 特别重大"},
      {"EVENT_GRADE_II", "Ⅱ级 重大"},
      {"EVENT_GRADE_III", "Ⅲ级 较大"},
      {"EVENT_GRADE_IV", "Ⅳ级 一般"},
      {"WARNING_COLOR_RED", "红色"},
      {"WARNING_COLOR_ORANGE", "橙色"},
      {"WARNING_COLOR_YELLOW", "黄色"},
      {"WARNING_COLOR_BLUE", "蓝色"},
      {"QUANTITY_UNIT_PEOPLE", "人"},
      {"QUANTITY_UNIT_TEAMS", "支队伍"},
      {"QUANTITY_UNIT_EQUIPMENT", "件装备"},
      {"REQUEST_STATE_SUBMITTED", "待受理"},
      {"REQUEST_STATE_ACCEPTED", "已受理"},
      {"REQUEST_STATE_MERGED", "已并入"},
      {"REQUEST_STATE_REFUSED", "不受理"},
      {"REQUEST_STATE_CANCELLED", "已取消"},
      {"REQUEST_STATE_CLOSED", "已结束"},
      {"HELP_STATE_OFFERED", "待答复"},
      {"HELP_STATE_MATCHED", "已安排"},
      {"HELP_STATE_STANDBY", "待命"},
      {"HELP_STATE_THANKED", "已致谢"},
      {"HELP_STATE_WITHDRAWN", "已撤回"},
      {"LINE_STATE_OPEN", "待满足"},
      {"LINE_STATE_PARTLY_FILLED", "部分满足"},
      {"LINE_STATE_FILLED", "已满员"},
      {"LINE_STATE_CLOSED", "已结束"},
      {"LINE_STATE_CANCELLED", "已取消"},
      {"OFFER_STATE_INVITED", "已邀请"},
      {"OFFER_STATE_ACCEPTED", "已接受"},
      {"OFFER_STATE_PROVISIONAL", "有条件接受"},
      {"OFFER_STATE_DECLINED", "已谢绝"},
      {"OFFER_STATE_EXPIRED", "逾期未答"},
      {"OFFER_STATE_WITHDRAWN", "已撤回"},
      {"OFFER_STATE_STOOD_DOWN", "已解除待命"},
      {"ANSWERED_VIA_PORTAL", "本单位"},
      {"ANSWERED_VIA_PHONE", "电话"},
      {"ANSWERED_VIA_RADIO", "电台"},
      {"ANSWERED_VIA_PAPER", "书面"},
      {"COVER_STATE_NONE", "无保险"},
      {"COVER_STATE_DECLARED", "已申报保险"},
      {"COVER_STATE_BOUND", "已投保"},
      {"COVER_STATE_OVERRIDDEN", "值班员放行"},
      {"SHEET_CONTENT_ORGANIZATIONS", "组织"},
      {"SHEET_CONTENT_TEAMS", "队伍"},
      {"SHEET_CONTENT_MEMBERS", "成员"},
      {"SHEET_FORMAT_CSV", "CSV"},
      {"SHEET_FORMAT_XLSX", "XLSX"},
      {"SHEET_FORMAT_GEOJSON", "GeoJSON"},
      {"SHEET_ENCODING_UTF8", "UTF-8"},
      {"SHEET_ENCODING_GB18030", "GB18030"},
      {"IMPORT_MODE_ALL_OR_NOTHING", "全部或全不"},
      {"IMPORT_MODE_GOOD_ROWS", "只存合格的行"},
      {"IMPORT_STATE_PENDING", "等待中"},
      {"IMPORT_STATE_RUNNING", "进行中"},
      {"IMPORT_STATE_DONE", "已完成"},
      {"IMPORT_STATE_FAILED", "失败"},
      {"IMPORT_STATE_CANCELLED", "已取消"},
      {"DECLINE_REASON_NO_PEOPLE", "没有人手"},
      {"DECLINE_REASON_NO_EQUIPMENT", "缺少装备"},
      {"DECLINE_REASON_TOO_FAR", "路程太远"},
      {"DECLINE_REASON_UNSAFE", "危险过大"},
      {"DECLINE_REASON_NOT_INSURED", "没有保险"},
      {"DECLINE_REASON_BUSY", "另有任务"},
      {"DECLINE_REASON_OTHER", "其他"},
      {"ASSIGNMENT_STATE_RESERVED", "已预定"},
      {"ASSIGNMENT_STATE_MOBILIZING", "集结中"},
      {"ASSIGNMENT_STATE_EN_ROUTE", "途中"},
      {"ASSIGNMENT_STATE_ON_SCENE", "已到场"},
      {"ASSIGNMENT_STATE_WORKING", "工作中"},
      {"ASSIGNMENT_STATE_RELEASED", "已解除任务"},
      {"ASSIGNMENT_STATE_RETURNING", "返回中"},
      {"ASSIGNMENT_STATE_HOME", "已回家"},
      {"ASSIGNMENT_STATE_CANCELLED", "已取消"},
      {"ASSIGNMENT_STATE_NO_SHOW", "未到"},
      {"ASSIGNMENT_STATE_RECALLED", "已召回"},
      {"DISPATCH_HOW_INVITE", "邀请"},
      {"DISPATCH_HOW_DIRECT", "直接派出"},
      {"DELIVERY_STATE_QUEUED", "待发送"},
      {"DELIVERY_STATE_SENT", "已发送"},
      {"DELIVERY_STATE_DELIVERED", "已送达"},
      {"DELIVERY_STATE_READ", "已读"},
      {"DELIVERY_STATE_FAILED", "未能送达"},
      {"DOCUMENT_OUTCOME_APPLIED", "已采用"},
      {"DOCUMENT_OUTCOME_DUPLICATE", "重复"},
      {"DOCUMENT_OUTCOME_EXPIRED", "已过期"},
      {"DOCUMENT_OUTCOME_UNMATCHED", "无对应"},
      {"DOCUMENT_OUTCOME_KEPT_ONLY", "仅存档"},
      {"ORGANIZATION_KIND_ASSOCIATION", "社会团体"},
      {"ORGANIZATION_KIND_SERVICE_AGENCY", "社会服务机构"},
      {"ORGANIZATION_KIND_FOUNDATION", "基金会"},
      {"ORGANIZATION_KIND_FILED_GROUP", "备案社区社会组织"},
      {"ORGANIZATION_KIND_GOVERNMENT_RESCUE", "政府专业救援队"},
      {"ORGANIZATION_KIND_SOCIAL_WORK_STATION", "社工站"},
      {"ORGANIZATION_KIND_REQUESTING_UNIT", "需求单位"},
      {"ORGANIZATION_KIND_ENTERPRISE", "企业"},
      {"ORGANIZATION_STATE_DRAFT", "草稿"},
      {"ORGANIZATION_STATE_SUBMITTED", "已提交"},
      {"ORGANIZATION_STATE_UNDER_REVIEW", "审核中"},
      {"ORGANIZATION_STATE_APPROVED", "正常"},
      {"ORGANIZATION_STATE_SUSPENDED", "暂停"},
      {"ORGANIZATION_STATE_REVOKED", "撤销"},
      {"ORGANIZATION_STATE_WITHDRAWN", "退出"},
      {"INSPECTION_KIND_ANNUAL", "年检"},
      {"INSPECTION_KIND_SPOT", "抽查"},
      {"INSPECTION_RESULT_PASSED", "合格"},
      {"INSPECTION_RESULT_BASICALLY_PASSED", "基本合格"},
      {"INSPECTION_RESULT_FAILED", "不合格"},
      {"INSPECTION_RESULT_ABNORMAL_LIST", "列入活动异常名录"},
      {"ORGANIZATION_CHANGE_STATE_OPEN", "待审"},
      {"ORGANIZATION_CHANGE_STATE_APPROVED", "已批准"},
      {"ORGANIZATION_CHANGE_STATE_REFUSED", "未批准"},
      {"ORGANIZATION_CHANGE_STATE_WITHDRAWN", "已撤回"},
      {"DUPLICATE_REASON_CREDIT_CODE", "信用代码相同"},
      {"DUPLICATE_REASON_NAME", "名称相同"},
      {"DUPLICATE_REASON_PHONE", "联系电话相同"},
      {"CERTIFICATE_STATE_UNVERIFIED", "待核验"},
      {"CERTIFICATE_STATE_VERIFIED", "已核验"},
      {"CERTIFICATE_STATE_REVOKED", "已吊销"},
      {"MEMBERSHIP_STATE_ASKED", "待答复"},
      {"MEMBERSHIP_STATE_ACCEPTED", "在队"},
      {"MEMBERSHIP_STATE_DECLINED", "已谢绝"},
      {"MEMBERSHIP_STATE_LEFT", "已离队"},
      {"RECRUITMENT_STATE_OPEN", "招募中"},
      {"RECRUITMENT_STATE_CLOSED", "已结束"},
      {"APPLICATION_STATE_APPLIED", "待审核"},
      {"APPLICATION_STATE_ACCEPTED", "已录用"},
      {"APPLICATION_STATE_DECLINED", "未录用"},
      {"APPLICATION_STATE_WITHDRAWN", "已撤回"},
      {"TRAVEL_MODE_WALK", "步行"},
      {"TRAVEL_MODE_BICYCLE", "骑行"},
      {"TRAVEL_MODE_CAR", "小汽车"},
      {"TRAVEL_MODE_VAN", "货车"},
      {"TRAVEL_MODE_BUS", "大巴"},
      {"WEEKDAY_MONDAY", "周一"},
      {"WEEKDAY_TUESDAY", "周二"},
      {"WEEKDAY_WEDNESDAY", "周三"},
      {"WEEKDAY_THURSDAY", "周四"},
      {"WEEKDAY_FRIDAY", "周五"},
      {"WEEKDAY_SATURDAY", "周六"},
      {"WEEKDAY_SUNDAY", "周日"},
      {"SUBJECT_KIND_ORGANIZATION", "组织"},
      {"SUBJECT_KIND_TEAM", "队伍"},
      {"READINESS_LEVEL_READY", "已就绪"},
      {"READINESS_LEVEL_CAN_CONTRIBUTE", "可支援"},
      {"READINESS_LEVEL_NO_CAPACITY", "无余力"},
      {"REMINDER_KIND_CAPABILITY", "队伍的能力或等级"},
      {"REMINDER_KIND_RATING", "评估等级"},
      {"REMINDER_KIND_REGISTRATION", "登记证书"},
      {"REMINDER_KIND_CERTIFICATE", "人员或队伍的证书"},
      {"REMINDER_KIND_INSURANCE", "成员的保险"},
      {"REMINDER_KIND_INSPECTION", "年度检查"},
  };
  return *names;
}

/// Length of the prefix that every value of an enum carries, "ASSIGNMENT_STATE_": the zero's without "UNSPECIFIED".
size_t PrefixLength(const google::protobuf::EnumDescriptor* type) {
  constexpr std::string_view kZero = "UNSPECIFIED";
  const std::string& zero = type->value(0)->name();
  return zero.ends_with(kZero) ? zero.size() - kZero.size() : 0;
}

std::string Normalized(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return lower;
}

}  // namespace

std::string ShortName(const google::protobuf::EnumValueDescriptor* value) {
  return value->number() == 0 ? "" : Normalized(value->name().substr(PrefixLength(value->type())));
}

std::string ReadableName(const google::protobuf::EnumValueDescriptor* value, Language language) {
  if (language == Language::kChinese) {
    if (const auto found = ChineseNames().find(value->name()); found != ChineseNames().end()) {
      return found->second;
    }
  }
  std::string name = ShortName(value);
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string ActionWord(const std::string& method, Language language) {
  static const std::map<std::string, std::string> words{{"CreateOrganization", "登记"},
                                                        {"UpdateOrganization", "修改"},
                                                        {"SubmitOrganization", "提交"},
                                                        {"ReviewOrganization", "审核"},
                                                        {"BlacklistOrganization", "失信登记"},
                                                        {"RecordInspection", "记录检查"},
                                                        {"RequestOrganizationChange", "申请变更"},
                                                        {"ReviewOrganizationChange", "审核变更"},
                                                        {"WithdrawOrganizationChange", "撤回变更申请"},
                                                        {"MergeOrganizations", "合并"},
                                                        {"DismissDuplicate", "认定不重复"},
                                                        {"ImportSheet", "导入"},
                                                        {"ImportBatch", "导入"}};
  const auto found = words.find(method);
  return language == Language::kChinese && found != words.end() ? found->second : method;
}

const google::protobuf::EnumValueDescriptor* FindByShortName(const google::protobuf::EnumDescriptor* type,
                                                             std::string_view name) {
  const std::string wanted = Normalized(name);
  for (int i = 0; i < type->value_count(); ++i) {
    if (!wanted.empty() && ShortName(type->value(i)) == wanted) {
      return type->value(i);
    }
  }
  return nullptr;
}

std::string AllShortNames(const google::protobuf::EnumDescriptor* type) {
  std::string all;
  for (int i = 0; i < type->value_count(); ++i) {
    if (const std::string name = ShortName(type->value(i)); !name.empty()) {
      all += (all.empty() ? "" : ", ") + name;
    }
  }
  return all;
}

}  // namespace muster::cli

#include "muster/domain/reason.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"

namespace muster {
namespace {

using enum absl::StatusCode;

constexpr auto kTable = std::to_array<ReasonRow>({
    {Reason::kBadJson, "BAD_JSON", kInvalidArgument, "请求内容不是合法的 JSON（第 {offset} 字节附近）。请检查后重发。",
     "The body is not valid JSON (near byte {offset}). Correct it and send it again."},
    {Reason::kReadOnlyField, "READ_ONLY_FIELD", kInvalidArgument,
     "字段 {field} 由系统填写，不能修改。请从更新掩码中去掉它。",
     "Field {field} is set by the system. Remove it from the update mask."},
    {Reason::kQueryTooBroad, "QUERY_TOO_BROAD", kInvalidArgument, "查询范围太大。请增加条件后重试。",
     "The query is too broad. Add a condition and try again."},
    {Reason::kDeadlineRequired, "DEADLINE_REQUIRED", kInvalidArgument, "调用必须带截止时间，最长 30 秒。请设置后重试。",
     "The call needs a deadline of at most 30 seconds. Set one and try again."},
    {Reason::kUnknownField, "UNKNOWN_FIELD", kInvalidArgument, "没有名为 {field} 的字段。请检查字段名。",
     "There is no field named {field}. Check the name."},
    {Reason::kInvalidField, "INVALID_FIELD", kInvalidArgument, "字段 {field} 缺失或不符合要求。请填写正确的值。",
     "Field {field} is missing or not acceptable. Give a correct value."},
    {Reason::kOutOfRange, "OUT_OF_RANGE", kInvalidArgument, "字段 {field} 超出允许范围（{range}）。请改为范围内的值。",
     "Field {field} is out of range ({range}). Use a value inside it."},
    {Reason::kBadGeometry, "BAD_GEOMETRY", kInvalidArgument, "字段 {field} 的位置或图形不正确：{why}。请改正坐标。",
     "The position or shape in {field} is not valid: {why}. Correct the coordinates."},
    {Reason::kBadTime, "BAD_TIME", kInvalidArgument, "字段 {field} 的时间不正确：{why}。请改正时间。",
     "The time in {field} is not valid: {why}. Correct it."},
    {Reason::kInvalidPhone, "INVALID_PHONE", kInvalidArgument, "{field} 不是有效的电话号码。请核对后重新填写。",
     "{field} is not a valid phone number. Check it and enter it again."},
    {Reason::kInvalidId, "INVALID_ID", kInvalidArgument, "{field} 不是有效的证件号码。请核对后重新填写。",
     "{field} is not a valid identity number. Check it and enter it again."},
    {Reason::kTooLong, "TOO_LONG", kInvalidArgument, "字段 {field} 太长，最多 {limit} 个字符。请缩短。",
     "Field {field} is too long: at most {limit} characters. Shorten it."},
    {Reason::kIllegalChar, "ILLEGAL_CHAR", kInvalidArgument,
     "字段 {field} 含有不允许的控制字符或不可见字符。请删除后重试。",
     "Field {field} holds a control or invisible character. Remove it and try again."},
    {Reason::kRequestIdRequired, "REQUEST_ID_REQUIRED", kInvalidArgument,
     "修改操作必须带 request_id（UUID），以便安全重试。请添加。",
     "A change needs a request_id (UUID) so that it can be repeated safely. Add one."},
    {Reason::kBadPage, "BAD_PAGE", kInvalidArgument, "page_size 应为 1 到 500。请改正。",
     "page_size must be 1 to 500. Correct it."},
    {Reason::kBadCursor, "BAD_CURSOR", kInvalidArgument, "翻页标记或游标无效或已过期。请从头重新读取。",
     "The page token or cursor is not valid or has expired. Start again from the beginning."},
    {Reason::kBadSort, "BAD_SORT", kInvalidArgument, "不能按 {field} 排序。请换一个字段。",
     "Sorting by {field} is not offered. Choose another field."},
    {Reason::kXmlForbidden, "XML_FORBIDDEN", kInvalidArgument, "XML 文档含有不允许的内容（{why}）。请去掉后重发。",
     "The XML document holds something that is not allowed ({why}). Remove it and send it again."},
    {Reason::kXmlTooDeep, "XML_TOO_DEEP", kInvalidArgument, "XML 嵌套超过 {limit} 层。请简化文档。",
     "The XML is nested deeper than {limit} levels. Simplify the document."},
    {Reason::kXmlTooLarge, "XML_TOO_LARGE", kInvalidArgument, "XML 文档太大（{why}）。请拆分或精简。",
     "The XML document is too large ({why}). Split or shorten it."},
    {Reason::kUrlNotAllowed, "URL_NOT_ALLOWED", kInvalidArgument,
     "不允许使用这个网址。请使用公网 https 地址，或请管理员登记内网地址。",
     "This URL is not allowed. Use a public https address, or ask an administrator to register a private one."},
    {Reason::kAuthRequired, "AUTH_REQUIRED", kUnauthenticated,
     "需要登录或有效的密钥。请登录，或检查密钥是否完整、是否已吊销。",
     "Log in or present a valid key. Check that the key is complete and not revoked."},
    {Reason::kSessionExpired, "SESSION_EXPIRED", kUnauthenticated, "登录已过期。请重新登录。",
     "The session has expired. Log in again."},
    {Reason::kForbidden, "FORBIDDEN", kPermissionDenied, "您的角色不能执行 {action}。如有需要，请联系管理员。",
     "Your role may not do {action}. Ask an administrator if you need it."},
    {Reason::kCsrf, "CSRF", kPermissionDenied, "请求来自其他网站，已拒绝。请从本系统页面操作。",
     "The request came from another site and was refused. Use the pages of this system."},
    {Reason::kApprovalRequired, "APPROVAL_REQUIRED", kPermissionDenied, "这项操作需要第二人批准。请先申请批准。",
     "This action needs a second person's approval. Ask for it first."},
    {Reason::kNotFound, "NOT_FOUND", kNotFound, "没有找到，或您无权查看。请核对编号。",
     "Not found, or not visible to you. Check the id."},
    {Reason::kRequestIdReused, "REQUEST_ID_REUSED", kAlreadyExists,
     "这个 request_id 已用于另一个内容不同的请求。请换一个新的。",
     "This request_id was used for a different request. Use a new one."},
    {Reason::kDuplicate, "DUPLICATE", kAlreadyExists, "已有相同的记录（{field}）。请使用已有记录。",
     "The same record exists already ({field}). Use the existing one."},
    {Reason::kVersionConflict, "VERSION_CONFLICT", kAborted,
     "这条记录刚被他人修改，当前版本为 {current_version}。请刷新后重做。",
     "Someone changed this record meanwhile; its version is now {current_version}. Reload it and do your change "
     "again."},
    {Reason::kTeamOverlap, "TEAM_OVERLAP", kAborted, "队伍在 {start} 至 {end} 已有任务。请换一支队伍或换时间。",
     "The team is already booked from {start} to {end}. Choose another team or time."},
    {Reason::kLineFull, "LINE_FULL", kAborted, "这一行需求已经满员。可以登记为候补。",
     "This line is already filled. You may join its standby list."},
    {Reason::kIllegalTransition, "ILLEGAL_TRANSITION", kAborted, "不能从“{from}”变为“{to}”。现在允许：{allowed}。",
     "It cannot go from {from} to {to}. Allowed now: {allowed}."},
    {Reason::kOverAssigned, "OVER_ASSIGNED", kAborted,
     "需要 {requested}，已派 {assigned}，超出容差 {tolerance}。请减少数量。",
     "{requested} requested, {assigned} assigned: more than the tolerance of {tolerance}. Reduce the number."},
    {Reason::kRequestInProgress, "REQUEST_IN_PROGRESS", kAborted, "同一请求正在处理。请稍候再试。",
     "The same request is still running. Try again in a moment."},
    {Reason::kUnknownReference, "UNKNOWN_REFERENCE", kAborted,
     "引用的文档 {reference} 不存在。请核对引用，或改发新警报。",
     "The referenced document {reference} is not known. Check the reference, or send a new alert."},
    {Reason::kConfirmRequired, "CONFIRM_REQUIRED", kAborted,
     "将动员 {count} 人。确认无误后，请在 120 秒内用同一 request_id 带上 confirm_token 重发。",
     "This would mobilize {count} people. If that is meant, repeat it with the same request_id and the confirm_token "
     "within 120 seconds."},
    {Reason::kNotEligible, "NOT_ELIGIBLE", kFailedPrecondition,
     "队伍不符合条件：{rules}。请换一支队伍，或先解决这些问题。",
     "The team is not eligible: {rules}. Choose another team or resolve this first."},
    {Reason::kExpired, "EXPIRED", kFailedPrecondition, "已过期，不能再操作。请重新发起。",
     "It has expired. Start again."},
    {Reason::kRateLimited, "RATE_LIMITED", kResourceExhausted, "操作太频繁。请在 {retry_after_s} 秒后重试。",
     "Too many calls. Try again in {retry_after_s} seconds."},
    {Reason::kStoreBusy, "STORE_BUSY", kUnavailable, "数据库正忙，没有任何改动。请稍后重试。",
     "The database is busy; nothing was changed. Try again shortly."},
    {Reason::kStoreFull, "STORE_FULL", kUnavailable,
     "磁盘已满，暂不能保存。紧急时请用纸质表单，并通知系统管理员清理磁盘。",
     "The disk is full and nothing can be saved. Use the paper form if urgent, and tell the system administrator."},
    {Reason::kOverloaded, "OVERLOADED", kUnavailable, "系统繁忙，没有任何改动。请稍后重试。",
     "The system is overloaded; nothing was changed. Try again shortly."},
    {Reason::kDraining, "DRAINING", kUnavailable, "服务正在重启。请稍后重试。",
     "The service is restarting. Try again shortly."},
    {Reason::kDeadline, "DEADLINE", kDeadlineExceeded, "没有在限定时间内完成，结果未知。请用同一 request_id 重试。",
     "Not finished in time; the outcome is unknown. Repeat it with the same request_id."},
    {Reason::kInternal, "INTERNAL", kInternal, "系统内部错误。请重试；若再次出现，请把追踪编号告诉管理员。",
     "Internal error. Try again; if it happens again, give the trace id to the administrator."},
    {Reason::kInternalInvariant, "INTERNAL_INVARIANT", kInternal,
     "系统发现数据不一致，已停止这项操作并报警。请联系管理员。",
     "The system found its data inconsistent, stopped this operation and raised an alarm. Tell the administrator."},
    {Reason::kNotBuilt, "NOT_BUILT", kUnimplemented, "没有这个功能（{what}）。请查看接口文档。",
     "This is not offered ({what}). See the interface documentation."},
    {Reason::kAlreadyRunning, "ALREADY_RUNNING", kFailedPrecondition, "已有一个实例在使用 {what}。请先停止它。",
     "Another instance already uses {what}. Stop it first."},
});

constexpr std::string_view kPayloadUrl = "muster.error";
constexpr char kSeparator = '\x1f';

/// Appends a part of the payload; a separator inside it would make a fact of its own out of hostile input.
void AppendPart(std::string& payload, std::string_view part) {
  for (const char c : part) {
    payload += c == kSeparator ? ' ' : c;
  }
}

std::string FillIn(std::string_view text, const std::string& field,
                   const std::map<std::string, std::string>& metadata) {
  std::string filled;
  while (!text.empty()) {
    const size_t open = text.find('{');
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      filled += text;
      break;
    }
    filled += text.substr(0, open);
    const std::string key(text.substr(open + 1, close - open - 1));
    if (key == "field") {
      filled += field.empty() ? "-" : field;
    } else {
      const auto found = metadata.find(key);
      filled += found == metadata.end() ? "-" : found->second;
    }
    text.remove_prefix(close + 1);
  }
  return filled;
}

}  // namespace

std::span<const ReasonRow> ReasonTable() { return kTable; }

const ReasonRow& RowOf(Reason reason) { return kTable[static_cast<size_t>(reason)]; }

std::optional<Reason> ReasonFromName(std::string_view name) {
  for (const ReasonRow& row : kTable) {
    if (row.name == name) {
      return row.reason;
    }
  }
  return std::nullopt;
}

absl::Status Error(Reason reason, std::string field, std::map<std::string, std::string> metadata) {
  const ReasonRow& row = RowOf(reason);
  std::string zh = FillIn(row.message_zh, field, metadata);
  std::string en = FillIn(row.message_en, field, metadata);
  return ErrorWithTexts(reason, std::move(field), std::move(zh), std::move(en), std::move(metadata));
}

absl::Status ErrorWithTexts(Reason reason, std::string field, std::string message_zh, std::string message_en,
                            std::map<std::string, std::string> metadata) {
  const ReasonRow& row = RowOf(reason);
  absl::Status status(row.code, std::string(row.name) + ": " + message_en);
  std::string payload(row.name);
  for (const std::string* part : {&field, &message_zh, &message_en}) {
    payload += kSeparator;
    AppendPart(payload, *part);
  }
  for (const auto& [key, value] : metadata) {
    payload += kSeparator;
    AppendPart(payload, key);
    payload += kSeparator;
    AppendPart(payload, value);
  }
  status.SetPayload(std::string(kPayloadUrl), absl::Cord(payload));
  return status;
}

ErrorInfo GetErrorInfo(const absl::Status& status) {
  ErrorInfo info;
  const auto payload = status.GetPayload(std::string(kPayloadUrl));
  if (!payload.has_value()) {
    info.reason = status.code() == kDeadlineExceeded || status.code() == kCancelled ? Reason::kDeadline
                  : status.code() == kUnavailable                                   ? Reason::kOverloaded
                                                                                    : Reason::kInternal;
    info.message_zh = RowOf(info.reason).message_zh;
    info.message_en = RowOf(info.reason).message_en;
    return info;
  }
  std::vector<std::string> parts;
  std::string part;
  for (const char c : std::string(*payload)) {
    if (c == kSeparator) {
      parts.push_back(std::move(part));
      part.clear();
    } else {
      part += c;
    }
  }
  parts.push_back(std::move(part));
  parts.resize(std::max<size_t>(parts.size(), 4));
  info.reason = ReasonFromName(parts[0]).value_or(Reason::kInternal);
  info.field = std::move(parts[1]);
  info.message_zh = std::move(parts[2]);
  info.message_en = std::move(parts[3]);
  for (size_t i = 4; i + 1 < parts.size(); i += 2) {
    info.metadata[parts[i]] = parts[i + 1];
  }
  return info;
}

bool HasReason(const absl::Status& status, Reason reason) {
  return !status.ok() && status.GetPayload(std::string(kPayloadUrl)).has_value() &&
         GetErrorInfo(status).reason == reason;
}

}  // namespace muster

#include "services/notify/core/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

namespace muster::notify {
namespace {

/// China has one zone: UTC+8.
constexpr Duration kZone = std::chrono::hours(8);

constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Text At(Time time) {
  const auto local = std::chrono::floor<std::chrono::minutes>(time + kZone);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  const unsigned month = static_cast<unsigned>(date.month());
  const unsigned number = static_cast<unsigned>(date.day());
  const std::string hours = fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
  return {fmt::format("{}月{}日{}", month, number, hours), fmt::format("{} {} {}", number, kMonths[month - 1], hours)};
}

Text Day(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time + kZone);
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  const unsigned number = static_cast<unsigned>(date.day());
  return {fmt::format("{}年{}月{}日", year, month, number), fmt::format("{} {} {}", number, kMonths[month - 1], year)};
}

Text Name(const Expiry& expiry) {
  switch (expiry.what) {
    case Expiring::kCapability:
      return {"一支队伍的“" + expiry.capability.zh + "”证书或等级",
              "A team's certificate or grade in " + expiry.capability.en};
    case Expiring::kRating:
      return {"组织的评估等级", "The organization's rating"};
    case Expiring::kCertificate:
      return expiry.capability.zh.empty()
                 ? Text{"一份证书", "A certificate"}
                 : Text{"一份“" + expiry.capability.zh + "”证书", "A certificate in " + expiry.capability.en};
    case Expiring::kInsurance:
      return {"一名成员的保险", "A member's insurance"};
    case Expiring::kInspection:
      return {"组织的年度检查", "The organization's annual inspection"};
    case Expiring::kRegistration:
      break;
  }
  return {"组织的登记证书", "The organization's registration"};
}

/// "11月24日08:00至11月24日20:00，分2班"; empty without windows.
Text When(const std::vector<Span>& windows) {
  if (windows.empty()) {
    return {};
  }
  Span whole = windows.front();
  for (const Span& window : windows) {
    whole.start = std::min(whole.start, window.start);
    whole.end = std::max(whole.end, window.end);
  }
  const Text start = At(whole.start);
  const Text end = At(whole.end);
  Text when{start.zh + "至" + end.zh, start.en + " to " + end.en};
  if (windows.size() > 1) {
    when.zh += fmt::format("，分{}班", windows.size());
    when.en += fmt::format(", {} shifts", windows.size());
  }
  return when;
}

Text HowMany(int people) {
  return people > 1 ? Text{fmt::format("{}人", people), fmt::format("{} people", people)}
                    : Text{"一支队伍", "one team"};
}

/// "心理援助 12人，11月24日08:00至20:00".
Text Work(const News& news) {
  const Text many = HowMany(news.people);
  const Text when = When(news.windows);
  return {news.capability.zh + " " + many.zh + (when.zh.empty() ? "" : "，" + when.zh),
          news.capability.en + ", " + many.en + (when.en.empty() ? "" : ", " + when.en)};
}

Text Title(const News& news) {
  return news.incident_title.empty() ? Text{"本次事件", "this incident"}
                                     : Text{"「" + news.incident_title + "」", "\"" + news.incident_title + "\""};
}

Text Invitation(const News& news) {
  const Text title = Title(news);
  const Text work = Work(news);
  Text text{"请支援" + title.zh + "：" + work.zh + "。", "Please help at " + title.en + ": " + work.en + "."};
  if (news.answer_by) {
    const Text until = At(*news.answer_by);
    text.zh += "请于" + until.zh + "前答复。";
    text.en += " Answer by " + until.en + ".";
  }
  return text;
}

std::optional<Text> Unmarked(const News& news) {
  const Text title = Title(news);
  const Text work = Work(news);
  if (news.event == "OfferInvited") {
    return Invitation(news);
  }
  if (news.event == "OfferWithdrawn") {
    return Text{"对" + title.zh + "的邀请已撤回，请勿出发。",
                "The offer for " + title.en + " was withdrawn; do not set out."};
  }
  if (news.event == "OfferStoodDown") {
    return Text{title.zh + "所需已满，感谢响应，请解除待命。",
                title.en + " has what it needs. Thank you; please stand down."};
  }
  if (news.event == "OfferExpired") {
    return Text{"对" + title.zh + "的邀请已过答复时限。",
                "The time to answer the offer for " + title.en + " has passed."};
  }
  if (news.event == "AssignmentReserved") {
    return Text{"任务已确认：" + work.zh + "。请准备出发。",
                "Assignment confirmed: " + work.en + ". Please get ready to depart."};
  }
  if (news.event == "AssignmentCancelled") {
    return Text{"任务已取消：" + work.zh + "。请勿出发。", "Assignment cancelled: " + work.en + ". Do not set out."};
  }
  if (news.event == "AssignmentRecalled") {
    return Text{"请立即撤回：" + work.zh + "。到家后请签退。",
                "Come back at once: " + work.en + ". Check out when home."};
  }
  if (news.event == "AssignmentReleased") {
    return Text{"任务结束，可以返回：" + work.zh + "。到家后请签退。",
                "Released: " + work.en + ". Check out when home."};
  }
  if (news.event == "AssignmentNoShow") {
    return Text{"任务记为未到场：" + work.zh + "。如有误请联系值班室。",
                "Recorded as not arrived: " + work.en + ". If that is wrong, call the duty office."};
  }
  if (news.event == "AssignmentAlarmed") {
    return Text{"任务需要核实：" + work.zh + "。请联系值班室。",
                "Assignment needs checking: " + work.en + ". Call the duty office."};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Text> TextOf(const News& news) {
  std::optional<Text> text = Unmarked(news);
  if (text) {
    text->zh = std::string(TextMarkZh(news.mode)) + text->zh;
    text->en = std::string(TextMarkEn(news.mode)) + text->en;
  }
  return text;
}

Text TextOf(const Expiry& expiry) {
  const Text name = Name(expiry);
  const Text day = Day(expiry.end);
  if (expiry.what == Expiring::kInspection) {
    return {
        fmt::format("{}应于{}前完成，不足{}天。请及时办理。", name.zh, day.zh, expiry.days),
        fmt::format("{} is to be held by {}, within {} days. Please see to it in time.", name.en, day.en, expiry.days)};
  }
  return {fmt::format("{}有效期止于{}，不足{}天。请及时办理延续。", name.zh, day.zh, expiry.days),
          fmt::format("{} ends on {}, within {} days. Please renew it in time.", name.en, day.en, expiry.days)};
}

bool IsUrgent(const std::string& event) {
  static const std::set<std::string> urgent{"OfferInvited",        "OfferWithdrawn",     "AssignmentReserved",
                                            "AssignmentCancelled", "AssignmentRecalled", "AssignmentAlarmed"};
  return urgent.contains(event);
}

}  // namespace muster::notify

#include "services/cli/output/verify_view.h"

#include <algorithm>
#include <map>
#include <string>

#include "services/cli/output/format.h"

namespace muster::cli {
namespace {

using common::v1::VerifyResponse;

std::string Owners(const VerifyResponse& reply) {
  std::string owners;
  for (const std::string& owner : reply.owners()) {
    owners += (owners.empty() ? "" : ", ") + owner;
  }
  return owners;
}

/// An owner reports so many violations and no more.
constexpr int kMostOfAnOwner = 1000;

/// What a broken invariant means and what to do now.
struct Meaning {
  const char* invariant;
  const char* zh;
  const char* en;
};

constexpr Meaning kMeanings[] = {
    {"I1", "已确认的数据缺失。停止改动，从最近的备份核对这些对象。",
     "Something that was confirmed is missing. Compare these objects with the latest backup."},
    {"I2", "一支队伍被派到两处。先打电话确认队伍在哪里，再撤回其中一个任务。",
     "A team is booked in two places. Call the team, then release one of the assignments."},
    {"I3", "通知可能没有送达或重复送达。用 muster delivery list 查看，必要时打电话。",
     "A message may not arrive, or arrive twice. See muster delivery list; call where it matters."},
    {"I4", "数据与审计记录不符：可能有人绕过程序改动。运行 muster audit verify 并通知安全管理员。",
     "The data differs from the audit trail: it may have been changed past the program. Run muster audit verify and "
     "tell the security administrator."},
    {"I5", "数量对不上。派出更多队伍之前，核对这些需求的实际到场人数。",
     "Numbers do not add up. Check who is really there before sending more to these lines."},
    {"I6", "个人资料可能被别的组织看到。立即通知安全管理员。",
     "Another organization may see personal data. Tell the security administrator at once."},
    {"I7", "重复提交的请求可能生效两次。核对这些对象是否重复。",
     "A repeated request may take effect twice. Look whether these objects are doubled."},
    {"I8", "发出了没有发生过的事件。收到通知的组织可能需要更正。",
     "An event was told that did not happen. Those who were told may need a correction."},
    {"I10", "处理没有完成。用 muster alert show 查看，必要时重新提交。",
     "Work was not finished. See muster alert show; submit it again if needed."},
    {"I15", "演练与真实混淆。立即确认收到通知的人知道哪一个是真的。",
     "A drill and the real thing are mixed up. Make sure at once that those concerned know which it is."},
};

/// One line for every invariant that is broken: what it means and what to do.
void PrintMeanings(Output& output, const VerifyResponse& reply) {
  std::map<std::string, int> counts;
  for (const auto& violation : reply.violations()) {
    ++counts[violation.invariant()];
  }
  for (const Meaning& meaning : kMeanings) {
    if (const auto found = counts.find(meaning.invariant); found != counts.end()) {
      output.Line(found->first + " (" + std::to_string(found->second) + ")  " + output.In({meaning.zh, meaning.en}));
    }
  }
}

/// True when an owner has told as much as it tells, so there may be more.
bool MayBeMore(const VerifyResponse& reply) {
  std::map<std::string, int> counts;
  for (const auto& violation : reply.violations()) {
    ++counts[violation.owner()];
  }
  return std::any_of(counts.begin(), counts.end(), [](const auto& count) { return count.second >= kMostOfAnOwner; });
}

}  // namespace

void PrintVerified(Output& output, const VerifyResponse& reply) {
  const std::string rows = Thousands(reply.checked_rows());
  if (reply.violations().empty()) {
    output.Line(output.Paint(Color::kGreen, output.In({"全部成立", "all hold"})) + "  " +
                output.In({"查了 " + rows + " 行：" + Owners(reply), rows + " rows: " + Owners(reply)}));
    return;
  }
  Table table({output.In({"所属", "owner"}), output.In({"不变式", "invariant"}), output.In({"对象", "object"}),
               output.In({"问题", "problem"})});
  for (const auto& violation : reply.violations()) {
    table.Add({violation.owner(), violation.invariant(), violation.object_id(),
               output.In({violation.problem_zh(), violation.problem()})});
  }
  output.Print(table);
  if (MayBeMore(reply)) {
    output.Line(
        Text{"每个所属最多列出 1,000 条，可能还有更多。", "At most 1,000 of an owner are shown; there may be more."});
  }
  PrintMeanings(output, reply);
}

}  // namespace muster::cli

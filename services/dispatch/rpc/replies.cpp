#include "services/dispatch/rpc/replies.h"

#include <algorithm>
#include <vector>

#include "services/dispatch/rpc/convert.h"

namespace muster::dispatch {
namespace {

bool IsOnScene(const Assignment& assignment) {
  return assignment.state == AssignmentState::kOnScene || assignment.state == AssignmentState::kWorking;
}

/// Counts who is on scene, as far as the command has read the assignments.
void CountOnScene(const Facts& facts, std::vector<RequestLine>& lines) {
  for (RequestLine& line : lines) {
    line.on_scene = 0;
    for (const Assignment& assignment : facts.assignments) {
      line.on_scene += assignment.line_id == line.id && IsOnScene(assignment) ? assignment.fills : 0;
    }
  }
}

}  // namespace

v1::ResourceRequest RequestReply(const DispatchChanges& changes, const Facts& facts) {
  std::vector<RequestLine> lines = facts.lines;
  for (const Changed<RequestLine>& changed : changes.lines) {
    const auto known =
        std::find_if(lines.begin(), lines.end(), [&](const RequestLine& line) { return line.id == changed.after.id; });
    if (known != lines.end()) {
      *known = changed.after;
    } else {
      lines.push_back(changed.after);
    }
  }
  CountOnScene(facts, lines);
  return ToProto(changes.requests.front().after, lines);
}

}  // namespace muster::dispatch

#include <algorithm>

#include "tests/scenario/kill/evidence.h"

namespace muster::testing {
namespace {

/// The states in which objects begin.
const std::set<std::pair<std::string, std::string>> kFirstStates{
    {"incident", "pre_alert"}, {"incident", "active"},     {"resource_request", ""}, {"request_line", "open"},
    {"offer", "invited"},      {"assignment", "reserved"}, {"delivery", "queued"},   {"situation_report", ""}};

bool IsMove(const std::string& type, const std::string& from, const std::string& to) {
  return from == to || IsLegal(type, from, to);
}

std::string MoveName(const std::string& from, const std::string& to) { return from + " -> " + to; }

void CheckFirst(const AuditRecord& first, Problems& problems) {
  if (first.object_version() != 1) {
    problems.push_back(NameOf(first) + " is the first in the audit trail: versions were skipped");
  } else if (!first.from_state().empty() || !first.before_hash().empty() ||
             !kFirstStates.contains({first.object_type(), first.to_state()})) {
    problems.push_back(NameOf(first) +
                       " does not begin where its kind begins: " + MoveName(first.from_state(), first.to_state()));
  }
}

void CheckNext(const AuditRecord& before, const AuditRecord& next, Problems& problems) {
  if (next.object_version() > before.object_version() + 1) {
    problems.push_back(NameOf(next) + " follows version " + std::to_string(before.object_version()) +
                       " in the audit trail: versions were skipped");
  } else if (next.object_version() < before.object_version()) {
    problems.push_back(NameOf(next) + " follows version " + std::to_string(before.object_version()) +
                       " in the audit trail: it went back");
  } else if (next.from_state() != before.to_state() || next.before_hash() != before.after_hash()) {
    problems.push_back(NameOf(next) + " does not go on where the version before it ended");
  }
  if (!IsMove(next.object_type(), next.from_state(), next.to_state())) {
    problems.push_back(NameOf(next) + " is an illegal move: " + MoveName(next.from_state(), next.to_state()));
  }
  if (std::pair(next.time().seconds(), next.time().nanos()) <
      std::pair(before.time().seconds(), before.time().nanos())) {
    problems.push_back(NameOf(next) + " was audited at an earlier time than the version before it");
  }
}

/// What was found is what its record says.
void CheckRecorded(const Evidence& evidence, const Message& found, Problems& problems) {
  const auto records = evidence.changes.find(IdOf(found));
  if (records == evidence.changes.end()) {
    problems.push_back(NameOf(found) + " is not in the audit trail");
    return;
  }
  const AuditRecord& last = *records->second.back();
  if (VersionOf(found) > last.object_version()) {
    problems.push_back(NameOf(found) + " is newer than its last audit record: " + NameOf(last));
  } else if (VersionOf(found) == last.object_version() && AuditedState(found) != last.to_state()) {
    problems.push_back(NameOf(found) + " is " + StateOf(found) + " and was audited as " + last.to_state());
  }
}

/// "RequestLine" is "request_line" in the audit trail.
std::string TypeOf(const Message& object) {
  std::string type;
  for (const char letter : KindOf(object)) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    type += is_upper && !type.empty() ? "_" : "";
    type += is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return type;
}

/// What clients were told one after the other was legal, whatever the audit trail says.
void CheckTold(const Ledger::Versions& versions, Problems& problems) {
  for (auto next = versions.begin(); next != versions.end(); ++next) {
    const auto before = next == versions.begin() ? next : std::prev(next);
    const std::string from = StateOf(*before->second);
    const std::string to = StateOf(*next->second);
    if (next->first == before->first + 1 && !IsMove(TypeOf(*next->second), from, to)) {
      problems.push_back(NameOf(*next->second) + " was told to have made an illegal move: " + MoveName(from, to));
    }
  }
}

}  // namespace

void CheckMoves(const Evidence& evidence, Problems& problems) {
  const std::set<std::string> refused = evidence.ledger.refused();
  for (const auto& [id, records] : evidence.changes) {
    CheckFirst(*records.front(), problems);
    for (size_t i = 1; i < records.size(); ++i) {
      if (records[i]->object_version() != records[i - 1]->object_version()) {
        CheckNext(*records[i - 1], *records[i], problems);
      }
    }
    for (const AuditRecord* record : records) {
      if (refused.contains(record->request_id())) {
        problems.push_back(NameOf(*record) + " was changed by a refused request: " + record->request_id());
      }
    }
  }
  for (const auto& [id, found] : evidence.objects) {
    CheckRecorded(evidence, *found, problems);
  }
  for (const auto& [kind, objects] : evidence.acknowledged) {
    for (const auto& [id, versions] : objects) {
      CheckTold(versions, problems);
    }
  }
}

}  // namespace muster::testing

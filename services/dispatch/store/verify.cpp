#include "services/dispatch/store/verify.h"

#include "services/dispatch/store/tables.h"

namespace muster::dispatch {
namespace {

constexpr events::Problem kOtherMode{"模式（真实、演练、测试）与其事件不同",
                                     "has another mode (real, drill, test) than its incident"};

constexpr events::Forbidden kForbidden[] = {
    {"I1",
     "SELECT o.id FROM offer o WHERE o.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.id = "
     "o.assignment_id)",
     {"邀请已被接受，却没有任务", "accepted offer without its assignment"}},
    {"I2",
     "SELECT a.id FROM booking a JOIN booking b ON a.subject_id = b.subject_id AND a.mode = b.mode AND "
     "a.subject_kind = b.subject_kind AND a.id < b.id WHERE a.active = 1 AND b.active = 1 AND a.start_us < "
     "b.end_us AND b.start_us < a.end_us",
     {"与同一队伍的另一预订时间重叠", "booking overlaps another of the same team"}},
    {"I2",
     "SELECT b.id FROM booking b JOIN assignment a ON a.id = b.assignment_id WHERE b.active <> CASE WHEN a.state "
     "IN ('home', 'cancelled', 'no_show') THEN 0 ELSE 1 END",
     {"预订与其任务的状态不一致", "booking does not follow its assignment"}},
    {"I5",
     "SELECT id FROM request_line l WHERE filled <> (SELECT COALESCE(SUM(fills), 0) FROM assignment a WHERE "
     "a.line_id = l.id)",
     {"已满足数不等于各任务之和", "filled is not the sum of the line's assignments"}},
    {"I5",
     "SELECT id FROM request_line l WHERE state NOT IN ('closed', 'cancelled') AND (held <> (SELECT "
     "COALESCE(SUM(count_asked), 0) FROM offer o WHERE o.line_id = l.id AND o.state = 'provisional') OR asked <> "
     "(SELECT COALESCE(SUM(count_asked), 0) FROM offer o WHERE o.line_id = l.id AND o.state = 'invited'))",
     {"暂留数或邀请数不等于各邀请之和", "held or asked is not the sum of the line's offers"}},
    {"I5",
     "SELECT id FROM request_line l WHERE waiting <> (SELECT COUNT(*) FROM wave_candidate c WHERE c.line_id = l.id)",
     {"候补数与候补队伍不符", "waiting is not the number of teams that wait"}},
    {"I5",
     "SELECT id FROM request_line WHERE filled + held > quantity + quantity * tolerance_percent / 100",
     {"超过了需求及其允许的超额", "more than the tolerance allows"}},
    {"I1",
     "SELECT r.id FROM resource_request r WHERE r.state = 'merged' AND NOT EXISTS (SELECT 1 FROM resource_request o "
     "WHERE o.id = r.merged_into_id AND o.incident_id = r.incident_id)",
     {"已合并的需求没有指向同一事件的需求", "merged request without the request of its incident that it went into"}},
    {"I1",
     "SELECT l.id FROM request_line l JOIN resource_request r ON r.id = l.resource_request_id WHERE r.state = 'merged'",
     {"已合并的需求仍留有行", "line left behind by a merge"}},
    {"I1",
     "SELECT h.id FROM help h WHERE h.state = 'matched' AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.line_id = "
     "h.line_id AND o.team_id = h.team_id)",
     {"援助已安排，却没有邀请其队伍", "matched help whose team was not asked"}},
    {"I4",
     "SELECT o.id FROM offer o JOIN request_line l ON l.id = o.line_id JOIN resource_request r ON r.id = "
     "l.resource_request_id WHERE r.state IN ('submitted', 'refused')",
     {"未受理的需求已发出邀请", "offer of a request that no desk has taken on"}},
    {"I15", "SELECT t.id FROM help t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode", kOtherMode},
    {"I5",
     "SELECT id FROM assignment WHERE relieves_id <> '' AND check_in IS NULL AND fills <> 0",
     {"接替的队伍未到场就占了名额", "relief holds a place before it is there"}},
    {"I2",
     "SELECT n.id FROM assignment n LEFT JOIN assignment o ON o.id = n.redeployed_from_id WHERE n.redeployed_from_id "
     "<> '' AND (o.id IS NULL OR o.team_id <> n.team_id OR o.state NOT IN ('released', 'returning', 'home'))",
     {"调用前的任务没有结束", "redeployed from a duty that has not ended"}},
    {"I1",
     "SELECT s.id FROM situation_report s WHERE s.resource_request_id <> '' AND NOT EXISTS (SELECT 1 FROM "
     "resource_request r WHERE r.id = s.resource_request_id)",
     {"现场提出的需求没有成为需求单", "needs of a report without their request"}},
    {"I5",
     "SELECT p.dispatch_id FROM dispatch d JOIN dispatch_part p ON p.dispatch_id = d.id JOIN offer o ON o.id = "
     "p.part_id "
     "WHERE d.withdraw_us IS NOT NULL AND o.state IN ('invited', 'provisional')",
     {"派遣已撤回，仍有未了结的征询", "taken back, yet an offer of it is open"}},
    {"I5",
     "SELECT c.dispatch_id FROM wave_candidate c JOIN dispatch d ON d.id = c.dispatch_id WHERE d.withdraw_us IS NOT "
     "NULL",
     {"派遣已撤回，仍有其候补队伍", "taken back, yet a team of it waits to be asked"}},
    {"I15", "SELECT t.id FROM resource_request t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode",
     kOtherMode},
    {"I15", "SELECT t.id FROM request_line t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode",
     kOtherMode},
    {"I15", "SELECT t.id FROM offer t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode", kOtherMode},
    {"I15", "SELECT t.id FROM assignment t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode", kOtherMode},
    {"I15", "SELECT t.id FROM dispatch t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode", kOtherMode},
    {"I15", "SELECT t.id FROM situation_report t JOIN incident i ON i.id = t.incident_id WHERE t.mode <> i.mode",
     kOtherMode},
    {"I15",
     "SELECT b.id FROM booking b JOIN assignment a ON a.id = b.assignment_id JOIN incident i ON i.id = a.incident_id "
     "WHERE b.mode <> i.mode",
     kOtherMode},
};

}  // namespace

absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database) {
  events::StoreVerifier verifier;
  for (const events::Forbidden& forbidden : kForbidden) {
    verifier.Forbid(forbidden);
  }
  verifier.Audited(Incidents());
  verifier.Audited(ResourceRequests());
  verifier.Audited(RequestLines());
  verifier.Audited(Offers());
  verifier.Audited(Assignments());
  verifier.Audited(SituationReports());
  verifier.Audited(Helps());
  return verifier.Run(database);
}

}  // namespace muster::dispatch

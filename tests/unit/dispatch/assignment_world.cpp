#include "tests/unit/dispatch/dispatch_world.h"

namespace muster::dispatch {

using google::protobuf::Message;
using muster::testing::Always;
using muster::testing::GoodCall;

void DispatchWorld::AddAssignmentCalls(std::vector<GoodCall>& calls) {
  const std::string by = "operator";
  calls.push_back({"ExtendAssignment", by, [this]() -> std::unique_ptr<Message> {
                     const v1::Assignment before = NewAssignment(v1::ASSIGNMENT_STATE_RESERVED);
                     auto made = std::make_unique<v1::ExtendAssignmentRequest>();
                     made->set_id(before.id());
                     made->set_expected_version(before.version());
                     *made->add_windows() = Line(1, 20, 24).windows(0);
                     made->set_reason("the water rises");
                     made->set_rest_override_reason("nobody else is near");
                     return made;
                   }});
  calls.push_back({"RelieveAssignment", by, [this]() -> std::unique_ptr<Message> {
                     const v1::Assignment before = NewAssignment(v1::ASSIGNMENT_STATE_ON_SCENE);
                     auto made = std::make_unique<v1::RelieveAssignmentRequest>();
                     made->set_id(before.id());
                     made->set_expected_version(before.version());
                     made->set_team_id(NewTeam());
                     *made->mutable_relief_time() = In(15);
                     made->set_handover_note("mind the weir");
                     return made;
                   }});
  calls.push_back({"RedeployAssignment", by, [this]() -> std::unique_ptr<Message> {
                     const v1::Assignment before = NewAssignment(v1::ASSIGNMENT_STATE_ON_SCENE);
                     auto made = std::make_unique<v1::RedeployAssignmentRequest>();
                     made->set_id(before.id());
                     made->set_expected_version(before.version());
                     made->set_line_id(NewRequest().lines(0).id());
                     made->set_reason("the dyke breaks");
                     made->set_rest_override_reason("nobody else is near");
                     return made;
                   }});
  calls.push_back({"ConfirmWork", by, [this]() -> std::unique_ptr<Message> {
                     const v1::Assignment before = NewAssignment(v1::ASSIGNMENT_STATE_ON_SCENE);
                     auto made = std::make_unique<v1::ConfirmWorkRequest>();
                     made->set_id(before.id());
                     made->set_expected_version(before.version());
                     made->set_stage(v1::WORK_STAGE_ARRIVED);
                     made->set_headcount(9);
                     made->set_note("thank you");
                     return made;
                   }});
  const v1::Assignment assignment = NewAssignment(v1::ASSIGNMENT_STATE_RESERVED);
  v1::GetPassRequest pass;
  pass.set_assignment_id(assignment.id());
  calls.push_back({"GetPass", by, Always(pass)});
  calls.push_back({"GetPassKeys", by, Always(v1::GetPassKeysRequest())});
  v1::GetServiceRecordRequest record;
  record.set_team_id(assignment.team_id());
  calls.push_back({"GetServiceRecord", by, Always(record)});
}

}  // namespace muster::dispatch

#include "services/cli/app/advancing.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::AssignmentState;

template <class Request>
Request Begin(Session& session, const Assignment& current) {
  Request request;
  request.set_request_id(session.NewRequestId());
  request.set_id(current.id());
  request.set_expected_version(current.version());
  return request;
}

template <class Request>
absl::StatusOr<Assignment> EndWork(Session& session, const Assignment& current, const std::string& reason) {
  auto request = Begin<Request>(session, current);
  request.set_reason(reason);
  return session.Call<Assignment>(request);
}

}  // namespace

absl::StatusOr<Assignment> ReadAssignment(Session& session, const std::string& id) {
  dispatch::v1::GetAssignmentRequest request;
  request.set_id(id);
  return session.Call<Assignment>(request);
}

AssignmentState NextState(AssignmentState state) {
  switch (state) {
    case dispatch::v1::ASSIGNMENT_STATE_RESERVED:
      return dispatch::v1::ASSIGNMENT_STATE_MOBILIZING;
    case dispatch::v1::ASSIGNMENT_STATE_MOBILIZING:
      return dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE;
    case dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE:
      return dispatch::v1::ASSIGNMENT_STATE_ON_SCENE;
    case dispatch::v1::ASSIGNMENT_STATE_ON_SCENE:
      return dispatch::v1::ASSIGNMENT_STATE_WORKING;
    case dispatch::v1::ASSIGNMENT_STATE_WORKING:
      return dispatch::v1::ASSIGNMENT_STATE_RELEASED;
    case dispatch::v1::ASSIGNMENT_STATE_RELEASED:
    case dispatch::v1::ASSIGNMENT_STATE_RECALLED:
      return dispatch::v1::ASSIGNMENT_STATE_RETURNING;
    case dispatch::v1::ASSIGNMENT_STATE_RETURNING:
      return dispatch::v1::ASSIGNMENT_STATE_HOME;
    default:
      return state;
  }
}

absl::StatusOr<Assignment> MoveAssignment(Session& session, const Assignment& current, AssignmentState state,
                                          const MoveNotes& notes) {
  switch (state) {
    case dispatch::v1::ASSIGNMENT_STATE_ON_SCENE:
      return session.Call<Assignment>(Begin<dispatch::v1::CheckInRequest>(session, current));
    case dispatch::v1::ASSIGNMENT_STATE_HOME:
      return session.Call<Assignment>(Begin<dispatch::v1::CheckOutRequest>(session, current));
    case dispatch::v1::ASSIGNMENT_STATE_RELEASED:
      return EndWork<dispatch::v1::ReleaseAssignmentRequest>(session, current, notes.reason);
    case dispatch::v1::ASSIGNMENT_STATE_RECALLED:
      return EndWork<dispatch::v1::RecallAssignmentRequest>(session, current, notes.reason);
    default: {
      auto request = Begin<dispatch::v1::AdvanceAssignmentRequest>(session, current);
      request.set_state(state);
      request.set_cover_override_reason(notes.cover_override_reason);
      request.set_reason(notes.reason);
      return session.Call<Assignment>(request);
    }
  }
}

}  // namespace muster::cli

#pragma once

#include "absl/status/statusor.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "services/cli/app/context.h"

namespace muster::cli {

/// The dispatch that carries a plan out: for each line its teams, then its reserves for later waves (none when booked
/// at once). What is set in `changes` replaces that part of each line's wave policy; nothing set: lines ask as they do.
dispatch::v1::DispatchRequest DispatchOf(const dispatch::v1::ResourceRequest& request,
                                         const matching::v1::PlanRequestResponse& plan,
                                         const dispatch::v1::WavePolicy& changes, dispatch::v1::DispatchHow how);

/// The line of a request with this id; null when there is none.
const dispatch::v1::RequestLine* LineOf(const dispatch::v1::ResourceRequest& request, const std::string& id);

/// Sends a dispatch; when the server asks for a confirmation, asks the person (or takes --yes) and sends it again under
/// the same request_id. `request` gets its request_id here. Errors: CONFIRM_REQUIRED when the person says no.
absl::StatusOr<dispatch::v1::DispatchResponse> SendDispatch(Context& context, Session& session,
                                                            dispatch::v1::DispatchRequest request);

}  // namespace muster::cli

#pragma once

#include "absl/status/statusor.h"
#include "muster/base/status_macros.h"
#include "services/cli/app/context.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/connect/session.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// Sends a change with a request_id of its own and prints the reply.
template <class Response, class Request, class Print>
absl::StatusOr<ExitCode> Change(Context& context, Session& session, Request request, Print print) {
  request.set_request_id(session.NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Response reply, session.Call<Response>(request));
  context.output().json() ? context.output().Json(reply) : print(context.output(), reply);
  return ExitCode::kOk;
}

}  // namespace muster::cli

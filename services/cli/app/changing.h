#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/cli/app/context.h"
#include "services/cli/app/paging.h"

namespace muster::cli {

/// Sends a change with a request_id of its own and prints the reply.
template <class Response, class Request, class Print>
absl::StatusOr<ExitCode> Change(Context& context, Session& session, Request request, Print print) {
  request.set_request_id(session.NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Response reply, session.Call<Response>(request));
  context.output().json() ? context.output().Json(reply) : print(context.output(), reply);
  return ExitCode::kOk;
}

/// Lists at most `limit` objects and prints them.
template <class Response, class Request, class Print>
absl::StatusOr<ExitCode> PrintList(Context& context, const Request& request, int limit, Print print) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<Response>(*session, request, limit));
  context.output().json() ? context.output().Json(reply) : print(context.output(), reply);
  return ExitCode::kOk;
}

}  // namespace muster::cli

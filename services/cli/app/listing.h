#pragma once

#include "absl/status/statusor.h"
#include "muster/base/status_macros.h"
#include "services/cli/app/context.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// Lists at most `limit` objects and prints them.
template <class Response, class Request, class Print>
absl::StatusOr<ExitCode> PrintList(Context& context, const Request& request, int limit, Print print) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<Response>(*session, request, limit));
  context.output().json() ? context.output().Json(reply) : print(context.output(), reply);
  return ExitCode::kOk;
}

}  // namespace muster::cli

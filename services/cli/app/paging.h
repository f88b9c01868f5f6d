#pragma once

#include <algorithm>

#include "absl/status/statusor.h"
#include "muster/base/status_macros.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

constexpr int kLargestPage = 500;

/// The number of rows of a page: the length of its first repeated field.
int RowsOf(const google::protobuf::Message& page);

/// Reads pages until `limit` rows are there or none are left, as one reply; its next_page_token reads on.
template <class Response, class Request>
absl::StatusOr<Response> CollectPages(Session& session, Request request, int limit) {
  Response all;
  do {
    request.set_page_size(std::min(limit - RowsOf(all), kLargestPage));
    MUSTER_ASSIGN_OR_RETURN(Response page, session.Call<Response>(request));
    all.clear_next_page_token();
    all.MergeFrom(page);
    request.set_page_token(all.next_page_token());
  } while (!all.next_page_token().empty() && RowsOf(all) < limit);
  return all;
}

}  // namespace muster::cli

#pragma once

#include "absl/status/statusor.h"
#include "muster/base/work_pool.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/method_table.h"
#include "services/registry/core/import_rules.h"
#include "services/registry/rpc/handlers.h"

namespace muster::registry {

/// Stores batches of rows (ImportBatch): encrypts the people on several threads, then submits one command.
class ImportHandler {
 public:
  /// `tools` must outlive it.
  ImportHandler(const Tools& tools, int seal_threads);

  void Register(rpc::MethodTable& table);

 private:
  void Import(const rpc::Call& call, const v1::ImportBatchRequest& request, rpc::Reply<v1::ImportBatchResponse> reply);
  absl::StatusOr<ImportBatch> Convert(const v1::ImportBatchRequest& request);
  /// Converts and seals the members of `request`, on the pool.
  absl::Status SealMembers(const v1::ImportBatchRequest& request, std::vector<Member>& into);

  const Tools& tools_;
  const int threads_;
  WorkPool pool_;
};

}  // namespace muster::registry

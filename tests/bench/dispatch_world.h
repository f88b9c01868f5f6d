#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "muster/base/random.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/events/feed.h"
#include "muster/rpc/method_table.h"
#include "muster/security/confirm_token.h"
#include "muster/security/text_sealer.h"
#include "muster/storage/database.h"
#include "services/dispatch/rpc/dispatch_service.h"
#include "tests/bench/bench_store.h"

namespace muster::bench {

/// Stored replies are sealed, as in the product.
class SealedReplies final : public storage::ReplyCipher {
 public:
  absl::StatusOr<std::string> Seal(const std::string& plain) override { return sealer_.Seal(plain); }
  absl::StatusOr<std::string> Open(const std::string& sealed) override {
    return std::string(sealer_.Open(sealed).value().Reveal());
  }

 private:
  security::TextSealer sealer_{security::KeyRing::Generate(SystemRandom()), "stored reply", SystemRandom()};
};

/// A call of the use case, ready to be made.
struct Job {
  std::string method;
  std::shared_ptr<const google::protobuf::Message> request;
};

/// Acceptances of offers, and direct dispatches of one team each; all concern different teams.
struct Jobs {
  std::vector<Job> acceptances;
  std::vector<Job> dispatches;
};

/// The organization that every team belongs to, and the operator.
Principal Manager();
Principal Operator();
/// Who makes this call.
Principal CallerOf(const Job& job);

/// The dispatch service over a database.
class Host {
 public:
  /// `wrap` may put another database between the service and the store's.
  explicit Host(BenchStore& store,
                const std::function<std::unique_ptr<storage::Database>(storage::Database&)>& wrap = nullptr);

  /// Calls without waiting. `done` runs on a thread of the database and must not block.
  void Start(const Job& job, std::function<void(absl::Status)> done);
  /// Makes all calls with this many in flight; ends the program at the first that is refused.
  void RunAll(const std::vector<Job>& jobs, int in_flight);
  /// Calls and waits.
  template <class Response>
  Response Call(const Principal& by, const std::string& method, const google::protobuf::Message& request);

  storage::Database& database() { return *database_; }
  rpc::MethodTable& table() { return table_; }

 private:
  SealedReplies replies_;
  security::ConfirmTokens confirm_tokens_{security::KeyRing::Generate(SystemRandom())};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Database> wrapped_;
  std::unique_ptr<events::FeedReader> feed_;
  std::unique_ptr<dispatch::DispatchService> service_;
  rpc::MethodTable table_;
};

/// Fills a database with `count` open offers and `count` requests that nobody was sent to, and makes the calls that
/// settle them. The database is complete and closed when this returns.
Jobs MakeWorld(BenchStore& store, int count);

}  // namespace muster::bench

#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/base/random.h"
#include "muster/events/feed.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/peer.h"
#include "muster/storage/database.h"
#include "services/exchange/core/incident_draft.h"
#include "services/exchange/core/xml_guard.h"
#include "services/exchange/rpc/convert.h"
#include "services/exchange/rpc/incident_writer.h"
#include "services/exchange/store/document_commands.h"
#include "services/exchange/store/document_quota.h"
#include "services/exchange/store/document_store.h"

namespace muster::exchange {

struct ExchangeOptions {
  XmlLimits limits;
  /// Accounts whose documents are read strictly where a call does not say how.
  std::set<std::string> strict_accounts;
  /// How long a call of dispatch may take.
  Duration dispatch_timeout = std::chrono::seconds(4);
  /// A document that is not done is left to the call that brought it for so long.
  Duration grace = std::chrono::seconds(10);
  /// What one account may have kept in a day; see DocumentQuota.
  int64_t bytes_per_day = int64_t{256} * 1024 * 1024;
};

/// The exchange service: documents of city systems, and the incidents that they make and change. A document is kept
/// first, then its effect is asked of dispatch, then it is marked as done; what a crash or an outage interrupts, Step
/// carries on. The program that wires it opens the database with the migration sets "common", "events" and this
/// service's (tables.h), registers it, and drives Step by a thread. Thread-safe; Step for one thread at a time.
class ExchangeService {
 public:
  struct Dependencies {
    storage::Database& database;
    rpc::Peer& dispatch;
    const Clock& clock;
    Random& random;
    /// This service's own access token (role service, over the whole city).
    IncidentWriter::Token token;
    ExchangeOptions options = {};
  };

  /// All dependencies must outlive it.
  explicit ExchangeService(Dependencies dependencies);

  /// Serves muster.exchange.v1.ExchangeService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);
  /// Serves the feed, the audit trail and the invariants of the owner "exchange"; as Register.
  void RegisterOwner(rpc::OwnerRouter& router);

  /// Carries on what was kept and is not done, oldest first; what fails is tried again after 1, 2, 4, ... 60 s. Answers
  /// how long it may sleep.
  Duration Step(Time now);

 private:
  /// When a document that failed is tried again.
  struct Retry {
    Duration wait{};
    Duration next{};  ///< Clock::Steady()
  };

  absl::StatusOr<pb::SubmitDocumentResponse> Submit(const rpc::Call& call, const pb::SubmitDocumentRequest& request);
  absl::StatusOr<pb::Document> Get(const rpc::Call& call, const pb::GetDocumentRequest& request);
  absl::StatusOr<pb::ListDocumentsResponse> List(const rpc::Call& call, const pb::ListDocumentsRequest& request);

  absl::StatusOr<ReceivedCap> Receive(const rpc::Call& call, const pb::SubmitDocumentRequest& request) const;
  /// Does what a kept document asks for, unless another thread is at it. An error: not done yet.
  absl::Status Carry(const DocumentId& id, bool again);
  absl::Status CarryClaimed(const DocumentId& id, bool again);
  absl::StatusOr<DocumentEnd> Apply(const DocumentRecord& document, bool again);
  absl::StatusOr<DocumentEnd> ApplyToOrigin(const DocumentRecord& document, bool again);
  absl::StatusOr<IncidentDraft> DraftOf(const DocumentRecord& document);
  void TryAgain(const DocumentRecord& document, Time now);
  bool Claim(const DocumentId& id) MUSTER_EXCLUDES(mutex_);
  void Release(const DocumentId& id) MUSTER_EXCLUDES(mutex_);

  const Dependencies dependencies_;
  DocumentStore store_;
  events::FeedReader feed_;
  DocumentQuota quota_;
  IncidentWriter writer_;
  Mutex mutex_;
  std::set<DocumentId> claimed_ MUSTER_GUARDED_BY(mutex_);
  std::map<DocumentId, Retry> retries_;  ///< of Step alone
};

}  // namespace muster::exchange

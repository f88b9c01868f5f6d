#pragma once

#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/base/work_pool.h"
#include "muster/events/feed.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/security/blind_index.h"
#include "muster/security/field_cipher.h"
#include "muster/storage/database.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/import_handler.h"
#include "services/registry/rpc/import_methods.h"
#include "services/registry/rpc/import_worker.h"
#include "services/registry/store/import_store.h"
#include "services/registry/store/person_sealer.h"
#include "services/registry/store/registry_store.h"

namespace muster::registry {

/// The registry: who can do what, in what standing, and who is free. The program that wires it opens the database with
/// the migration sets "common", the events' and this service's (store/tables.h). Thread-safe.
class RegistryService {
 public:
  struct Dependencies {
    storage::Database& database;
    const Clock& clock;
    Random& random;  ///< cryptographic
    const security::FieldCipher& cipher;
    const security::BlindIndex& blind_index;
    int seal_threads = 2;                                   ///< threads that encrypt what is imported
    Duration readiness_time = std::chrono::hours(24 * 30);  ///< how long a declaration holds that does not say
  };

  /// All dependencies must outlive it.
  explicit RegistryService(Dependencies dependencies);

  /// Serves muster.registry.v1.RegistryService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);
  /// Serves the feed, the audit trail and the invariants of the owner "registry"; as Register.
  void RegisterOwner(rpc::OwnerRouter& router);

  /// The owner's feed, for consumers in the same process.
  events::FeedSource& feed() { return feed_; }

  /// Works on imports of sheets, and drops uploads that are too old; each for one thread at a time, on the leader of
  /// the database. They answer how long to sleep before the next step.
  Duration StepImport(Time now) { return worker_.Step(now); }
  Duration StepUploads(Time now) { return sweeper_.Step(now); }

 private:
  const PersonSealer sealer_;
  const RegistryStore store_;
  const Tools tools_;
  const Duration readiness_time_;
  events::FeedReader feed_;
  ImportHandler import_;
  const PartSealer parts_;
  const ImportStore import_store_;
  const ImportTools import_tools_;
  ImportWorker worker_;
  UploadSweeper sweeper_;
};

}  // namespace muster::registry

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "muster/base/mutex.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/rpc/method_table.h"
#include "services/notify/core/delivery.h"
#include "services/notify/rpc/outlet.h"

namespace muster::notify {

/// Who is listening, by organization. Thread-safe.
class Subscribers final : public Outlet {
 public:
  using Writer = rpc::ItemWriter<v1::SubscribeResponse>;

  /// `wake` is called when somebody begins to listen; it must not block.
  explicit Subscribers(std::function<void()> wake) : state_(std::make_shared<State>()), wake_(std::move(wake)) {}

  /// Ends every stream with DRAINING.
  ~Subscribers() override;

  /// Listens until the stream ends.
  void Add(const OrganizationId& organization, std::shared_ptr<Writer> writer);
  size_t size() const;

  std::vector<OrganizationId> TakeNew() override;
  void PutBack(const std::vector<OrganizationId>& organizations) override;
  Sent Send(const Listed& delivery) override;

 private:
  struct State {
    mutable Mutex mutex;
    int64_t next_key MUSTER_GUARDED_BY(mutex) = 0;
    std::map<OrganizationId, std::map<int64_t, std::shared_ptr<Writer>>> writers MUSTER_GUARDED_BY(mutex);
    std::set<OrganizationId> fresh MUSTER_GUARDED_BY(mutex);
  };

  /// Shared with the streams' ends, which may outlive this object.
  const std::shared_ptr<State> state_;
  const std::function<void()> wake_;
};

}  // namespace muster::notify

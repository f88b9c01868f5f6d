#include "services/notify/rpc/subscribers.h"

#include <utility>

#include "muster/domain/reason.h"
#include "services/notify/rpc/convert.h"

namespace muster::notify {

Subscribers::~Subscribers() {
  std::map<OrganizationId, std::map<int64_t, std::shared_ptr<Writer>>> writers;
  {
    MutexLock lock(state_->mutex);
    writers.swap(state_->writers);
  }
  for (const auto& [organization, listening] : writers) {
    for (const auto& [key, writer] : listening) {
      writer->Finish(Error(Reason::kDraining, {}, {{"retry_after_s", "1"}}));
    }
  }
}

void Subscribers::Add(const OrganizationId& organization, std::shared_ptr<Writer> writer) {
  int64_t key = 0;
  {
    MutexLock lock(state_->mutex);
    key = state_->next_key++;
    state_->writers[organization][key] = writer;
    state_->fresh.insert(organization);
  }
  writer->OnDone([state = std::weak_ptr<State>(state_), organization, key] {
    const std::shared_ptr<State> alive = state.lock();
    if (alive == nullptr) {
      return;
    }
    std::shared_ptr<Writer> last;  // destroyed after the lock is gone
    MutexLock lock(alive->mutex);
    const auto found = alive->writers.find(organization);
    if (found != alive->writers.end()) {
      last = std::move(found->second[key]);
      found->second.erase(key);
      if (found->second.empty()) {
        alive->writers.erase(found);
      }
    }
  });
  wake_();
}

size_t Subscribers::size() const {
  MutexLock lock(state_->mutex);
  size_t size = 0;
  for (const auto& [organization, writers] : state_->writers) {
    size += writers.size();
  }
  return size;
}

std::vector<OrganizationId> Subscribers::TakeNew() {
  MutexLock lock(state_->mutex);
  const std::set<OrganizationId> fresh = std::exchange(state_->fresh, {});
  return {fresh.begin(), fresh.end()};
}

void Subscribers::PutBack(const std::vector<OrganizationId>& organizations) {
  MutexLock lock(state_->mutex);
  state_->fresh.insert(organizations.begin(), organizations.end());
}

Outlet::Sent Subscribers::Send(const Listed& delivery) {
  std::vector<std::shared_ptr<Writer>> writers;
  {
    MutexLock lock(state_->mutex);
    const auto found = state_->writers.find(delivery.delivery.organization_id);
    if (found == state_->writers.end()) {
      return Sent::kNobody;
    }
    for (const auto& [key, writer] : found->second) {
      writers.push_back(writer);
    }
  }
  v1::SubscribeResponse item;
  *item.mutable_delivery() = ToProto(delivery);
  bool taken = false;
  for (const std::shared_ptr<Writer>& writer : writers) {
    taken = writer->TryWrite(item) || taken;
  }
  return taken ? Sent::kYes : Sent::kFull;
}

}  // namespace muster::notify

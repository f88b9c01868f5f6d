#include "muster/rpc/queued_sink.h"

#include <utility>

#include "muster/domain/reason.h"

namespace muster::rpc {
namespace {

constexpr size_t kMaxFrames = 256;
constexpr size_t kMaxBytes = size_t{1024} * 1024;

}  // namespace

bool QueuedSink::Write(const google::protobuf::Message& item) { return Push(item, true); }
bool QueuedSink::TryWrite(const google::protobuf::Message& item) { return Push(item, false); }

bool QueuedSink::Push(const google::protobuf::Message& item, bool may_block) {
  std::optional<std::string> frame = Encode(item);
  if (!frame.has_value()) {
    Finish(Error(Reason::kInternal));
    return false;
  }
  {
    MutexLock lock(mutex_);
    while (may_block && !gone_ && !final_status_.has_value() && !HasRoom(frame->size())) {
      changed_.Wait(mutex_);
    }
    if (gone_ || final_status_.has_value() || !HasRoom(frame->size())) {
      return false;
    }
    bytes_ += frame->size();
    frames_.push_back(*std::move(frame));
  }
  Pump();
  return true;
}

bool QueuedSink::HasRoom(size_t bytes) const {
  return frames_.empty() || (frames_.size() < kMaxFrames && bytes_ + bytes <= kMaxBytes);
}

void QueuedSink::Finish(absl::Status status) {
  {
    MutexLock lock(mutex_);
    if (final_status_.has_value()) {
      return;
    }
    final_status_ = std::move(status);
    changed_.NotifyAll();
  }
  Pump();
}

void QueuedSink::OnDone(std::function<void()> done) {
  {
    MutexLock lock(mutex_);
    if (!ended_) {
      on_done_.push_back(std::move(done));
      return;
    }
  }
  done();
}

bool QueuedSink::IsCancelled() const {
  MutexLock lock(mutex_);
  return gone_;
}

void QueuedSink::WriteDone(bool ok) {
  {
    MutexLock lock(mutex_);
    writing_ = false;
    gone_ = gone_ || !ok;
    changed_.NotifyAll();
  }
  Pump();
}

void QueuedSink::Gone() {
  {
    MutexLock lock(mutex_);
    gone_ = true;
    changed_.NotifyAll();
  }
  Pump();
}

void QueuedSink::Ended() {
  std::vector<std::function<void()>> on_done;
  {
    MutexLock lock(mutex_);
    gone_ = true;
    ended_ = true;
    on_done.swap(on_done_);
    changed_.NotifyAll();
  }
  for (const auto& done : on_done) {
    done();
  }
}

void QueuedSink::Pump() {
  std::optional<std::string> frame;
  absl::Status status;
  {
    MutexLock lock(mutex_);
    if (writing_ || finish_started_ || (!gone_ && frames_.empty() && !final_status_.has_value())) {
      return;
    }
    if (gone_ || frames_.empty()) {
      finish_started_ = true;
      status = gone_ ? absl::CancelledError("the client has gone") : *final_status_;
    } else {
      writing_ = true;
      frame = std::move(frames_.front());
      frames_.pop_front();
      bytes_ -= frame->size();
    }
  }
  if (frame.has_value()) {
    StartWrite(*std::move(frame));
  } else {
    StartFinish(status);
  }
}

}  // namespace muster::rpc

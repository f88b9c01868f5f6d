#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "muster/base/mutex.h"
#include "muster/rpc/method_table.h"

namespace muster::rpc {

/// An ItemSink over a transport that writes one frame at a time: holds a bounded queue of encoded frames (256 items,
/// 1 MiB; one larger item alone is let through). The transport calls WriteDone and Ended. Thread-safe.
class QueuedSink : public ItemSink {
 public:
  bool Write(const google::protobuf::Message& item) final;
  bool TryWrite(const google::protobuf::Message& item) final;
  void Finish(absl::Status status) final;
  void OnDone(std::function<void()> done) final;
  bool IsCancelled() const final;

  /// The frame of the last StartWrite is out (or the transport is broken when `ok` is false).
  void WriteDone(bool ok);
  /// The client has gone: nothing more is written, waiting writers return false. StartFinish follows once no frame is
  /// under way.
  void Gone();
  /// The transport is closed; runs what OnDone collected.
  void Ended();

 protected:
  /// The bytes of a frame; none when the item cannot be encoded (the stream then ends with INTERNAL).
  virtual std::optional<std::string> Encode(const google::protobuf::Message& item) = 0;
  /// Writes a frame and answers with WriteDone, on any thread, also before it returns. Never called under the lock,
  /// and never while another frame is under way.
  virtual void StartWrite(std::string frame) = 0;
  /// Closes the stream with this status, once, after the last frame.
  virtual void StartFinish(const absl::Status& status) = 0;

 private:
  bool Push(const google::protobuf::Message& item, bool may_block);
  bool HasRoom(size_t bytes) const MUSTER_REQUIRES(mutex_);
  void Pump();

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<std::string> frames_ MUSTER_GUARDED_BY(mutex_);
  size_t bytes_ MUSTER_GUARDED_BY(mutex_) = 0;
  bool writing_ MUSTER_GUARDED_BY(mutex_) = false;
  bool gone_ MUSTER_GUARDED_BY(mutex_) = false;
  bool finish_started_ MUSTER_GUARDED_BY(mutex_) = false;
  bool ended_ MUSTER_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> final_status_ MUSTER_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> on_done_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::rpc

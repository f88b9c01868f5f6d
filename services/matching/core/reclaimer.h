#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace muster::matching {

/// Something that the newest version no longer holds and that an older reader may still see.
struct Retired {
  const void* object;
  void (*destroy)(const void*);
};

/// Frees replaced parts of a shared structure once no reader can see them (epoch-based reclamation). Readers never
/// block and never write to what other readers write to. Pin() is thread-safe; the rest belongs to the one writer.
class EpochReclaimer {
 public:
  /// The most readers at the same time; one more waits until another has finished.
  static constexpr size_t kSlots = 256;

  EpochReclaimer() = default;
  ~EpochReclaimer();
  EpochReclaimer(const EpochReclaimer&) = delete;
  EpochReclaimer& operator=(const EpochReclaimer&) = delete;

  /// Keeps everything alive that can be reached from what is published from now until Unpin(slot).
  size_t Pin();
  void Unpin(size_t slot) { slots_[slot].epoch.store(kIdle, std::memory_order_release); }

  /// Takes over what the version just published no longer holds. Called after the publication.
  void Retire(std::vector<Retired> retired);

 private:
  static constexpr uint64_t kIdle = 0;
  struct alignas(64) Slot {
    std::atomic<uint64_t> epoch = kIdle;
  };
  struct Batch {
    uint64_t epoch;
    std::vector<Retired> retired;
  };

  void Collect();

  std::atomic<uint64_t> epoch_ = 1;
  std::array<Slot, kSlots> slots_;
  std::vector<Batch> waiting_;  ///< oldest first
  size_t waiting_objects_ = 0;
};

}  // namespace muster::matching

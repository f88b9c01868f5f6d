#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "muster/storage/command.h"
#include "services/registry/rpc/mutation.h"

namespace muster::registry {

/// A change that a call asks for, made of two functions, where what changes is none of the registry's objects.
class CallCommand final : public storage::Command {
 public:
  using ReadsOf = std::function<std::vector<storage::Read>()>;
  using DecideOn = std::function<absl::Status(Time now, storage::Changes& changes)>;
  CallCommand(Origin origin, ReadsOf reads, DecideOn decide)
      : origin_(std::move(origin)), reads_(std::move(reads)), decide_(std::move(decide)) {}

  std::vector<storage::Read> Reads() override { return reads_(); }
  absl::Status Decide(Time now, storage::Changes& changes) override { return decide_(now, changes); }
  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  const Origin origin_;
  const ReadsOf reads_;
  const DecideOn decide_;
};

}  // namespace muster::registry

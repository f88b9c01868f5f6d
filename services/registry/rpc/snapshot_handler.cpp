#include <memory>
#include <utility>

#include "muster/registry/v1/registry.pb.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"

namespace muster::registry {
namespace {

constexpr int kTeamsOfPart = 500;
/// A part stays well below the 1 MiB that a gRPC message may have.
constexpr size_t kBytesOfPart = 512 * 1024;

/// Writes the snapshot in parts; at least one, so that the reader learns the feed position of an empty registry too.
class PartWriter {
 public:
  PartWriter(rpc::ItemWriter<v1::StreamTeamsResponse>& writer, int64_t feed_seq)
      : writer_(writer), feed_seq_(feed_seq) {}

  /// False when the client has gone.
  bool Add(const TeamProfile& profile) {
    v1::TeamProfile& added = *part_.add_teams();
    ToProto(profile, added);
    bytes_ += added.ByteSizeLong();
    return (part_.teams_size() < kTeamsOfPart && bytes_ < kBytesOfPart) || Flush();
  }

  bool Flush() {
    part_.set_feed_seq(feed_seq_);
    const bool taken = writer_.Write(part_);
    part_.Clear();
    bytes_ = 0;
    wrote_ = true;
    return taken;
  }

  bool Finish() { return (wrote_ && part_.teams().empty()) || Flush(); }

 private:
  rpc::ItemWriter<v1::StreamTeamsResponse>& writer_;
  const int64_t feed_seq_;
  v1::StreamTeamsResponse part_;
  size_t bytes_ = 0;
  bool wrote_ = false;
};

void Stream(const Tools& tools, const rpc::Call& call, rpc::ItemWriter<v1::StreamTeamsResponse>& writer) {
  absl::StatusOr<TeamSnapshot> snapshot = tools.store.SnapshotTeams(call.principal);
  if (!snapshot.ok()) {
    return writer.Finish(snapshot.status());
  }
  PartWriter parts(writer, snapshot->feed_seq);
  for (const TeamProfile& profile : snapshot->teams) {
    if (!parts.Add(profile)) {
      return;
    }
  }
  if (parts.Finish()) {
    writer.Finish(absl::OkStatus());
  }
}

}  // namespace

void ServeSnapshot(rpc::MethodTable& table, const Tools& tools) {
  table.Stream<v1::StreamTeamsRequest, v1::StreamTeamsResponse>(
      "muster.registry.v1.RegistryService.StreamTeams",
      [&tools](std::shared_ptr<const rpc::Call> call, const v1::StreamTeamsRequest&,
               std::shared_ptr<rpc::ItemWriter<v1::StreamTeamsResponse>> writer) { Stream(tools, *call, *writer); });
}

}  // namespace muster::registry

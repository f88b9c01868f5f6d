#include "remote_identity.h"

#include <chrono>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/rpc/call.h"
#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

namespace pb = identity::v1;

constexpr Duration kInterval = std::chrono::seconds(10);  ///< a key that is withdrawn is believed no longer than this
constexpr Duration kCallTime = std::chrono::seconds(5);
constexpr Duration kAfterFailure = std::chrono::milliseconds(500);

}  // namespace

Duration RemoteIdentity::Step() {
  absl::Status asked = AskForKeys();
  if (asked.ok() && clock_.Steady() >= next_token_) {
    asked = AskForToken();
  }
  if (!asked.ok()) {
    telemetry::LogWarning("identity does not answer", {{"reason", std::string(asked.message())}});
    return kAfterFailure;
  }
  return kInterval;
}

std::string RemoteIdentity::Token() const {
  MutexLock lock(mutex_);
  return token_;
}

absl::Status RemoteIdentity::AskForKeys() {
  MUSTER_ASSIGN_OR_RETURN(const auto answer, rpc::CallUnaryBlocking<pb::GetKeySetResponse>(
                                                 identity_, "muster.identity.v1.IdentityService.GetKeySet",
                                                 rpc::BackgroundCall(clock_, {}, kCallTime), pb::GetKeySetRequest()));
  std::vector<security::PublicKey> keys;
  for (const pb::PublicKey& key : answer.keys()) {
    keys.push_back({key.key_id(), key.ed25519()});
  }
  keys_.Replace(std::move(keys));
  return absl::OkStatus();
}

absl::Status RemoteIdentity::AskForToken() {
  MUSTER_ASSIGN_OR_RETURN(const auto answer,
                          rpc::CallUnaryBlocking<pb::IssueServiceTokenResponse>(
                              identity_, "muster.identity.v1.IdentityService.IssueServiceToken",
                              rpc::BackgroundCall(clock_, {}, kCallTime), pb::IssueServiceTokenRequest()));
  next_token_ = clock_.Steady() + security::kMaxTokenLife / 2;
  MutexLock lock(mutex_);
  token_ = answer.access_token();
  return absl::OkStatus();
}

}  // namespace muster::server

#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/rpc/peer.h"
#include "services/cli/connect/method_of.h"
#include "tests/scenario/outage/agenda.h"
#include "tests/scenario/support/deployment.h"

namespace muster::testing {

/// How a call went, however often it was sent.
struct CallEnd {
  SteadyTime intended;  ///< when it was to be sent
  SteadyTime ended;
  absl::Status status;                ///< what the last try was answered
  size_t door = 0;                    ///< where the first try went
  std::vector<std::string> repeated;  ///< why it was sent again: a reason for each time
};

/// Calls a deployment without waiting, through its doors in turn, as the documentation tells clients to: what is not
/// known to have been decided is sent again with the same request_id, to the next door, and the line is made anew.
/// Nothing else repeats: reads are not, as a client's channel might, repeated unseen. Thread-safe.
class Caller {
 public:
  /// `agenda` must go before this object does.
  Caller(const Deployment& deployment, Agenda& agenda);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// Makes an account known by its key; its number. Waits for its first token, which is renewed from then on.
  size_t AddAccount(const std::string& api_key);

  /// Makes a call that was to be made at `intended`. `done` is called once, on any thread, a minute after at the
  /// latest.
  template <class Reply, class Request>
  void Call(size_t account, const Request& request, SteadyTime intended,
            std::function<void(const Reply&, const CallEnd&)> done) {
    auto reply = std::make_shared<Reply>();
    Start(account, std::make_shared<Request>(request), reply, intended,
          [reply, done = std::move(done)](const CallEnd& end) { done(*reply, end); });
  }

  size_t door_count() const { return doors_.size(); }
  /// How many calls have no answer yet.
  size_t running() const;

 private:
  struct State;
  struct Door {
    std::string socket;
    std::shared_ptr<rpc::Peer> line;
  };
  struct Account {
    std::string api_key;
    std::string token;
  };

  void Start(size_t account, std::shared_ptr<google::protobuf::Message> request,
             std::shared_ptr<google::protobuf::Message> reply, SteadyTime intended,
             std::function<void(const CallEnd&)> done);
  void Try(const std::shared_ptr<State>& state);
  void Answered(const std::shared_ptr<State>& state, absl::Status status);
  std::shared_ptr<rpc::Peer> Line(size_t door) const;
  void Renew(size_t door, const std::shared_ptr<rpc::Peer>& bad);
  bool Exchange(size_t account);
  void KeepRenewed(size_t account);

  Agenda& agenda_;
  mutable Mutex mutex_;
  CondVar idle_;
  std::vector<Door> doors_;  ///< their lines are the mutex's
  std::vector<Account> accounts_ MUSTER_GUARDED_BY(mutex_);
  size_t next_door_ MUSTER_GUARDED_BY(mutex_) = 0;
  size_t running_ MUSTER_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::testing

#include "tests/scenario/outage/caller.h"

#include <google/protobuf/descriptor.h>

#include <set>
#include <utility>

#include "muster/base/id.h"
#include "muster/domain/reason.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/rpc/grpc_peer.h"
#include "services/cli/app/exit_code.h"

namespace muster::testing {
namespace {

using google::protobuf::Message;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kTry{5};
constexpr seconds kGiveUp{60};
constexpr seconds kTokenAge{120};
constexpr std::chrono::milliseconds kPause{100};

/// True when nothing is known of the call, or the server asks for another try.
bool IsToRepeat(const absl::Status& status) {
  const cli::ExitCode code = cli::ExitCodeOf(status);
  return code == cli::ExitCode::kTryAgain || code == cli::ExitCode::kUnreachable;
}

/// A change gets a request_id, the same for all tries.
void Name(Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) {
    request.GetReflection()->SetString(&request, field, NewUuid(SystemClock().Now(), SystemRandom()));
  }
}

std::shared_ptr<rpc::Peer> Connect(const std::string& socket) {
  return rpc::MakeGrpcPeer({.target = "unix:" + socket, .retry = false}, SystemClock());
}

}  // namespace

struct Caller::State {
  size_t account;
  std::shared_ptr<Message> request;
  std::shared_ptr<Message> reply;
  std::function<void(const CallEnd&)> done;
  size_t door;                      ///< of this try
  std::shared_ptr<rpc::Peer> line;  ///< through it
  CallEnd end;
};

Caller::Caller(const Deployment& deployment, Agenda& agenda) : agenda_(agenda) {
  std::set<std::string> sockets;
  while (sockets.insert(deployment.socket()).second) {  // another one each time, until it is the first again
  }
  for (const std::string& socket : sockets) {
    doors_.push_back({socket, Connect(socket)});
  }
}

Caller::~Caller() {
  MutexLock lock(mutex_);
  while (running_ > 0) {
    if (!idle_.WaitFor(mutex_, kGiveUp)) {
      break;
    }
  }
}

size_t Caller::AddAccount(const std::string& api_key) {
  size_t account = 0;
  {
    MutexLock lock(mutex_);
    account = accounts_.size();
    accounts_.push_back({api_key, {}});
  }
  while (!Exchange(account)) {
  }
  KeepRenewed(account);
  return account;
}

/// Asks for a fresh token and waits; false when there is none.
bool Caller::Exchange(size_t account) {
  identity::v1::ExchangeKeyRequest request;
  {
    MutexLock lock(mutex_);
    request.set_api_key(accounts_[account].api_key);
  }
  const auto reply = rpc::CallUnaryBlocking<identity::v1::ExchangeKeyResponse>(
      *Line(0), cli::MethodOf(request.GetDescriptor())->full_name(), rpc::BackgroundCall(SystemClock(), "", kTry),
      request);
  MutexLock lock(mutex_);
  accounts_[account].token = reply.ok() ? reply->access_token() : std::string();
  return reply.ok();
}

/// In the background, as any other call; a token lives for longer than this lets it grow old.
void Caller::KeepRenewed(size_t account) {
  agenda_.At(steady_clock::now() + kTokenAge, [this, account] {
    identity::v1::ExchangeKeyRequest request;
    {
      MutexLock lock(mutex_);
      request.set_api_key(accounts_[account].api_key);
    }
    Call<identity::v1::ExchangeKeyResponse>(
        account, request, steady_clock::now(),
        [this, account](const identity::v1::ExchangeKeyResponse& reply, const CallEnd& end) {
          if (end.status.ok()) {
            MutexLock lock(mutex_);
            accounts_[account].token = reply.access_token();
          }
          KeepRenewed(account);
        });
  });
}

void Caller::Start(size_t account, std::shared_ptr<Message> request, std::shared_ptr<Message> reply,
                   SteadyTime intended, std::function<void(const CallEnd&)> done) {
  Name(*request);
  auto state =
      std::make_shared<State>(State{account, std::move(request), std::move(reply), std::move(done), 0, {}, {}});
  state->end.intended = intended;
  {
    MutexLock lock(mutex_);
    ++running_;
    state->door = state->end.door = next_door_++ % doors_.size();
  }
  Try(state);
}

void Caller::Try(const std::shared_ptr<State>& state) {
  std::string token;
  {
    MutexLock lock(mutex_);
    token = accounts_[state->account].token;
  }
  state->line = Line(state->door);
  state->reply->Clear();
  state->line->Unary(cli::MethodOf(state->request->GetDescriptor())->full_name(),
                     rpc::BackgroundCall(SystemClock(), token, kTry), *state->request, state->reply.get(),
                     [this, state](absl::Status status) { Answered(state, std::move(status)); });
}

std::shared_ptr<rpc::Peer> Caller::Line(size_t door) const {
  MutexLock lock(mutex_);
  return doors_[door].line;
}

/// A channel that could not connect would wait before it tries again.
void Caller::Renew(size_t door, const std::shared_ptr<rpc::Peer>& bad) {
  MutexLock lock(mutex_);
  if (doors_[door].line == bad) {
    doors_[door].line = Connect(doors_[door].socket);
  }
}

void Caller::Answered(const std::shared_ptr<State>& state, absl::Status status) {
  const SteadyTime now = steady_clock::now();
  if (IsToRepeat(status) && now < state->end.intended + kGiveUp) {
    state->end.repeated.emplace_back(RowOf(GetErrorInfo(status).reason).name);
    Renew(state->door, state->line);
    state->door = (state->door + 1) % doors_.size();
    agenda_.At(now + kPause, [this, state] { Try(state); });
    return;
  }
  state->end.ended = now;
  state->end.status = std::move(status);
  state->done(state->end);
  MutexLock lock(mutex_);
  --running_;
  idle_.NotifyAll();
}

size_t Caller::running() const {
  MutexLock lock(mutex_);
  return running_;
}

}  // namespace muster::testing

#include "muster/rpc/pipeline.h"

#include <google/protobuf/descriptor.h>

#include <atomic>
#include <exception>
#include <map>
#include <utility>
#include <vector>

#include "call_pool.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/rpc/peer.h"
#include "muster/rpc/shape.h"
#include "stream_pool.h"

namespace muster::rpc {
namespace {

using google::protobuf::Message;

/// A client that asks for exactly the most may arrive a little above it: gRPC rounds its timeouts up.
constexpr Duration kTimeoutSlack = std::chrono::milliseconds(500);

/// Third-party code below a handler may throw; no exception leaves it.
template <class Work>
absl::Status Guarded(const Work& work) {
  try {
    work();
    return absl::OkStatus();
  } catch (const std::exception&) {
    return Error(Reason::kInternal);
  }
}

}  // namespace

namespace {

/// Passes items on, and sees to it that the stream ends and is recorded once. Thread-safe.
class RecordingSink final : public ItemSink {
 public:
  using OnEnd = std::function<void(const absl::Status&)>;
  RecordingSink(std::shared_ptr<ItemSink> sink, OnEnd on_end) : sink_(std::move(sink)), on_end_(std::move(on_end)) {}
  ~RecordingSink() override { Finish(Error(Reason::kInternal)); }

  bool Write(const Message& item) override {
    return Pass([&] { return sink_->Write(item); });
  }
  bool TryWrite(const Message& item) override {
    return Pass([&] { return sink_->TryWrite(item); });
  }
  void Finish(absl::Status status) override {
    if (!finished_.exchange(true)) {
      on_end_(sink_->IsCancelled() ? absl::CancelledError() : status);
      sink_->Finish(std::move(status));
    }
  }
  void OnDone(std::function<void()> done) override { sink_->OnDone(std::move(done)); }
  bool IsCancelled() const override { return sink_->IsCancelled(); }

  /// Ends the stream from outside its handler, whose writes are refused from now on. Never waits: where a write is
  /// under way, its writer ends the stream.
  void EndFromOutside(absl::Status status) {
    {
      MutexLock lock(mutex_);
      end_ = status;
      if (writers_ > 0) {
        return;
      }
    }
    Finish(std::move(status));
  }

 private:
  template <class Write>
  bool Pass(const Write& write) {
    {
      MutexLock lock(mutex_);
      if (!end_.ok()) {
        return false;
      }
      ++writers_;
    }
    const bool taken = write();
    absl::Status end;
    {
      MutexLock lock(mutex_);
      end = --writers_ == 0 ? end_ : absl::OkStatus();
    }
    if (!end.ok()) {
      Finish(std::move(end));
    }
    return taken;
  }

  const std::shared_ptr<ItemSink> sink_;
  const OnEnd on_end_;
  std::atomic<bool> finished_ = false;
  Mutex mutex_;
  int writers_ MUSTER_GUARDED_BY(mutex_) = 0;
  absl::Status end_ MUSTER_GUARDED_BY(mutex_);
};

/// The streams that run, and whose they are. Thread-safe.
class RunningStreams {
 public:
  void Add(std::shared_ptr<const Call> call, const std::shared_ptr<RecordingSink>& sink) {
    MutexLock lock(mutex_);
    std::erase_if(streams_, [](const Running& running) { return running.sink.expired(); });
    streams_.push_back({std::move(call), sink});
  }

  using Recheck = std::function<absl::Status(const std::string& access_token)>;
  void Check(Time now, const Recheck& recheck) {
    std::map<std::string, absl::Status> answers;
    for (const Running& running : Copy()) {
      absl::Status status = now >= running.call->expire_time ? Error(Reason::kSessionExpired) : absl::OkStatus();
      if (status.ok() && recheck) {
        const auto [answer, is_new] = answers.try_emplace(running.call->access_token);
        if (is_new) {
          answer->second = recheck(running.call->access_token);
        }
        status = answer->second;
      }
      const std::shared_ptr<RecordingSink> sink = running.sink.lock();
      if (!status.ok() && sink != nullptr) {
        sink->EndFromOutside(std::move(status));
      }
    }
  }

 private:
  struct Running {
    std::shared_ptr<const Call> call;
    std::weak_ptr<RecordingSink> sink;
  };

  std::vector<Running> Copy() {
    MutexLock lock(mutex_);
    std::erase_if(streams_, [](const Running& running) { return running.sink.expired(); });
    return streams_;
  }

  Mutex mutex_;
  std::vector<Running> streams_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace

struct CallPipeline::Impl {
  Impl(const MethodTable& method_table, Checks the_checks, PipelineOptions the_options, const Clock& the_clock)
      : table(method_table),
        checks(std::move(the_checks)),
        options(std::move(the_options)),
        clock(the_clock),
        unary_pool({options.unary_threads, options.queue_limit, options.shed_delay, options.shed_window}, clock),
        stream_pool(options.stream_threads) {}

  absl::Status Identify(const Method& method, Call& call);
  absl::Status CheckDeadline(const Call& call) const;
  absl::Status Check(const Method& method, Call& call, const Message& request);
  void Record(const Method& method, const Call& call, Duration start, const absl::Status& status) const;
  std::shared_ptr<void> Enter(const Call& call) const { return options.enter ? options.enter(call) : nullptr; }
  void Ended();

  const MethodTable& table;
  const Checks checks;
  const PipelineOptions options;
  const Clock& clock;
  std::atomic<bool> draining = false;
  std::atomic<int> in_flight = 0;
  Mutex mutex;
  CondVar idle;
  RunningStreams streams;
  // Last, so that their threads end before the rest goes.
  CallPool unary_pool;
  StreamPool stream_pool;
};

namespace {

/// A unary call under way. Answers INTERNAL when its last holder lets go without having answered.
class UnaryState {
 public:
  using OnEnd = std::function<void(const Call&, Duration start, const absl::Status&)>;
  UnaryState(Call call, ErasedReply reply, Duration start, OnEnd record, std::function<void()> on_gone)
      : call_(std::move(call)),
        reply_(std::move(reply)),
        start_(start),
        record_(std::move(record)),
        on_gone_(std::move(on_gone)) {}
  ~UnaryState() { Answer(Error(Reason::kInternal), nullptr); }
  UnaryState(const UnaryState&) = delete;
  UnaryState& operator=(const UnaryState&) = delete;

  Call& call() { return call_; }

  void Answer(absl::Status status, Message* response) {
    if (answered_.exchange(true)) {
      return;
    }
    record_(call_, start_, status);
    reply_(std::move(status), response);
    on_gone_();
  }

 private:
  Call call_;
  ErasedReply reply_;
  const Duration start_;
  const OnEnd record_;
  const std::function<void()> on_gone_;
  std::atomic<bool> answered_ = false;
};

}  // namespace

namespace {

absl::Status Forbidden(const Method& method) {
  return Error(Reason::kForbidden, {}, {{"action", method.descriptor->name()}});
}

}  // namespace

absl::Status CallPipeline::Impl::Identify(const Method& method, Call& call) {
  call.principal = Principal();
  call.expire_time = Time::max();
  // Another of our services asks, on its own or for its caller; its certificate says so.
  const bool from_service = !call.peer_service.empty();
  if (checks.is_anonymous && checks.is_anonymous(method.full_name)) {
    return !method.is_internal || from_service ? absl::OkStatus() : Forbidden(method);
  }
  if (call.access_token.empty()) {
    return Error(Reason::kAuthRequired);
  }
  MUSTER_ASSIGN_OR_RETURN(Caller caller, checks.authenticate(call.access_token));
  call.principal = std::move(caller.principal);
  call.expire_time = caller.expire_time;
  if (method.is_internal && !from_service && !call.principal.Has(Role::kService) &&
      !IsLocalSource(call.source_address)) {
    return Forbidden(method);
  }
  return checks.authorize(call.principal, method.full_name);
}

absl::Status CallPipeline::Impl::CheckDeadline(const Call& call) const {
  const Duration now = clock.Steady();
  if (call.steady_deadline == kNoDeadline || call.steady_deadline - now > options.max_timeout + kTimeoutSlack) {
    return Error(Reason::kDeadlineRequired);
  }
  return call.steady_deadline <= now ? Error(Reason::kDeadline) : absl::OkStatus();
}

absl::Status CallPipeline::Impl::Check(const Method& method, Call& call, const Message& request) {
  if (draining.load(std::memory_order_relaxed)) {
    return Error(Reason::kDraining);
  }
  MUSTER_RETURN_IF_ERROR(Identify(method, call));
  if (checks.rate_limit) {
    MUSTER_RETURN_IF_ERROR(checks.rate_limit(call, method.criticality));
  }
  if (!method.IsStream()) {
    MUSTER_RETURN_IF_ERROR(CheckDeadline(call));
  }
  MUSTER_RETURN_IF_ERROR(CheckShape(request));
  return method.needs_request_id ? CheckRequestId(request) : absl::OkStatus();
}

void CallPipeline::Impl::Record(const Method& method, const Call& call, Duration start,
                                const absl::Status& status) const {
  if (!options.observe) {
    return;
  }
  CallRecord record;
  record.method = method.full_name;
  record.trace_id = call.trace_id;
  record.account_id = call.principal.account_id.value();
  record.source_address = call.source_address;
  record.code = status.code();
  record.reason = status.ok() ? "" : std::string(RowOf(GetErrorInfo(status).reason).name);
  record.duration = clock.Steady() - start;
  record.is_stream = method.IsStream();
  options.observe(record);
}

void CallPipeline::Impl::Ended() {
  if (in_flight.fetch_sub(1) == 1 && draining.load()) {
    MutexLock lock(mutex);
    idle.NotifyAll();
  }
}

CallPipeline::CallPipeline(const MethodTable& table, Checks checks, PipelineOptions options, const Clock& clock)
    : impl_(std::make_shared<Impl>(table, std::move(checks), std::move(options), clock)) {}

CallPipeline::~CallPipeline() {
  Drain();
  WaitIdle(impl_->options.max_timeout);
}

void CallPipeline::Unary(const Method& method, Call call, const Message& request, bool in_place, ErasedReply reply) {
  Impl& impl = *impl_;
  const bool admitted = impl.in_flight.fetch_add(1) < impl.options.max_in_flight;
  call.method = method.full_name;
  const auto state = std::make_shared<UnaryState>(
      std::move(call), std::move(reply), impl.clock.Steady(),
      [&impl, &method](const Call& ended, Duration start, const absl::Status& status) {
        impl.Record(method, ended, start, status);
      },
      [&impl] { impl.Ended(); });
  absl::Status refused = admitted ? impl.Check(method, state->call(), request) : Error(Reason::kOverloaded);
  if (refused.ok() && !impl.unary_pool.Admits(method.criticality)) {
    refused = Error(Reason::kOverloaded, {}, {{"retry_after_s", "2"}});
  }
  if (!refused.ok()) {
    state->Answer(std::move(refused), nullptr);
    return;
  }
  const auto run = [state, &impl, &method, &request] {
    const absl::Status status = Guarded([&] {
      const std::shared_ptr<void> scope = impl.Enter(state->call());
      method.unary(state->call(), request,
                   [state](absl::Status result, Message* response) { state->Answer(std::move(result), response); });
    });
    if (!status.ok()) {
      state->Answer(status, nullptr);
    }
  };
  if (method.run == Run::kInline || in_place) {
    run();
    return;
  }
  const bool posted = impl.unary_pool.TryPost(method.criticality, [state, run, &impl] {
    // Work whose caller no longer waits is dropped before it starts.
    if (state->call().steady_deadline <= impl.clock.Steady() || state->call().IsCancelled()) {
      state->Answer(Error(Reason::kDeadline), nullptr);
    } else {
      run();
    }
  });
  if (!posted) {
    state->Answer(Error(Reason::kOverloaded, {}, {{"retry_after_s", "2"}}), nullptr);
  }
}

void CallPipeline::Stream(const Method& method, Call call, std::unique_ptr<Message> request,
                          std::shared_ptr<ItemSink> sink) {
  Impl& impl = *impl_;
  call.method = method.full_name;
  const auto shared_call = std::make_shared<Call>(std::move(call));
  const Duration start = impl.clock.Steady();
  const auto recording = std::make_shared<RecordingSink>(
      std::move(sink), [&impl, &method, shared_call, start](const absl::Status& status) {
        impl.Record(method, *shared_call, start, status);
      });
  if (absl::Status refused = impl.Check(method, *shared_call, *request); !refused.ok()) {
    recording->Finish(std::move(refused));
    return;
  }
  impl.streams.Add(shared_call, recording);
  if (impl.draining.load()) {  // since the check: Drain may not have seen it
    recording->EndFromOutside(Error(Reason::kDraining));
  }
  const std::shared_ptr<Message> shared_request = std::move(request);
  const bool posted = impl.stream_pool.TryPost([&impl, &method, shared_call, shared_request, recording] {
    const absl::Status status = Guarded([&] {
      const std::shared_ptr<void> scope = impl.Enter(*shared_call);
      method.stream(shared_call, *shared_request, recording);
    });
    if (!status.ok()) {
      recording->Finish(status);
    }
  });
  if (!posted) {
    recording->Finish(Error(Reason::kOverloaded, {}, {{"retry_after_s", "5"}}));
  }
}

void CallPipeline::CheckStreams(const std::function<absl::Status(const std::string& access_token)>& recheck) {
  impl_->streams.Check(impl_->clock.Now(), recheck);
}

int CallPipeline::in_flight() const { return impl_->in_flight.load(std::memory_order_relaxed); }

void CallPipeline::Drain() {
  impl_->draining.store(true);
  CheckStreams([](const std::string&) { return Error(Reason::kDraining); });
}

bool CallPipeline::WaitIdle(Duration grace) {
  const Duration end = SystemClock().Steady() + grace;
  MutexLock lock(impl_->mutex);
  while (impl_->in_flight.load() > 0) {
    const Duration left = end - SystemClock().Steady();
    if (left <= Duration::zero()) {
      return false;
    }
    // Short waits: a call may end between the look at the counter and the wait.
    impl_->idle.WaitFor(impl_->mutex, std::min<Duration>(left, std::chrono::milliseconds(20)));
  }
  return true;
}

const MethodTable& CallPipeline::table() const { return impl_->table; }
const Clock& CallPipeline::clock() const { return impl_->clock; }

}  // namespace muster::rpc

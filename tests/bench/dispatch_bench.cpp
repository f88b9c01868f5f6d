// P7, durable dispatch: acknowledged acceptances and direct dispatches a second, and how long one takes alone. On
// SQLite against the same statements with the same values through the bare sqlite3 interface, with the same number of
// commands in a commit; on PostgreSQL against the same statements by a pool of 16 connections, one round trip a
// statement and one commit a command. In the same run, on copies of the same database. Prints one JSON object a line.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "muster/rpc/grpc_peer.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/access_token.h"
#include "muster/security/policy.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/dispatch_pool.h"
#include "tests/bench/dispatch_trace.h"
#include "tests/bench/dispatch_world.h"
#include "tests/bench/report.h"
#include "tests/support/temp_dir.h"

namespace muster::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kJobs = 4'000;
constexpr int kAloneJobs = 600;
constexpr int kInFlight = 64;
constexpr int kRounds = 5;
constexpr int kPool = 16;

double SecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// Copies of one world, each used once.
class Bench {
 public:
  explicit Bench(BenchStore& base) : base_(base) {}

  /// The statements of every job, run one after the other.
  std::vector<Trace> Record(const std::vector<Job>& jobs) {
    RecordingDatabase* recording = nullptr;
    const auto copy = base_.Copy();
    Host host(*copy, [&](storage::Database& database) {
      auto wrapped = std::make_unique<RecordingDatabase>(database);
      recording = wrapped.get();
      return wrapped;
    });
    recording->traces().reserve(jobs.size());
    host.RunAll(jobs, 1);
    return std::move(recording->traces());
  }

  /// Jobs a second with many in flight; `group` becomes how many shared a commit.
  double ProductRate(const std::vector<Job>& jobs, double& group) {
    const auto copy = base_.Copy();
    Host host(*copy);
    std::atomic<int> commits = 0;
    host.database().OnCommit([&] { ++commits; });
    const auto start = SteadyClock::now();
    host.RunAll(jobs, kInFlight);
    const double seconds = SecondsSince(start);
    group = static_cast<double>(jobs.size()) / commits;
    return static_cast<double>(jobs.size()) / seconds;
  }

  double RawRate(const std::vector<Trace>& traces, size_t group) {
    const auto copy = base_.Copy();
    RawConnection connection(copy->address());
    const auto start = SteadyClock::now();
    for (size_t i = 0; i < traces.size();) {
      connection.Run("BEGIN IMMEDIATE");
      for (const size_t end = std::min(i + group, traces.size()); i < end; ++i) {
        connection.Run(traces[i]);
      }
      connection.Run("COMMIT");
    }
    return static_cast<double>(traces.size()) / SecondsSince(start);
  }

  /// Commands a second by a pool of connections to PostgreSQL.
  double PoolRate(const std::vector<Trace>& traces) {
    const auto copy = base_.Copy();
    const Pool pool(copy->address(), kPool);
    const auto start = SteadyClock::now();
    pool.RunAll(traces);
    return static_cast<double>(traces.size()) / SecondsSince(start);
  }

  double ProductAlone(const std::vector<Job>& jobs) {
    const auto copy = base_.Copy();
    Host host(*copy);
    std::vector<double> micros;
    for (int i = 0; i < kAloneJobs; ++i) {
      std::promise<void> done;
      const auto start = SteadyClock::now();
      host.Start(jobs[static_cast<size_t>(i)], [&](const absl::Status&) { done.set_value(); });
      done.get_future().get();
      micros.push_back(SecondsSince(start) * 1e6);
    }
    return Quantile(std::move(micros), 0.5);
  }

  double RawAlone(const std::vector<Trace>& traces) {
    const auto copy = base_.Copy();
    RawConnection connection(copy->address());
    std::vector<double> micros;
    for (int i = 0; i < kAloneJobs; ++i) {
      const auto start = SteadyClock::now();
      connection.Run("BEGIN IMMEDIATE");
      connection.Run(traces[static_cast<size_t>(i)]);
      connection.Run("COMMIT");
      micros.push_back(SecondsSince(start) * 1e6);
    }
    return Quantile(std::move(micros), 0.5);
  }

  double GrpcRate(const std::vector<Job>& jobs);

 private:
  BenchStore& base_;
};

std::string TokenFor(const security::TokenSigner& signer, const Principal& principal) {
  const Time now = SystemClock().Now();
  return signer.Sign({principal, "bench", now, now + security::kMaxTokenLife}).value();
}

/// The same calls from a client over gRPC on a unix socket, through all checks of the server.
double Bench::GrpcRate(const std::vector<Job>& jobs) {
  const auto copy = base_.Copy();
  Host host(*copy);
  const security::TokenSigner signer(security::KeyRing::Generate(SystemRandom()));
  security::KeySet keys(signer.PublicKeys());
  rpc::Checks checks;
  checks.authenticate = [&](const std::string& token) { return keys.Verify(token, SystemClock().Now()); };
  checks.is_anonymous = [](const std::string&) { return false; };
  checks.authorize = [](const Principal& principal, const std::string& method) {
    return security::Authorize(principal, method);
  };
  rpc::CallPipeline pipeline(host.table(), std::move(checks), {}, SystemClock());
  const testing::TempDir folder;
  const std::string address = "unix:" + (folder.path() / "bench.sock").string();
  rpc::GrpcServerOptions options;
  options.listen = {address};
  const auto server = rpc::GrpcServer::Start(pipeline, options).value();
  const auto peer = rpc::MakeGrpcPeer({.target = address}, SystemClock());
  rpc::Call call;
  call.access_token = TokenFor(signer, CallerOf(jobs.front()));
  call.trace_id = rpc::NewTraceId();

  std::mutex mutex;
  std::condition_variable changed;
  int free = kInFlight;
  size_t done = 0;
  std::vector<std::unique_ptr<google::protobuf::Message>> replies;
  for (const Job& job : jobs) {
    const auto* method = host.table().Find("muster.dispatch.v1.DispatchService." + job.method);
    replies.emplace_back(method->response_prototype->New());
  }
  const auto start = SteadyClock::now();
  for (size_t i = 0; i < jobs.size(); ++i) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [&] { return free > 0; });
      --free;
    }
    peer->Unary("muster.dispatch.v1.DispatchService." + jobs[i].method, call, *jobs[i].request, replies[i].get(),
                [&](const absl::Status& status) {
                  if (!status.ok()) {
                    fmt::print(stderr, "over gRPC: {}\n", std::string(status.message()));
                    std::exit(2);
                  }
                  const std::lock_guard<std::mutex> lock(mutex);
                  ++free;
                  ++done;
                  changed.notify_all();
                });
  }
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [&] { return done == jobs.size(); });
  const double rate = static_cast<double>(jobs.size()) / SecondsSince(start);
  lock.unlock();
  server->Shutdown(std::chrono::seconds(5));
  return rate;
}

/// The best of some rounds that take turns: what disturbs one round does not count.
void Measure(Bench& bench, const std::string& what, const std::vector<Job>& jobs) {
  const std::vector<Trace> traces = bench.Record(jobs);
  double product = 0;
  double raw = 0;
  double product_alone = 1e9;
  double raw_alone = 1e9;
  double over_grpc = 0;
  for (int round = 0; round < kRounds; ++round) {
    double group = 1;
    product = std::max(product, bench.ProductRate(jobs, group));
    raw = std::max(raw, bench.RawRate(traces, static_cast<size_t>(group + 0.5)));
    over_grpc = std::max(over_grpc, bench.GrpcRate(jobs));
    product_alone = std::min(product_alone, bench.ProductAlone(jobs));
    raw_alone = std::min(raw_alone, bench.RawAlone(traces));
  }
  Report("P7 " + what + ", 64 in flight, in process", product, raw, "1/s", Wanted::kAtLeast, 0.8);
  Report("P7 " + what + ", 64 in flight, over gRPC", over_grpc, raw, "1/s", Wanted::kAtLeast, 0.5);
  Report("P7 " + what + ", alone, p50", product_alone, raw_alone, "us", Wanted::kAtMost, 1.5);
}

/// The same on PostgreSQL, where the reference is another way to use it.
void MeasurePool(Bench& bench, const std::string& what, const std::vector<Job>& jobs) {
  const std::vector<Trace> traces = bench.Record(jobs);
  double product = 0;
  double pool = 0;
  for (int round = 0; round < kRounds; ++round) {
    double group = 1;
    product = std::max(product, bench.ProductRate(jobs, group));
    pool = std::max(pool, bench.PoolRate(traces));
  }
  Report("P7 " + what + ", PostgreSQL, 64 in flight", product, pool, "1/s", Wanted::kAtLeast, 2);
}

/// In another order: those of one line, which stand together, come far apart, so that connections of the pool that work
/// side by side do not wait for each other's rows.
std::vector<Job> Spread(const std::vector<Job>& jobs) {
  constexpr size_t kStrides = 4;  // as many as a line has
  std::vector<Job> spread;
  for (size_t first = 0; first < kStrides; ++first) {
    for (size_t i = first; i < jobs.size(); i += kStrides) {
      spread.push_back(jobs[i]);
    }
  }
  return spread;
}

void RunSqlite() {
  const auto store = NewSqliteStore();
  const Jobs jobs = MakeWorld(*store, kJobs);
  Bench bench(*store);
  Measure(bench, "acceptances", jobs.acceptances);
  Measure(bench, "direct dispatches", jobs.dispatches);
}

void RunPostgres() {
  const auto store = NewPostgresStore();
  const Jobs jobs = MakeWorld(*store, kJobs);
  Bench bench(*store);
  MeasurePool(bench, "acceptances", Spread(jobs.acceptances));
  MeasurePool(bench, "direct dispatches", jobs.dispatches);
}

}  // namespace
}  // namespace muster::bench

/// Argument: "SQLite" or "PostgreSQL"; both by default.
int main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  if (kind != "PostgreSQL") {
    muster::bench::RunSqlite();
  }
  if (kind != "SQLite") {
    muster::bench::RunPostgres();
  }
  return 0;
}

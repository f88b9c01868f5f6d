// Import of 100,000 organizations from a CSV file, all or nothing: the time from StartImport to its end (reading, two
// passes of checks, encrypting contacts, storing in batches with audit and events), and the most memory that the
// process took. The reference is the database's own bulk load of the rows that came of it: prepared inserts in one
// transaction on SQLite, COPY on PostgreSQL. Each database in a process of its own. Prints one JSON object a line.

#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/events/migrations.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/security/blind_index.h"
#include "muster/security/field_cipher.h"
#include "muster/storage/common_migrations.h"
#include "services/registry/rpc/registry_service.h"
#include "services/registry/store/tables.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

namespace pb = registry::v1;
using SteadyClock = std::chrono::steady_clock;

constexpr int kRows = 100'000;
constexpr double kMostSeconds = 30;
constexpr double kMostMebibytes = 512;
constexpr double kMostOfBulkLoad = 60;

[[noreturn]] void End(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

std::vector<storage::Migration> Migrations() {
  return storage::Concatenate(storage::Concatenate(storage::common::Migrations(), events::Migrations()),
                              registry::Migrations());
}

std::string Sheet() {
  std::string text = "组织名称,统一社会信用代码,所属区划,地址,评估等级,证书有效期至,联系人,联系电话\n";
  for (int i = 0; i < kRows; ++i) {
    text += fmt::format(
        "第{}社会工作服务中心,52320583MJ{:07}X,昆山市,昆山市周庄镇全福路{}号,3A,2028-12-31,张三,1990000{:04}\n", i, i,
        i % 500, i % 10'000);
  }
  return text;
}

double SecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// The most memory that this process has taken.
double PeakMebibytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  double kibibytes = 0;
  while (status >> word) {
    if (word == "VmHWM:") {
      status >> kibibytes;
    }
  }
  return kibibytes / 1024;
}

/// The registry over a database, called without a door.
class Registry {
 public:
  explicit Registry(storage::Database& database)
      : service_({database, SystemClock(), SystemRandom(), cipher_, blind_index_}) {
    service_.Register(table_);
  }

  template <class Response, class Request>
  Response Call(const std::string& method, Request request) {
    rpc::Call call;
    call.method = "muster.registry.v1.RegistryService." + method;
    call.principal = {AccountId("officer"), {Role::kCivilAffairsOfficer}, "3205", {}, {}};
    call.steady_deadline = SystemClock().Steady() + std::chrono::seconds(30);
    std::promise<Response> answer;
    table_.Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* reply) {
      if (!status.ok()) {
        End(method + ": " + status.ToString());
      }
      answer.set_value(static_cast<const Response&>(*reply));
    });
    return answer.get_future().get();
  }

  std::string Upload(const std::string& file) {
    constexpr size_t kPart = 512UL * 1024;
    pb::UploadPartRequest part;
    for (size_t at = 0; at < file.size(); at += kPart) {
      part.set_request_id(NewUuid(SystemClock().Now(), SystemRandom()));
      part.set_content(file.substr(at, kPart));
      part.set_last(at + kPart >= file.size());
      part.set_upload_id(Call<pb::UploadPartResponse>("UploadPart", part).upload_id());
      part.set_number(part.number() + 1);
    }
    return part.upload_id();
  }

  pb::Import Import(const std::string& upload_id) {
    pb::StartImportRequest start;
    start.set_request_id(NewUuid(SystemClock().Now(), SystemRandom()));
    start.set_upload_id(upload_id);
    start.set_what(pb::SHEET_CONTENT_ORGANIZATIONS);
    pb::GetImportRequest get;
    get.set_id(Call<pb::Import>("StartImport", start).id());
    while (service_.StepImport(SystemClock().Now()) == Duration::zero()) {
    }
    return Call<pb::Import>("GetImport", get);
  }

 private:
  security::FieldCipher cipher_{security::KeyRing::Generate(SystemRandom()), SystemRandom()};
  security::BlindIndex blind_index_{security::KeyRing::Generate(SystemRandom())};
  rpc::MethodTable table_;
  registry::RegistryService service_;
};

void Check(bool good, const char* what) {
  if (!good) {
    End(what);
  }
}

/// Prepared inserts of all rows in one transaction, from one SQLite file into another.
double BulkLoadSqlite(const std::string& from, const std::string& into) {
  sqlite3* database = nullptr;
  Check(sqlite3_open(into.c_str(), &database) == SQLITE_OK, "open");
  const auto run = [&](const std::string& sql) {
    Check(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(database));
  };
  run("PRAGMA synchronous = FULL");
  run("ATTACH '" + from + "' AS imported");
  sqlite3_stmt* read = nullptr;
  sqlite3_prepare_v2(database, "SELECT * FROM imported.organization", -1, &read, nullptr);
  const int columns = sqlite3_column_count(read);
  std::string marks;
  for (int i = 0; i < columns; ++i) {
    marks += i == 0 ? "?" : ", ?";
  }
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, ("INSERT INTO main.organization VALUES (" + marks + ")").c_str(), -1, &insert, nullptr);
  const auto start = SteadyClock::now();
  run("BEGIN IMMEDIATE");
  int rows = 0;
  for (; sqlite3_step(read) == SQLITE_ROW; ++rows) {
    for (int i = 0; i < columns; ++i) {
      sqlite3_bind_value(insert, i + 1, sqlite3_column_value(read, i));
    }
    Check(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(database));
    sqlite3_reset(insert);
  }
  run("COMMIT");
  const double seconds = SecondsSince(start);
  Check(rows == kRows, "not all rows were there");
  sqlite3_finalize(read);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return seconds;
}

/// COPY of all rows, read before from another database.
double BulkLoadPostgres(const std::string& from, const std::string& into) {
  PGconn* source = PQconnectdb(from.c_str());
  PQclear(PQexec(source, "COPY organization TO STDOUT"));
  std::vector<std::string> lines;
  char* line = nullptr;
  for (int size = 0; (size = PQgetCopyData(source, &line, 0)) > 0; PQfreemem(line)) {
    lines.emplace_back(line, static_cast<size_t>(size));
  }
  PQfinish(source);
  Check(lines.size() == kRows, "not all rows were there");
  PGconn* target = PQconnectdb(into.c_str());
  const auto start = SteadyClock::now();
  PQclear(PQexec(target, "COPY organization FROM STDIN"));
  for (const std::string& row : lines) {
    PQputCopyData(target, row.data(), static_cast<int>(row.size()));
  }
  PQputCopyEnd(target, nullptr);
  PGresult* result = PQgetResult(target);
  Check(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(target));
  PQclear(result);
  const double seconds = SecondsSince(start);
  PQfinish(target);
  return seconds;
}

void Measure(BenchStore& store, BenchStore& empty) {
  const bool is_sqlite = store.kind() == "SQLite";
  double seconds = 0;
  double peak = 0;
  {
    const auto database = store.Open(Migrations());
    Registry registry(*database);
    const std::string upload_id = registry.Upload(Sheet());
    const auto start = SteadyClock::now();
    const pb::Import import = registry.Import(upload_id);
    seconds = SecondsSince(start);
    peak = PeakMebibytes();
    Check(import.rows_stored() == kRows, import.DebugString().c_str());
  }
  empty.Open(Migrations());
  const double bulk =
      is_sqlite ? BulkLoadSqlite(store.address(), empty.address()) : BulkLoadPostgres(store.address(), empty.address());
  Report("import/" + store.kind() + "/to_bulk_load", seconds, bulk, "s", Wanted::kAtMost, kMostOfBulkLoad);
  Report("import/" + store.kind() + "/time", seconds, kMostSeconds, "s", Wanted::kAtMost, 1);
  Report("import/" + store.kind() + "/memory", peak, kMostMebibytes, "MiB", Wanted::kAtMost, 1);
}

/// In a process of its own: the most memory is the process's.
int Run(std::unique_ptr<BenchStore> (*make)()) {
  const pid_t child = fork();
  if (child == 0) {
    {
      const auto store = make();
      const auto empty = make();
      Measure(*store, *empty);
    }
    std::exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

}  // namespace
}  // namespace muster::bench

int main() {
  const int sqlite = muster::bench::Run(muster::bench::NewSqliteStore);
  const int postgres = muster::bench::Run(muster::bench::NewPostgresStore);
  return sqlite == 0 ? postgres : sqlite;
}

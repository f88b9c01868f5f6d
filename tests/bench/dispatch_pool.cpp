#include "tests/bench/dispatch_pool.h"

#include <endian.h>
#include <libpq-fe.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>

namespace muster::bench {
namespace {

using storage::Value;

constexpr int kBinary = 1;
// pg_type.dat: the types that a Value binds as.
constexpr std::array<Oid, 5> kTypes{0, 20, 701, 25, 17};  // unknown (NULL), int8, float8, text, bytea

}  // namespace

class Pool::Connection {
 public:
  explicit Connection(const std::string& address) : handle_(PQconnectdb(address.c_str())) {
    if (PQstatus(handle_) != CONNECTION_OK) {
      Fail("connect");
    }
  }
  ~Connection() { PQfinish(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Run(const Trace& trace) {
    static const std::vector<Value> nothing;
    RunOne("BEGIN", nothing);
    for (const Trace::Statement& statement : trace.statements) {
      RunOne(statement.sql, statement.parameters);
    }
    RunOne("COMMIT", nothing);
  }

 private:
  void RunOne(std::string_view sql, const std::vector<Value>& parameters) {
    const size_t count = parameters.size();
    std::vector<uint64_t> words(count);
    std::vector<const char*> values(count);
    std::vector<int> lengths(count);
    const std::vector<int> formats(count, kBinary);
    std::vector<Oid> types(count);
    for (size_t i = 0; i < count; ++i) {
      const Value& value = parameters[i];
      types[i] = kTypes[value.index()];
      if (const auto* number = std::get_if<int64_t>(&value)) {
        words[i] = htobe64(static_cast<uint64_t>(*number));
      } else if (const auto* real = std::get_if<double>(&value)) {
        words[i] = htobe64(std::bit_cast<uint64_t>(*real));
      }
      values[i] = reinterpret_cast<const char*>(&words[i]);
      lengths[i] = sizeof(uint64_t);
      if (const auto* text = std::get_if<std::string>(&value)) {
        values[i] = text->data();
        lengths[i] = static_cast<int>(text->size());
      } else if (const auto* blob = std::get_if<storage::Blob>(&value)) {
        values[i] = blob->bytes.data();
        lengths[i] = static_cast<int>(blob->bytes.size());
      } else if (std::holds_alternative<std::monostate>(value)) {
        values[i] = nullptr;
      }
    }
    const std::string& name = Prepared(sql, parameters, types);
    Check(PQexecPrepared(handle_, name.c_str(), static_cast<int>(count), values.data(), lengths.data(), formats.data(),
                         kBinary),
          sql);
  }

  /// The name under which the server knows a statement with parameters of these types.
  const std::string& Prepared(std::string_view sql, const std::vector<Value>& parameters,
                              const std::vector<Oid>& types) {
    key_ = sql;
    for (const Value& value : parameters) {
      key_ += static_cast<char>('0' + value.index());
    }
    std::string& name = names_[key_];
    if (name.empty()) {
      name = "s" + std::to_string(names_.size());
      Check(PQprepare(handle_, name.c_str(), std::string(sql).c_str(), static_cast<int>(types.size()), types.data()),
            sql);
    }
    return name;
  }

  void Check(PGresult* result, std::string_view sql) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      Fail(sql);
    }
    PQclear(result);
  }
  [[noreturn]] void Fail(std::string_view what) {
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(), PQerrorMessage(handle_));
    std::exit(2);
  }

  PGconn* const handle_;
  std::unordered_map<std::string, std::string> names_;
  std::string key_;  ///< kept for its memory
};

Pool::Pool(const std::string& address, int connections) {
  for (int i = 0; i < connections; ++i) {
    connections_.push_back(std::make_unique<Connection>(address));
  }
}

Pool::~Pool() = default;

void Pool::RunAll(const std::vector<Trace>& traces) const {
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (const auto& connection : connections_) {
    threads.emplace_back([&traces, &next, &connection = *connection] {
      for (size_t i = next++; i < traces.size(); i = next++) {
        connection.Run(traces[i]);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace muster::bench

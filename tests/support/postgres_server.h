#pragma once

#include <sys/types.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace muster::testing {

/// Whether a commit waits for the disk: a server that is killed does not need it, one that is measured does.
enum class Durability { kUnsynced, kSynced };

/// A PostgreSQL server of the test's own, on a unix socket in a folder of its own; gone with the object. As root it
/// runs as the user "postgres".
class PostgresServer {
 public:
  /// Makes the cluster and a database "muster", starts the server and waits until it answers; ends the test run when
  /// there is no PostgreSQL to start.
  explicit PostgresServer(Durability durability = Durability::kUnsynced);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  void Start();
  /// kill -9 of the postmaster; its children notice and end.
  void Kill();
  /// Stops the postmaster and its children so that they neither answer nor go away, and lets them go on.
  void Freeze();
  void Thaw();

  /// How to connect, in libpq's words, but for the database.
  std::string connection() const;
  /// How to connect to the database "muster".
  std::string address() const { return connection() + " dbname=muster"; }

 private:
  pid_t SpawnServer() const;
  bool Answers() const;
  void SignalAll(int signal) const;

  const Durability durability_;
  TempDir folder_;
  pid_t process_ = -1;
};

/// The server that the tests of this process and of its children share, started when it is first asked for: how to
/// connect, but for the database.
const std::string& SharedPostgres();

/// Makes a schema in the shared server's database "muster", if it is not there, and answers how to connect to it.
std::string AddressOfSchema(const std::string& schema);

/// Runs a script; ends the test run when it fails.
void RunSql(const std::string& address, const std::string& script);

}  // namespace muster::testing

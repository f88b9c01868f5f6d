#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace muster::testing {
namespace {

constexpr const char* kSharedVariable = "MUSTER_TEST_POSTGRES";

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "PostgreSQL for the tests: %s\n", what.c_str());
  std::abort();
}

/// The folder of the programs of the newest installed release.
std::filesystem::path Programs() {
  std::filesystem::path newest;
  std::error_code ignored;
  for (const auto& release : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (std::filesystem::exists(release.path() / "bin/postgres", ignored) && release.path() > newest) {
      newest = release.path();
    }
  }
  if (newest.empty()) {
    Fail("no server in /usr/lib/postgresql; install the package postgresql");
  }
  return newest / "bin";
}

/// PostgreSQL does not run as root.
const passwd* ServerUser() {
  static const passwd* const user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  return user;
}

void BecomeServerUser() {
  const passwd* user = ServerUser();
  if (user != nullptr &&
      (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after the change of user, which would clear it
}

/// Starts a program of PostgreSQL with its output in a file.
pid_t Spawn(const std::string& program, std::vector<std::string> arguments, const std::string& log) {
  const std::string path = (Programs() / program).string();
  std::vector<char*> pointers{const_cast<char*>(path.c_str())};
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  const passwd* user = ServerUser();
  (void)user;  // looked up before the fork
  const pid_t process = fork();
  if (process == 0) {
    BecomeServerUser();
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execv(path.c_str(), pointers.data());
    _exit(127);
  }
  return process;
}

bool Succeeds(PGconn* connection, const std::string& script) {
  const Result result(PQexec(connection, script.c_str()), &PQclear);
  return PQresultStatus(result.get()) == PGRES_COMMAND_OK || PQresultStatus(result.get()) == PGRES_TUPLES_OK;
}

}  // namespace

PostgresServer::PostgresServer(Durability durability) : durability_(durability) {
  const std::string folder = folder_.path().string();
  if (const passwd* user = ServerUser(); user != nullptr && chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    Fail("cannot give the folder to the user postgres");
  }
  const pid_t initdb = Spawn("initdb",
                             {"--pgdata=" + folder + "/data", "--no-sync", "--auth=trust", "--username=muster",
                              "--encoding=UTF8", "--locale=C", "--no-instructions"},
                             folder + "/initdb.log");
  int status = 0;
  if (waitpid(initdb, &status, 0) != initdb || status != 0) {
    Fail("initdb failed");
  }
  Start();
  RunSql(connection() + " dbname=postgres", "CREATE DATABASE muster");
  RunSql(address(), "CREATE EXTENSION btree_gist");
}

PostgresServer::~PostgresServer() {
  if (process_ > 0) {
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
  }
}

std::string PostgresServer::connection() const { return "host=" + folder_.path().string() + " user=muster"; }

void PostgresServer::Start() {
  for (int i = 0; i < 3000; ++i) {
    // After a kill a new one refuses to start until the children of the old one have gone.
    if (process_ < 0 || waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = SpawnServer();
    }
    if (Answers()) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Fail("the server does not start");
}

pid_t PostgresServer::SpawnServer() const {
  const std::string folder = folder_.path().string();
  std::vector<std::string> arguments{"-D", folder + "/data",        "-k", folder,
                                     "-c", "listen_addresses=",     "-c", "max_connections=200",
                                     "-c", "log_min_messages=fatal"};
  if (durability_ == Durability::kUnsynced) {
    arguments.insert(arguments.end(), {"-c", "fsync=off", "-c", "full_page_writes=off"});
  }
  return Spawn("postgres", std::move(arguments), folder + "/postgres.log");
}

void PostgresServer::Kill() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }
}

void PostgresServer::Freeze() { SignalAll(SIGSTOP); }
void PostgresServer::Thaw() { SignalAll(SIGCONT); }

/// The postmaster and what it has started.
void PostgresServer::SignalAll(int signal) const {
  kill(process_, signal);
  const std::string children = "/proc/" + std::to_string(process_) + "/task/" + std::to_string(process_) + "/children";
  if (FILE* file = std::fopen(children.c_str(), "r"); file != nullptr) {
    int child = 0;
    while (std::fscanf(file, "%d", &child) == 1) {
      kill(child, signal);
    }
    std::fclose(file);
  }
}

bool PostgresServer::Answers() const { return PQping((connection() + " dbname=postgres").c_str()) == PQPING_OK; }

const std::string& SharedPostgres() {
  static const std::string connection = [] {
    if (const char* given = std::getenv(kSharedVariable); given != nullptr) {
      return std::string(given);
    }
    static const PostgresServer server;
    setenv(kSharedVariable, server.connection().c_str(), 1);
    return server.connection();
  }();
  return connection;
}

std::string AddressOfSchema(const std::string& schema) {
  const std::string address = SharedPostgres() + " dbname=muster";
  RunSql(address, "SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS " + schema);
  return address + " options='-c search_path=" + schema + ",public'";
}

void RunSql(const std::string& address, const std::string& script) {
  const Connection connection(PQconnectdb(address.c_str()), &PQfinish);
  if (!Succeeds(connection.get(), script)) {
    Fail(PQerrorMessage(connection.get()));
  }
}

}  // namespace muster::testing

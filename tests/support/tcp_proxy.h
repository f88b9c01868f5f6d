#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster::testing {

/// How bytes travel in one direction of a network.
struct Flow {
  bool is_blocked = false;             ///< what is sent stays under way, unnoticed by both sides, until it is false
  std::chrono::milliseconds delay{0};  ///< how long every byte is under way
  int bytes_per_second = 0;            ///< 0: as fast as it goes
  size_t piece = 0;                    ///< most bytes that arrive together; 0: as they were sent
};

/// What a network does to those who use it.
struct NetworkFault {
  bool is_cut = false;  ///< connections are reset, new ones refused
  Flow to_server = {};
  Flow to_client = {};
};

/// A port of loopback behind which another one is, and a network between them that can be spoilt. Bytes are neither
/// lost nor changed nor reordered, as TCP promises. Its work is done by a thread of its own. Thread-safe.
class TcpProxy {
 public:
  /// Listens at a free port; a server at `target_port` of loopback need not be there yet. Ends the test run when it
  /// gets no port.
  explicit TcpProxy(int target_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  /// The port that it listens at.
  int port() const { return port_; }
  /// What the network does from now on; in force when this returns.
  void Set(const NetworkFault& fault);
  /// Everything passes again, and what was under way arrives at once.
  void Mend() { Set({}); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Chunk {
    TimePoint due;
    std::string bytes;
  };
  /// One direction of a connection.
  struct Pipe {
    int from = -1;
    int to = -1;
    std::deque<Chunk> chunks = {};  ///< under way
    size_t queued = 0;              ///< bytes of them
    TimePoint free_at = {};         ///< when the next byte can follow
    bool is_ended = false;          ///< nothing comes any more
    bool is_closed = false;         ///< and the other side knows
    bool is_full = false;           ///< the other side takes no more just now
  };
  struct Connection {
    int client = -1;
    int server = -1;
    Pipe to_server = {};
    Pipe to_client = {};
    bool is_broken = false;
  };

  void Run();
  void TakeFault();
  void Listen(bool listens);
  void Accept();
  void Pump(Connection& connection);
  bool Read(Pipe& pipe, const Flow& flow) const;
  bool Write(Pipe& pipe, const Flow& flow) const;
  static void Close(const Connection& connection);
  void Wait();

  const int target_port_;
  int port_ = 0;
  int listener_ = -1;
  int wake_ = -1;  ///< an eventfd
  bool listens_ = false;
  NetworkFault fault_;  ///< in force; the thread's own
  std::list<Connection> connections_;

  std::mutex mutex_;
  std::condition_variable taken_;
  NetworkFault wanted_;     // guarded by mutex_
  uint64_t wishes_ = 1;     // guarded by mutex_
  uint64_t fulfilled_ = 0;  // guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace muster::testing

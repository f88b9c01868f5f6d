#include "tests/bench/live_broadcast.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

namespace muster::bench {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Text = std::shared_ptr<const std::string>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(Socket socket) : stream_(std::move(socket)) { stream_.text(true); }

  template <class Accepted>
  void Start(Accepted accepted) {
    stream_.auto_fragment(false);
    stream_.async_accept([self = shared_from_this(), accepted](error_code error) {
      if (!error) {
        accepted(self);
        self->Read();
      }
    });
  }
  void Send(const Text& text) {
    queue_.push_back(text);
    if (queue_.size() == 1) {
      Write();
    }
  }

 private:
  void Read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, size_t) {
      if (!error) {
        self->Read();
      }
    });
  }
  void Write() {
    stream_.async_write(asio::buffer(*queue_.front()), [self = shared_from_this()](error_code error, size_t) {
      self->queue_.pop_front();
      if (!error && !self->queue_.empty()) {
        self->Write();
      }
    });
  }

  websocket::stream<Socket> stream_;
  boost::beast::flat_buffer buffer_;
  std::deque<Text> queue_;
};

/// A thread with its sessions.
struct Shard {
  asio::io_context context{1};
  asio::executor_work_guard<Executor> work{context.get_executor()};
  std::vector<std::shared_ptr<Session>> sessions;
  std::thread thread;
};

}  // namespace

class BareBroadcast::Server {
 public:
  explicit Server(int threads) {
    for (int i = 0; i < threads; ++i) {
      shards_.push_back(std::make_unique<Shard>());
    }
    acceptor_ = std::make_unique<asio::basic_socket_acceptor<Tcp, Executor>>(
        shards_[0]->context.get_executor(), Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    Accept();
    for (const auto& shard : shards_) {
      shard->thread = std::thread([&context = shard->context] { context.run(); });
    }
  }
  ~Server() {
    for (const auto& shard : shards_) {
      shard->context.stop();
      shard->thread.join();
    }
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return acceptor_->local_endpoint().port(); }

  void Send(const Text& text) {
    for (const auto& shard : shards_) {
      asio::post(shard->context, [shard = shard.get(), text] {
        for (const auto& session : shard->sessions) {
          session->Send(text);
        }
      });
    }
  }

 private:
  void Accept() {
    Shard& shard = *shards_[next_++ % shards_.size()];
    acceptor_->async_accept(shard.context, [this, &shard](error_code error, Socket socket) {
      if (error) {
        return;
      }
      socket.set_option(Tcp::no_delay(true));
      asio::post(shard.context, [&shard, session = std::make_shared<Session>(std::move(socket))] {
        session->Start([&shard](const std::shared_ptr<Session>& accepted) { shard.sessions.push_back(accepted); });
      });
      Accept();
    });
  }

  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<asio::basic_socket_acceptor<Tcp, Executor>> acceptor_;
  size_t next_ = 0;
};

BareBroadcast::BareBroadcast(int threads) : server_(std::make_unique<Server>(threads)) {}
BareBroadcast::~BareBroadcast() = default;
int BareBroadcast::port() const { return server_->port(); }
void BareBroadcast::Send(std::shared_ptr<const std::string> text) { server_->Send(text); }

}  // namespace muster::bench

// The only file that includes Beast: it takes half a minute to compile.
#include "services/gateway/http/http_server.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <charconv>
#include <deque>
#include <map>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>

#include "muster/base/mutex.h"
#include "services/gateway/http/response_head.h"

namespace muster::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

constexpr auto kSweepInterval = std::chrono::milliseconds(100);
constexpr auto kLingerTimeout = std::chrono::seconds(2);
constexpr auto kSocketCloseTimeout = std::chrono::seconds(3);
constexpr size_t kReadBytes = 8 * 1024;
constexpr auto kLongestCall = std::chrono::seconds(35);      // a little more than the longest deadline
constexpr size_t kMaxParserBody = size_t{64} * 1024 * 1024;  // the handler's own limits are far below
/// The parser keeps nothing of a chunk's header or of the trailers until their end has come: more than this is refused.
constexpr size_t kMaxUnparsed = 8 * 1024 + kReadBytes;
constexpr unsigned kUserTimeoutMs = 15'000;
constexpr int kKeepAliveIdleSeconds = 20;
constexpr int kKeepAliveIntervalSeconds = 5;
constexpr int kKeepAliveProbes = 3;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

class Server;

/// A connection, HTTP or WebSocket. Everything happens on the thread of its shard.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  virtual ~Connection() = default;
  virtual void OnSweep(SteadyTime now) = 0;
  virtual void Drain() = 0;
  virtual void Abort() = 0;
};

/// One thread with its connections.
struct Shard {
  Shard() : work(asio::make_work_guard(context)), sweep(context.get_executor()) {}

  const std::string& Date() {
    const Time now = SystemClock().Now();
    const int64_t second = ToMicros(now) / 1'000'000;
    if (second != date_second) {
      date_second = second;
      date = HttpDate(now);
    }
    return date;
  }

  asio::io_context context{1};
  asio::executor_work_guard<Executor> work;
  Timer sweep;
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::string date;
  int64_t date_second = -1;
  size_t index = 0;
  std::thread thread;
};

/// Counts connections, in all and by address.
class Census {
 public:
  Census(size_t limit, size_t limit_per_address) : limit_(limit), limit_per_address_(limit_per_address) {}

  bool Enter(const std::string& address) {
    MutexLock lock(mutex_);
    size_t& count = by_address_[address];
    if (total_ >= limit_ || count >= limit_per_address_) {
      ++refused_;
      if (count == 0) {
        by_address_.erase(address);
      }
      return false;
    }
    ++count;
    ++total_;
    return true;
  }
  void Leave(const std::string& address) {
    MutexLock lock(mutex_);
    --total_;
    if (const auto found = by_address_.find(address); found != by_address_.end() && --found->second == 0) {
      by_address_.erase(found);
    }
  }
  size_t total() const {
    MutexLock lock(mutex_);
    return total_;
  }
  uint64_t refused() const {
    MutexLock lock(mutex_);
    return refused_;
  }

 private:
  const size_t limit_;
  const size_t limit_per_address_;
  mutable Mutex mutex_;
  size_t total_ MUSTER_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ MUSTER_GUARDED_BY(mutex_) = 0;
  std::map<std::string, size_t> by_address_ MUSTER_GUARDED_BY(mutex_);
};

/// What the connections share.
struct Shared {
  Shared(const HttpServerOptions& the_options, HttpHandler& the_handler)
      : options(the_options),
        handler(the_handler),
        census(the_options.max_connections, the_options.max_connections_per_address) {}

  const HttpServerOptions options;
  HttpHandler& handler;
  Census census;
  std::atomic<bool> draining = false;
  std::atomic<uint64_t> requests = 0;
  std::atomic<size_t> sockets = 0;
  std::atomic<size_t> body_bytes = 0;    ///< held for requests that are being read or answered
  std::atomic<size_t> upload_bytes = 0;  ///< the same of uploads
  std::atomic<int> awaited = 0;          ///< answers that handlers still owe
};

/// Counts an answer that is owed while it lives: the server must not go before it.
class Ticket {
 public:
  explicit Ticket(Shared& shared) : shared_(shared) { shared_.awaited.fetch_add(1); }
  ~Ticket() { shared_.awaited.fetch_sub(1); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

 private:
  Shared& shared_;
};

/// The body of one request among the bytes of all, while it lives.
class BodyShare {
 public:
  BodyShare(Shared& shared, bool is_upload)
      : held_(is_upload ? shared.upload_bytes : shared.body_bytes),
        most_(is_upload ? shared.options.max_upload_bytes : shared.options.max_body_bytes) {}
  ~BodyShare() { held_.fetch_sub(bytes_); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  /// The body has come to `bytes`; false when that is too much for all together.
  bool Grow(size_t bytes) {
    const size_t more = bytes - std::exchange(bytes_, bytes);
    return held_.fetch_add(more) + more <= most_;
  }

 private:
  std::atomic<size_t>& held_;
  const size_t most_;
  size_t bytes_ = 0;
};

/// An accepted socket with its place in the census.
class Guest {
 public:
  Guest(Shared& shared, std::string address) : shared_(&shared), address_(std::move(address)) {}
  Guest(Guest&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)), address_(std::move(other.address_)) {}
  ~Guest() {
    if (shared_ != nullptr) {
      shared_->census.Leave(address_);
    }
  }
  const std::string& address() const { return address_; }

 private:
  Shared* shared_;
  std::string address_;
};

/// A WebSocket after its handshake.
class SocketSession final : public Connection, public WebSocket {
 public:
  SocketSession(Shared& shared, Shard& shard, Socket socket, Guest guest, WebSocketAccept accept)
      : shared_(shared),
        shard_(shard),
        guest_(std::move(guest)),
        handler_(std::move(accept.handler)),
        subprotocol_(std::move(accept.subprotocol)),
        stream_(std::move(socket)) {
    shared_.sockets.fetch_add(1);
  }
  ~SocketSession() override { shared_.sockets.fetch_sub(1); }

  void Start(const http::request<http::string_body>& request) {
    const HttpServerOptions& options = shared_.options;
    stream_.set_option(websocket::stream_base::timeout{options.header_timeout, options.socket_idle_timeout, true});
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
      if (!subprotocol_.empty()) {
        response.set(http::field::sec_websocket_protocol, subprotocol_);
      }
    }));
    stream_.read_message_max(options.socket_max_message);
    stream_.auto_fragment(false);
    stream_.text(true);
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      if (kind == websocket::frame_type::ping) {
        CountMessage();
      }
    });
    stream_.async_accept(request, [self = Self()](error_code error) { self->OnAccepted(error); });
  }

  bool Send(std::shared_ptr<const std::string> text) override {
    const HttpServerOptions& options = shared_.options;
    if (closing_ || queue_.size() >= options.socket_queue_messages ||
        queued_bytes_ + text->size() > options.socket_queue_bytes) {
      return false;
    }
    queued_bytes_ += text->size();
    queue_.push_back(std::move(text));
    WriteNext();
    return true;
  }
  size_t queued() const override { return queue_.size(); }
  size_t shard() const override { return shard_.index; }

  void Close(CloseCode code, std::string_view reason) override {
    if (closing_) {
      return;
    }
    closing_ = true;
    close_deadline_ = SteadyClock::now() + kSocketCloseTimeout;
    reason_ = websocket::close_reason(static_cast<websocket::close_code>(code),
                                      beast::string_view(reason.data(), reason.size()));
    queue_.clear();
    queued_bytes_ = 0;
    if (open_ && !writing_) {
      SendClose();
    }
  }

  void OnSweep(SteadyTime now) override {
    // A client that does not read cannot be told: it is cut off.
    if (closing_ && now > close_deadline_) {
      Abort();
    }
  }
  void Drain() override { Close(CloseCode::kGoingAway, "the server restarts"); }
  void Abort() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
    Leave();
  }

 private:
  std::shared_ptr<SocketSession> Self() { return std::static_pointer_cast<SocketSession>(shared_from_this()); }

  void OnAccepted(error_code error) {
    if (error || left_) {
      Leave();
      return;
    }
    open_ = true;
    if (closing_) {  // told while the handshake was under way
      SendClose();
    } else {
      handler_->OnOpen(*this);
    }
    Read();
  }

  void Read() {
    stream_.async_read(buffer_, [self = Self()](error_code error, size_t) { self->OnRead(error); });
  }

  void OnRead(error_code error) {
    if (error || left_) {
      Leave();
      return;
    }
    if (!stream_.got_text()) {
      Close(CloseCode::kUnsupported, "text only");
    } else if (CountMessage() && !closing_) {
      const auto data = buffer_.data();
      handler_->OnText(std::string(static_cast<const char*>(data.data()), data.size()));
    }
    buffer_.consume(buffer_.size());
    Read();
  }

  /// False, and the end of the socket, when the client sends too often.
  bool CountMessage() {
    const SteadyTime now = SteadyClock::now();
    if (now - window_ > std::chrono::seconds(1)) {
      window_ = now;
      in_window_ = 0;
    }
    if (++in_window_ <= shared_.options.socket_messages_per_second) {
      return true;
    }
    Close(CloseCode::kPolicy, "too many messages");
    return false;
  }

  void WriteNext() {
    if (writing_ || queue_.empty() || !open_ || left_) {
      return;
    }
    writing_ = true;
    current_ = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= current_->size();
    stream_.async_write(asio::buffer(*current_), [self = Self()](error_code error, size_t) { self->OnWritten(error); });
  }

  void OnWritten(error_code error) {
    writing_ = false;
    current_.reset();
    if (error || left_) {
      Leave();
      return;
    }
    if (closing_) {
      SendClose();
      return;
    }
    WriteNext();
    handler_->OnWritten();
  }

  void SendClose() {
    if (!left_) {
      stream_.async_close(reason_, [self = Self()](error_code) {});  // the pending read ends the session
    }
  }

  void Leave() {
    if (std::exchange(left_, true)) {
      return;
    }
    if (open_) {
      handler_->OnClosed();
    }
    handler_.reset();
    shard_.connections.erase(shared_from_this());
  }

  Shared& shared_;
  Shard& shard_;
  const Guest guest_;
  std::shared_ptr<WebSocketHandler> handler_;
  const std::string subprotocol_;
  websocket::stream<Socket> stream_;
  beast::flat_buffer buffer_;
  std::deque<std::shared_ptr<const std::string>> queue_;
  size_t queued_bytes_ = 0;
  std::shared_ptr<const std::string> current_;
  websocket::close_reason reason_;
  SteadyTime close_deadline_;
  SteadyTime window_;
  int in_window_ = 0;
  bool open_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool left_ = false;
};

class Exchange;

/// An HTTP/1.1 connection: reads one request after the other and answers each before it looks at the next.
class HttpSession final : public Connection {
 public:
  HttpSession(Shared& shared, Shard& shard, Socket socket, Guest guest)
      : shared_(shared),
        shard_(shard),
        guest_(std::move(guest)),
        socket_(std::move(socket)),
        timer_(shard.context.get_executor()) {}

  void Start() {
    deadline_ = SteadyClock::now() + shared_.options.idle_timeout;
    Read();
  }

  Executor executor() const { return shard_.context.get_executor(); }
  Shared& shared() { return shared_; }

  // For the exchange, on the shard's thread. `number` names the request; an answer that comes too late does nothing.
  void Answer(uint64_t number, HttpResponse response);
  void BeginStream(uint64_t number, HttpResponse head);
  void WritePiece(uint64_t number, std::string piece, std::function<void(bool)> done);
  void EndStream(uint64_t number, std::string piece, std::function<void()> done);
  void Arm(uint64_t number, Duration timeout, std::function<void()> late);

  void OnSweep(SteadyTime now) override;
  void Drain() override;
  void Abort() override { Gone(); }

 private:
  enum class State { kHeader, kBody, kAnswering, kStreaming, kLingering, kClosed };

  std::shared_ptr<HttpSession> Self() { return std::static_pointer_cast<HttpSession>(shared_from_this()); }
  void Read();
  void OnRead(error_code error, size_t size);
  void Process();
  void ProcessHeader();
  bool ParseHeader(size_t length);
  void FillHead();
  void Route();
  void Admit(const BodyPlan& plan);
  void OnAdmission(const BodyPlan& plan, std::optional<HttpResponse> refusal);
  void PlanBody(const BodyPlan& plan);
  void ProcessBody();
  void Dispatch();
  void BeginUpgrade();
  void OnUpgradeAnswer(UpgradeAnswer answer);
  void Refuse(int status);
  void SendWhole(HttpResponse response);
  void Done();
  void Linger();
  void Watch();
  void OnReadable();
  void Gone();
  void Close();
  bool KeepAlive() const { return keep_alive_ && !shared_.draining.load(); }
  template <class Buffers, class Then>
  void Write(const Buffers& buffers, size_t size, Then then);

  Shared& shared_;
  Shard& shard_;
  Guest guest_;
  Socket socket_;
  Timer timer_;
  State state_ = State::kHeader;
  std::string in_;  ///< bytes that came and are not parsed yet
  std::array<char, kReadBytes> chunk_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  std::weak_ptr<Exchange> exchange_;
  uint64_t number_ = 0;
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool http10_ = false;
  bool chunked_ = false;
  bool reading_ = false;
  bool watching_ = false;
  bool writing_ = false;
  SteadyTime deadline_;
  SteadyTime begin_;  ///< when the first byte of the request came
  size_t body_bytes_ = 0;
  std::unique_ptr<BodyShare> body_share_;  ///< of the request that is being read
  std::string head_;
  std::function<void()> after_head_;
  std::string piece_;
  std::shared_ptr<const std::string> shared_piece_;
};

/// The handle on a request that handlers hold.
class Exchange final : public HttpExchange, public HttpStream, public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<HttpSession> session, uint64_t number, std::unique_ptr<BodyShare> body_share)
      : ticket_(session->shared()), body_share_(std::move(body_share)), session_(std::move(session)), number_(number) {}
  ~Exchange() override {
    if (!answered_.load()) {
      HttpResponse response;
      response.status = 500;
      PostAnswer(std::move(response));
    } else if (streaming_.load() && !finished_.load()) {
      asio::post(session_->executor(), [session = session_] { session->Abort(); });
    }
  }

  void Send(HttpResponse response) override {
    if (!answered_.exchange(true)) {
      PostAnswer(std::move(response));
    }
  }
  std::shared_ptr<HttpStream> SendStream(HttpResponse head) override {
    if (!answered_.exchange(true)) {
      streaming_.store(true);
      asio::dispatch(session_->executor(), [session = session_, number = number_, head = std::move(head)]() mutable {
        session->BeginStream(number, std::move(head));
      });
    }
    return shared_from_this();
  }
  void OnGone(std::function<void()> gone) override {
    {
      MutexLock lock(mutex_);
      if (!gone_) {
        on_gone_ = std::move(gone);
        return;
      }
    }
    gone();
  }
  void Run(std::function<void()> work) override { asio::dispatch(session_->executor(), std::move(work)); }
  void OnTimeout(Duration timeout, std::function<void()> late) override {
    asio::dispatch(session_->executor(),
                   [session = session_, number = number_, timeout, late = std::move(late)]() mutable {
                     session->Arm(number, timeout, std::move(late));
                   });
  }
  void Write(std::string piece, std::function<void(bool)> done) override {
    asio::dispatch(session_->executor(),
                   [session = session_, number = number_, piece = std::move(piece), done = std::move(done)]() mutable {
                     session->WritePiece(number, std::move(piece), std::move(done));
                   });
  }
  void Finish(std::string last_piece, std::function<void()> done) override {
    finished_.store(true);
    asio::dispatch(session_->executor(), [session = session_, number = number_, piece = std::move(last_piece),
                                          done = std::move(done)]() mutable {
      session->EndStream(number, std::move(piece), std::move(done));
    });
  }

  bool answered() const { return answered_.load(); }
  void RunGone() {
    std::function<void()> gone;
    {
      MutexLock lock(mutex_);
      gone_ = true;
      gone.swap(on_gone_);
    }
    if (gone) {
      gone();
    }
  }

 private:
  void PostAnswer(HttpResponse response) {
    asio::dispatch(session_->executor(),
                   [session = session_, number = number_, response = std::move(response)]() mutable {
                     session->Answer(number, std::move(response));
                   });
  }

  const Ticket ticket_;
  const std::unique_ptr<BodyShare> body_share_;
  const std::shared_ptr<HttpSession> session_;
  const uint64_t number_;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> streaming_ = false;
  std::atomic<bool> finished_ = false;
  Mutex mutex_;
  bool gone_ MUSTER_GUARDED_BY(mutex_) = false;
  std::function<void()> on_gone_ MUSTER_GUARDED_BY(mutex_);
};

// ---- reading

void HttpSession::Read() {
  if (reading_ || state_ == State::kClosed) {
    return;
  }
  reading_ = true;
  socket_.async_read_some(asio::buffer(chunk_),
                          [self = Self()](error_code error, size_t size) { self->OnRead(error, size); });
}

void HttpSession::OnRead(error_code error, size_t size) {
  reading_ = false;
  if (state_ == State::kClosed) {
    return;
  }
  if (error) {
    Close();
    return;
  }
  if (state_ == State::kLingering) {
    body_bytes_ += size;
    body_bytes_ > kMaxParserBody ? Close() : Read();
    return;
  }
  if (state_ == State::kHeader && in_.empty()) {
    begin_ = SteadyClock::now();
    deadline_ = begin_ + shared_.options.header_timeout;
  }
  body_bytes_ += state_ == State::kBody ? size : 0;
  in_.append(chunk_.data(), size);
  Process();
}

void HttpSession::Process() {
  if (state_ == State::kHeader) {
    ProcessHeader();
  } else if (state_ == State::kBody) {
    ProcessBody();
  }
}

void HttpSession::ProcessHeader() {
  const size_t length = HeaderLength(in_);
  const int status = length == 0 ? CheckPartialHeader(in_, shared_.options.header)
                                 : CheckHeader(std::string_view(in_).substr(0, length), shared_.options.header);
  if (status != 0) {
    Refuse(status);
  } else if (length == 0) {
    Read();
  } else if (!ParseHeader(length)) {
    Refuse(400);
  } else {
    FillHead();
    Route();
  }
}

bool HttpSession::ParseHeader(size_t length) {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(length) + 1);
  parser_->body_limit(kMaxParserBody);
  error_code error;
  const size_t used = parser_->put(asio::buffer(in_.data(), length), error);
  if ((error && error != http::error::need_more) || !parser_->is_header_done() || used != length) {
    return false;
  }
  in_.erase(0, length);
  return true;
}

void HttpSession::FillHead() {
  const auto& message = parser_->get();
  http10_ = message.version() < 11;
  keep_alive_ = message.keep_alive() && !http10_;
  request_ = HttpRequest();
  request_.method = std::string(message.method_string());
  head_only_ = request_.method == "HEAD";
  const std::string target(message.target());
  const size_t question = target.find('?');
  request_.path = target.substr(0, question);
  request_.query = question == target.npos ? "" : target.substr(question + 1);
  request_.remote_address = guest_.address();
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    request_.headers.emplace_back(std::move(name), std::string(field.value()));
  }
}

void HttpSession::Route() {
  ++number_;
  shared_.requests.fetch_add(1, std::memory_order_relaxed);
  if (request_.method == "GET" && websocket::is_upgrade(parser_->get())) {
    BeginUpgrade();
    return;
  }
  HeadAnswer answer = shared_.handler.OnHead(request_);
  if (const auto* plan = std::get_if<BodyPlan>(&answer)) {
    plan->admit ? Admit(*plan) : PlanBody(*plan);
    return;
  }
  auto& response = std::get<HttpResponse>(answer);
  // What was announced and is not read would be taken for the next request.
  response.close = response.close || !parser_->is_done();
  state_ = State::kAnswering;
  SendWhole(std::move(response));
}

void HttpSession::Admit(const BodyPlan& plan) {
  state_ = State::kAnswering;
  deadline_ = SteadyClock::now() + shared_.options.request_timeout;
  const auto ticket = std::make_shared<Ticket>(shared_);
  plan.admit([self = Self(), ticket, plan](std::optional<HttpResponse> refusal) {
    asio::dispatch(self->executor(), [self, plan, refusal = std::move(refusal)]() mutable {
      self->OnAdmission(plan, std::move(refusal));
    });
  });
}

void HttpSession::OnAdmission(const BodyPlan& plan, std::optional<HttpResponse> refusal) {
  if (state_ != State::kAnswering || !parser_.has_value()) {
    return;
  }
  if (!refusal) {
    PlanBody(plan);
    return;
  }
  refusal->close = refusal->close || !parser_->is_done();
  SendWhole(*std::move(refusal));
}

void HttpSession::PlanBody(const BodyPlan& plan) {
  if (parser_->content_length().value_or(0) > plan.max_body) {
    Refuse(413);
    return;
  }
  if (!parser_->is_done()) {
    parser_->body_limit(plan.max_body);
  }
  state_ = State::kBody;
  body_bytes_ = 0;
  body_share_ = std::make_unique<BodyShare>(shared_, plan.is_upload);
  deadline_ = begin_ + (plan.timeout > Duration::zero() ? plan.timeout : shared_.options.request_timeout);
  if (parser_->is_done() || request_.Header("expect") != "100-continue" || !in_.empty()) {
    ProcessBody();
    return;
  }
  Write(asio::buffer(kContinue.data(), kContinue.size()), kContinue.size(), [this] { ProcessBody(); });
}

void HttpSession::ProcessBody() {
  while (!parser_->is_done() && !in_.empty()) {
    error_code error;
    const size_t used = parser_->put(asio::buffer(in_), error);
    in_.erase(0, used);
    if (error == http::error::need_more && in_.size() <= kMaxUnparsed) {
      break;
    }
    if (error) {
      const bool too_long = error == http::error::body_limit || error == http::error::need_more;
      Refuse(too_long ? 413 : 400);
      return;
    }
  }
  if (!body_share_->Grow(parser_->get().body().size())) {
    Refuse(503);
    return;
  }
  parser_->is_done() ? Dispatch() : Read();
}

void HttpSession::Dispatch() {
  request_.body = std::move(parser_->get().body());
  parser_.reset();
  state_ = State::kAnswering;
  const auto exchange = std::make_shared<Exchange>(Self(), number_, std::move(body_share_));
  exchange_ = exchange;
  shared_.handler.OnRequest(std::move(request_), exchange);
  if (state_ == State::kAnswering && !writing_) {
    Watch();
  }
}

// ---- WebSocket

void HttpSession::BeginUpgrade() {
  if (!parser_->is_done() || !in_.empty()) {
    Refuse(400);  // nothing may follow before the handshake is answered
    return;
  }
  state_ = State::kAnswering;
  deadline_ = SteadyClock::now() + shared_.options.header_timeout;
  const auto ticket = std::make_shared<Ticket>(shared_);
  shared_.handler.OnUpgrade(request_, [self = Self(), ticket](UpgradeAnswer answer) {
    asio::dispatch(self->executor(),
                   [self, answer = std::move(answer)]() mutable { self->OnUpgradeAnswer(std::move(answer)); });
  });
}

void HttpSession::OnUpgradeAnswer(UpgradeAnswer answer) {
  if (state_ != State::kAnswering || !parser_.has_value()) {
    return;
  }
  if (auto* refusal = std::get_if<HttpResponse>(&answer)) {
    refusal->close = true;
    SendWhole(std::move(*refusal));
    return;
  }
  const http::request<http::string_body> request = parser_->release();
  const auto self = Self();
  auto socket = std::make_shared<SocketSession>(shared_, shard_, std::move(socket_), std::move(guest_),
                                                std::move(std::get<WebSocketAccept>(answer)));
  state_ = State::kClosed;
  shard_.connections.erase(self);
  shard_.connections.insert(socket);
  socket->Start(request);
}

// ---- writing

template <class Buffers, class Then>
void HttpSession::Write(const Buffers& buffers, size_t size, Then then) {
  writing_ = true;
  // A client that reads at 64 KiB/s or more is slow, not stuck.
  deadline_ = SteadyClock::now() + shared_.options.write_timeout + std::chrono::milliseconds(size / 64);
  asio::async_write(socket_, buffers, [self = Self(), then = std::move(then)](error_code error, size_t) mutable {
    self->writing_ = false;
    if (self->state_ == State::kClosed) {
      return;
    }
    error ? self->Gone() : then();
  });
}

void HttpSession::Refuse(int status) {
  HttpResponse response = shared_.handler.OnRefused(status, request_.path);
  response.close = true;
  state_ = State::kAnswering;
  head_only_ = false;
  in_.clear();  // whatever follows is not to be trusted
  parser_.reset();
  body_share_.reset();
  SendWhole(std::move(response));
}

void HttpSession::Answer(uint64_t number, HttpResponse response) {
  if (number == number_ && state_ == State::kAnswering && !writing_) {
    SendWhole(std::move(response));
  }
}

void HttpSession::SendWhole(HttpResponse response) {
  keep_alive_ = KeepAlive() && !response.close;
  shared_piece_ = std::move(response.shared_body);
  piece_ = std::move(response.body);
  const std::string& body = shared_piece_ != nullptr ? *shared_piece_ : piece_;
  head_ = ResponseHead(response, {.length = body.size(), .chunked = false, .keep_alive = keep_alive_}, shard_.Date());
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_),
                                                     asio::buffer(body.data(), head_only_ ? 0 : body.size())};
  Write(buffers, head_.size() + body.size(), [this] { Done(); });
}

void HttpSession::BeginStream(uint64_t number, HttpResponse head) {
  if (number != number_ || state_ != State::kAnswering || writing_) {
    return;
  }
  state_ = State::kStreaming;
  chunked_ = !http10_;
  keep_alive_ = KeepAlive() && chunked_;
  head_ = ResponseHead(head, {.length = std::nullopt, .chunked = chunked_, .keep_alive = keep_alive_}, shard_.Date());
  Write(asio::buffer(head_), head_.size(), [this] {
    deadline_ = SteadyTime::max();
    if (after_head_) {
      std::exchange(after_head_, nullptr)();
    }
  });
  Watch();
}

/// A piece in the framing of its response.
std::string Framed(std::string piece, bool chunked) {
  if (!chunked || piece.empty()) {
    return piece;
  }
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr;
  return std::string(digits.data(), end) + "\r\n" + std::move(piece) + "\r\n";
}

void HttpSession::WritePiece(uint64_t number, std::string piece, std::function<void(bool)> done) {
  if (number != number_ || state_ != State::kStreaming) {
    done(false);
    return;
  }
  if (writing_) {  // the head is still under way: a stream has one piece at a time
    after_head_ = [this, number, piece = std::move(piece), done = std::move(done)]() mutable {
      WritePiece(number, std::move(piece), std::move(done));
    };
    return;
  }
  piece_ = Framed(std::move(piece), chunked_);
  writing_ = true;
  deadline_ = SteadyClock::now() + shared_.options.write_timeout;
  asio::async_write(socket_, asio::buffer(piece_), [self = Self(), done = std::move(done)](error_code error, size_t) {
    self->writing_ = false;
    const bool ok = !error && self->state_ == State::kStreaming;
    if (error && self->state_ != State::kClosed) {
      self->Gone();
    }
    self->deadline_ = SteadyTime::max();
    done(ok);
  });
}

void HttpSession::EndStream(uint64_t number, std::string piece, std::function<void()> done) {
  if (number != number_ || state_ != State::kStreaming) {
    done();
    return;
  }
  if (writing_) {
    after_head_ = [this, number, piece = std::move(piece), done = std::move(done)]() mutable {
      EndStream(number, std::move(piece), std::move(done));
    };
    return;
  }
  piece_ = Framed(std::move(piece), chunked_) + (chunked_ ? "0\r\n\r\n" : "");
  Write(asio::buffer(piece_), piece_.size(), [this, done = std::move(done)] {
    Done();
    done();
  });
}

void HttpSession::Arm(uint64_t number, Duration timeout, std::function<void()> late) {
  if (number != number_ || (state_ != State::kAnswering && state_ != State::kStreaming)) {
    return;
  }
  timer_.expires_after(timeout);
  timer_.async_wait([self = Self(), number, late = std::move(late)](error_code error) {
    const bool waiting = self->state_ == State::kAnswering || self->state_ == State::kStreaming;
    if (!error && number == self->number_ && waiting) {
      late();
    }
  });
}

// ---- between and after requests

void HttpSession::Done() {
  timer_.cancel();
  if (!keep_alive_ || shared_.draining.load()) {
    Linger();
    return;
  }
  state_ = State::kHeader;
  const SteadyTime now = SteadyClock::now();
  begin_ = now;
  deadline_ = now + (in_.empty() ? shared_.options.idle_timeout : shared_.options.header_timeout);
  in_.empty() ? Read() : Process();
}

/// Closes so that the client still reads the answer: a reset would overtake it while unread bytes lie here.
void HttpSession::Linger() {
  state_ = State::kLingering;
  error_code ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  deadline_ = SteadyClock::now() + kLingerTimeout;
  body_bytes_ = 0;
  Read();
}

/// Looks out for a client that leaves while its answer is made: no read is under way then.
void HttpSession::Watch() {
  if (watching_ || reading_ || !in_.empty()) {
    return;
  }
  watching_ = true;
  socket_.async_wait(Socket::wait_read, [self = Self()](error_code) { self->OnReadable(); });
}

void HttpSession::OnReadable() {
  watching_ = false;
  if (state_ != State::kAnswering && state_ != State::kStreaming) {
    return;
  }
  // Readable may also mean the next request: only a look decides.
  char byte = 0;
  const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    Gone();
  } else if (size < 0) {
    Watch();  // what woke it was the request that is being answered
  }
}

void HttpSession::Gone() {
  const auto exchange = exchange_.lock();
  Close();
  if (exchange != nullptr) {
    exchange->RunGone();
  }
}

void HttpSession::Close() {
  if (state_ == State::kClosed) {
    return;
  }
  state_ = State::kClosed;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  body_share_.reset();
  if (after_head_) {
    std::exchange(after_head_, nullptr)();  // answers "gone"
  }
  shard_.connections.erase(shared_from_this());
}

void HttpSession::OnSweep(SteadyTime now) {
  const bool reading_body = state_ == State::kBody && !writing_;
  const auto body_time = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
  const bool too_slow =
      reading_body && body_time > shared_.options.header_timeout &&
      body_bytes_ < shared_.options.min_bytes_per_second * static_cast<size_t>(body_time.count()) / 1000;
  if (now <= deadline_ && !too_slow) {
    return;
  }
  if (writing_) {
    Gone();
  } else if (state_ == State::kBody || (state_ == State::kHeader && !in_.empty())) {
    Refuse(408);
  } else if (state_ == State::kHeader || state_ == State::kLingering) {
    Close();
  }
}

void HttpSession::Drain() {
  if (state_ == State::kHeader && in_.empty()) {
    Close();
  }
}

// ---- the server

/// A peer that vanishes without a word is noticed while we send and, on a stream that is silent, while we do not.
void NoticeLostPeers(Socket& socket) {
  const auto set = [&socket](int level, int option, auto value) {
    ::setsockopt(socket.native_handle(), level, option, &value, sizeof(value));
  };
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
}

class Server final : public HttpServer {
 public:
  Server(const HttpServerOptions& options, HttpHandler& handler) : shared_(options, handler) {
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
      shards_.push_back(std::make_unique<Shard>());
      shards_.back()->index = static_cast<size_t>(i);
    }
    acceptor_ = std::make_unique<Acceptor>(shards_[0]->context.get_executor());
    retry_ = std::make_unique<Timer>(shards_[0]->context.get_executor());
  }
  ~Server() override { Stop(Duration::zero()); }

  absl::Status Listen() {
    const std::string& listen = shared_.options.listen;
    const size_t colon = listen.rfind(':');
    unsigned port = 0;
    const char* end = listen.data() + listen.size();
    if (colon == listen.npos || std::from_chars(listen.data() + colon + 1, end, port).ptr != end || port > 65535) {
      return absl::InternalError("not an address to listen on: " + listen);
    }
    std::string host = listen.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
      host = host.substr(1, host.size() - 2);
    }
    error_code error;
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    const Tcp::endpoint endpoint(address, static_cast<uint16_t>(port));
    if (!error) acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(1024, error);
    if (!error) port_ = acceptor_->local_endpoint(error).port();
    if (error) {
      return absl::InternalError("cannot listen on " + listen + ": " + error.message());
    }
    return absl::OkStatus();
  }

  void Run() {
    for (const auto& shard : shards_) {
      Sweep(*shard);
      shard->thread = std::thread([&context = shard->context] { context.run(); });
    }
    asio::post(shards_[0]->context, [this] { Accept(); });
  }

  int port() const override { return port_; }
  size_t shards() const override { return shards_.size(); }
  void Post(size_t shard, std::function<void()> work) override { asio::post(shards_[shard]->context, std::move(work)); }
  HttpServerStats stats() const override {
    return {shared_.census.total(), shared_.sockets.load(), shared_.requests.load(), shared_.census.refused(),
            shared_.body_bytes.load() + shared_.upload_bytes.load()};
  }

  void Drain() override {
    if (shared_.draining.exchange(true)) {
      return;
    }
    asio::post(shards_[0]->context, [this] {
      error_code ignored;
      acceptor_->close(ignored);
      retry_->cancel();
    });
    ForEach([](Connection& connection) { connection.Drain(); });
  }

  void Stop(Duration grace) override {
    if (stopped_) {
      return;
    }
    stopped_ = true;
    Drain();
    const Duration end = SystemClock().Steady() + grace;
    while (shared_.census.total() > 0 && SystemClock().Steady() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ForEach([](Connection& connection) { connection.Abort(); });
    const Duration last = SystemClock().Steady() + kLongestCall;
    while (shared_.awaited.load() > 0 && SystemClock().Steady() < last) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    for (const auto& shard : shards_) {
      asio::post(shard->context, [&shard = *shard] {
        shard.sweep.cancel();
        shard.work.reset();
        shard.context.stop();
      });
    }
    for (const auto& shard : shards_) {
      if (shard->thread.joinable()) {
        shard->thread.join();
      }
    }
  }

 private:
  template <class Action>
  void ForEach(Action action) {
    for (const auto& shard : shards_) {
      asio::post(shard->context, [&shard = *shard, action] {
        const auto connections = shard.connections;  // a copy: they leave the set while being told
        for (const auto& connection : connections) {
          action(*connection);
        }
      });
    }
  }

  void Sweep(Shard& shard) {
    shard.sweep.expires_after(kSweepInterval);
    shard.sweep.async_wait([this, &shard](error_code error) {
      if (error) {
        return;
      }
      const SteadyTime now = SteadyClock::now();
      const auto connections = shard.connections;
      for (const auto& connection : connections) {
        connection->OnSweep(now);
      }
      Sweep(shard);
    });
  }

  void Accept() {
    Shard& shard = *shards_[next_++ % shards_.size()];
    acceptor_->async_accept(shard.context.get_executor(), [this, &shard](error_code error, Socket socket) {
      if (shared_.draining.load()) {
        return;
      }
      if (error) {
        RetryLater();  // no file descriptors left: others must leave first
        return;
      }
      Admit(shard, std::move(socket));
      Accept();
    });
  }

  void RetryLater() {
    retry_->expires_after(std::chrono::milliseconds(100));
    retry_->async_wait([this](error_code error) {
      if (!error && !shared_.draining.load()) {
        Accept();
      }
    });
  }

  void Admit(Shard& shard, Socket socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    const std::string address = error ? std::string() : peer.address().to_string();
    if (error || !shared_.census.Enter(address)) {
      return;  // the socket closes as it goes
    }
    socket.set_option(Tcp::no_delay(true), error);
    NoticeLostPeers(socket);
    auto session = std::make_shared<HttpSession>(shared_, shard, std::move(socket), Guest(shared_, address));
    asio::post(shard.context, [this, &shard, session] {
      shard.connections.insert(session);
      shared_.draining.load() ? session->Abort() : session->Start();
    });
  }

  Shared shared_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<Timer> retry_;
  size_t next_ = 0;
  int port_ = 0;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options, HttpHandler& handler,
                                                              const std::function<void(HttpServer&)>& before_first) {
  auto server = std::make_unique<Server>(options, handler);
  if (absl::Status status = server->Listen(); !status.ok()) {
    return status;
  }
  if (before_first) {
    before_first(*server);
  }
  server->Run();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace muster::gateway

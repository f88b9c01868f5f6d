#include "services/cli/connect/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace muster::cli {
namespace {

/// A connected socket that is closed with its scope; -1 when nobody accepts.
class Connection {
 public:
  explicit Connection(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
      return;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    file_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file_ >= 0 && connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      close(file_);
      file_ = -1;
    }
  }
  ~Connection() {
    if (file_ >= 0) {
      close(file_);
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  int file() const { return file_; }

 private:
  int file_ = -1;
};

}  // namespace

bool SocketAnswers(const std::string& path) { return Connection(path).file() >= 0; }

absl::StatusOr<std::string> AskSocket(const std::string& path, const std::string& question, size_t limit,
                                      Duration timeout) {
  const Connection connection(path);
  if (connection.file() < 0) {
    return absl::UnavailableError("nobody listens on " + path);
  }
  timeval wait{};
  wait.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  wait.tv_usec = (timeout % std::chrono::seconds(1)).count();
  setsockopt(connection.file(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (send(connection.file(), question.data(), question.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(question.size())) {
    return absl::UnavailableError("cannot write to " + path);
  }
  std::string answer(limit, '\0');
  const ssize_t count = recv(connection.file(), answer.data(), answer.size(), 0);
  if (count <= 0) {
    return absl::DeadlineExceededError("no answer on " + path);
  }
  answer.resize(static_cast<size_t>(count));
  return answer;
}

}  // namespace muster::cli

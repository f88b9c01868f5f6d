#include "services/cli/connect/http_peer.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "muster/domain/reason.h"
#include "muster/rpc/error_codec.h"
#include "services/cli/connect/envelope.h"
#include "services/cli/connect/http_client.h"

namespace muster::cli {
namespace {

/// "muster.x.v1.XService.Method" as "muster.x.v1.XService/Method".
std::string PathOf(const std::string& full_name) {
  std::string path = full_name;
  path[path.rfind('.')] = '/';
  return path;
}

const google::protobuf::Message* ItemPrototype(const std::string& full_name) {
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  return google::protobuf::MessageFactory::generated_factory()->GetPrototype(method->output_type());
}

/// The status that ends a stream: the JSON of its last envelope holds an error or nothing.
absl::Status EndOfStream(std::string_view json) {
  const auto end = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!end.is_object() || !end.contains("error")) {
    return absl::OkStatus();
  }
  return rpc::DecodeConnectError(200, end["error"].dump());
}

/// One running stream: a thread that reads it, and the caller's wish to end it.
class HttpStream final : public rpc::StreamHandle {
 public:
  HttpStream(HttpRequest request, const google::protobuf::Message* prototype,
             std::shared_ptr<rpc::StreamConsumer> consumer)
      : request_(std::move(request)),
        prototype_(prototype),
        consumer_(std::move(consumer)),
        thread_([this] { Run(); }) {}
  ~HttpStream() override {
    Cancel();
    thread_.join();
  }
  void Cancel() override { cancelled_.store(true); }

 private:
  void Run() {
    EnvelopeReader reader;
    const auto reply = FetchStream(
        request_, [this](int status) { status_code_ = status; },
        [&](std::string_view bytes) { return Take(bytes, &reader); }, [this] { return cancelled_.load(); });
    consumer_->OnDone(reply.ok() ? Outcome(*reply) : reply.status());
  }

  bool Take(std::string_view bytes, EnvelopeReader* reader) {
    if (status_code_ != 200) {
      error_body_ += bytes.substr(0, 64UL * 1024);
      return error_body_.size() < 64UL * 1024;
    }
    return reader->Feed(bytes,
                        [this](unsigned char flags, std::string_view message) { return OnEnvelope(flags, message); });
  }

  bool OnEnvelope(unsigned char flags, std::string_view message) {
    if ((flags & EnvelopeReader::kEndOfStream) != 0) {
      end_ = EndOfStream(message);
      ended_ = true;
      return true;
    }
    const std::unique_ptr<google::protobuf::Message> item(prototype_->New());
    return item->ParseFromArray(message.data(), static_cast<int>(message.size())) &&
           consumer_->OnItem(*item, /*may_block=*/true) != rpc::StreamConsumer::Taken::kGone;
  }

  absl::Status Outcome(const HttpReply& reply) const {
    if (reply.status != 200) {
      return rpc::DecodeConnectError(reply.status, error_body_);
    }
    return ended_ || cancelled_.load() ? end_ : Error(Reason::kDraining);
  }

  const HttpRequest request_;
  const google::protobuf::Message* const prototype_;
  const std::shared_ptr<rpc::StreamConsumer> consumer_;
  std::atomic<bool> cancelled_ = false;
  int status_code_ = 0;
  bool ended_ = false;
  absl::Status end_;
  std::string error_body_;
  std::thread thread_;
};

class HttpPeer final : public rpc::Peer {
 public:
  HttpPeer(std::string url, const Clock& clock) : url_(std::move(url)), clock_(clock) {
    while (url_.ends_with('/')) {
      url_.pop_back();
    }
  }

  void Unary(const std::string& full_name, const rpc::Call& parent, const google::protobuf::Message& request,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override {
    HttpRequest http = MakeRequest(full_name, parent, "application/proto");
    http.body = request.SerializeAsString();
    http.timeout = parent.steady_deadline - clock_.Steady();
    http.headers.push_back("Connect-Timeout-Ms: " + std::to_string(http.timeout.count() / 1000));
    done(Exchange(http, response));
  }

  std::unique_ptr<rpc::StreamHandle> Stream(const std::string& full_name, const rpc::Call& parent,
                                            const google::protobuf::Message& request,
                                            std::shared_ptr<rpc::StreamConsumer> consumer) override {
    HttpRequest http = MakeRequest(full_name, parent, "application/connect+proto");
    http.body = MakeEnvelope(request.SerializeAsString());
    return std::make_unique<HttpStream>(std::move(http), ItemPrototype(full_name), std::move(consumer));
  }

 private:
  HttpRequest MakeRequest(const std::string& full_name, const rpc::Call& parent, const std::string& type) const {
    HttpRequest http;
    http.url = url_ + "/" + PathOf(full_name);
    http.post = true;
    http.headers = {"Content-Type: " + type, "Connect-Protocol-Version: 1",
                    "Expect:", "traceparent: " + rpc::MakeTraceparent(parent.trace_id)};
    if (!parent.access_token.empty()) {
      http.headers.push_back("Authorization: Bearer " + parent.access_token);
    }
    return http;
  }

  static absl::Status Exchange(const HttpRequest& http, google::protobuf::Message* response) {
    const auto reply = Fetch(http);
    if (!reply.ok()) {
      return reply.status();
    }
    if (reply->status != 200) {
      return rpc::DecodeConnectError(reply->status, reply->body);
    }
    return response->ParseFromString(reply->body) ? absl::OkStatus() : Error(Reason::kInternal);
  }

  std::string url_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<rpc::Peer> MakeHttpPeer(std::string url, const Clock& clock) {
  return std::make_unique<HttpPeer>(std::move(url), clock);
}

}  // namespace muster::cli

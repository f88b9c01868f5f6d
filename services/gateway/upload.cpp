#include "services/gateway/upload.h"

#include <chrono>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/random.h"

namespace muster::gateway {
namespace {

constexpr const char* kUploadPart = "muster.registry.v1.RegistryService.UploadPart";
constexpr size_t kPartBytes = 512UL * 1024;
constexpr Duration kPartTimeout = std::chrono::seconds(10);

}  // namespace

UploadCall::UploadCall(rpc::Peer& registry, rpc::Call call, std::string content, std::shared_ptr<HttpExchange> exchange,
                       const Clock& clock, Done done)
    : registry_(registry),
      call_(std::move(call)),
      content_(std::move(content)),
      exchange_(std::move(exchange)),
      clock_(clock),
      done_(std::move(done)) {
  call_.source_address = rpc::kProcessSource;  // the parts are this process's doing: the method is internal
}

void UploadCall::SendNext() {
  registry::v1::UploadPartRequest request;
  request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  request.set_upload_id(upload_id_);
  request.set_number(number_);
  request.set_content(content_.substr(sent_, kPartBytes));
  sent_ += request.content().size();
  request.set_last(sent_ == content_.size());
  ++number_;
  call_.steady_deadline = clock_.Steady() + kPartTimeout;
  rpc::CallUnary<registry::v1::UploadPartResponse>(
      registry_, kUploadPart, call_, request,
      [self = shared_from_this()](absl::StatusOr<registry::v1::UploadPartResponse> reply) {
        // The thread that answers may be the store's only writer: the next part is made on the connection's.
        self->exchange_->Run([self, reply = std::move(reply)]() mutable { self->OnReply(std::move(reply)); });
      });
}

void UploadCall::OnReply(absl::StatusOr<registry::v1::UploadPartResponse> reply) {
  if (!reply.ok() || sent_ == content_.size()) {
    done_(std::move(reply));
    return;
  }
  upload_id_ = reply->upload_id();
  SendNext();
}

}  // namespace muster::gateway

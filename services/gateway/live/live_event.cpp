#include "services/gateway/live/live_event.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "muster/base/text.h"
#include "services/gateway/connect/json_writer.h"

namespace muster::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

void AppendMember(std::string& out, std::string_view name, std::string_view value) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += name;
  out += "\":";
  AppendJsonString(out, value);
}

/// The payload as JSON; empty when its type is not linked in or the bytes are not of it.
std::string PayloadJson(const events::FeedEvent& event) {
  const auto* type = DescriptorPool::generated_pool()->FindMessageTypeByName(event.data_type);
  if (type == nullptr) {
    return {};
  }
  const std::unique_ptr<Message> payload(MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!payload->ParseFromString(event.data)) {
    return {};
  }
  absl::StatusOr<std::string> json = WriteJson(*payload);
  return json.ok() ? *std::move(json) : std::string();
}

std::string Encode(const events::FeedEvent& event) {
  std::string out = "{";
  AppendMember(out, "specversion", "1.0");
  AppendMember(out, "id", event.id.value());
  AppendMember(out, "source", "muster/" + event.owner);
  AppendMember(out, "type", event.type);
  AppendMember(out, "subject", event.subject);
  AppendMember(out, "time", FormatMicros(ToMicros(event.time)));
  AppendMember(out, "owner", event.owner);
  AppendMember(out, "feedseq", std::to_string(event.feed_seq));
  AppendMember(out, "mode", Name(event.mode));
  AppendMember(out, "districtpath", event.district_path);
  AppendMember(out, "version", std::to_string(event.version));
  AppendMember(out, "dataschema", event.data_type);
  if (const std::string payload = PayloadJson(event); !payload.empty()) {
    AppendMember(out, "datacontenttype", "application/json");
    out += ",\"data\":" + payload;
  } else {
    AppendMember(out, "data_base64", absl::Base64Escape(event.data));
  }
  out += '}';
  return out;
}

}  // namespace

std::shared_ptr<LiveEvent> EncodeLiveEvent(const events::FeedEvent& event) {
  auto live = std::make_shared<LiveEvent>();
  live->owner = event.owner;
  live->feed_seq = event.feed_seq;
  live->district_path = event.district_path;
  live->organization_ids = event.organization_ids;
  live->frame = std::make_shared<const std::string>(Encode(event));
  return live;
}

bool MaySee(const Principal& principal, const LiveEvent& event) {
  if (principal.IsOfficial()) {
    const bool whole_city = !principal.district_path.empty() && principal.district_path.find('/') == std::string::npos;
    return event.district_path.empty() ? whole_city : DistrictCovers(principal.district_path, event.district_path);
  }
  return !principal.organization_id.empty() && std::find(event.organization_ids.begin(), event.organization_ids.end(),
                                                         principal.organization_id) != event.organization_ids.end();
}

}  // namespace muster::gateway

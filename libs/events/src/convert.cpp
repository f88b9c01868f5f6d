#include "muster/events/convert.h"

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"

namespace muster::events {
namespace {

constexpr std::string_view kSourcePrefix = "muster/";

common::v1::Mode ModeToProto(Mode mode) {
  switch (mode) {
    case Mode::kReal:
      return common::v1::MODE_REAL;
    case Mode::kDrill:
      return common::v1::MODE_DRILL;
    case Mode::kTest:
      return common::v1::MODE_TEST;
  }
  return common::v1::MODE_UNSPECIFIED;
}

absl::StatusOr<Mode> ModeFromProto(common::v1::Mode mode) {
  switch (mode) {
    case common::v1::MODE_REAL:
      return Mode::kReal;
    case common::v1::MODE_DRILL:
      return Mode::kDrill;
    case common::v1::MODE_TEST:
      return Mode::kTest;
    default:
      return Error(Reason::kInvalidField, "mode");
  }
}

absl::Status CheckPlace(const common::v1::Event& event) {
  if (!IsUuid(event.id())) {
    return Error(Reason::kInvalidField, "id");
  }
  if (!std::string_view(event.source()).starts_with(kSourcePrefix)) {
    return Error(Reason::kInvalidField, "source");
  }
  if (event.feed_seq() <= 0 || event.previous_feed_seq() < 0 || event.previous_feed_seq() >= event.feed_seq()) {
    return Error(Reason::kInvalidField, "feed_seq");
  }
  return absl::OkStatus();
}

void Fill(const FeedEvent& event, common::v1::Event& proto) {
  proto.Clear();
  proto.set_id(event.id.value());
  proto.mutable_source()->assign(kSourcePrefix).append(event.owner);
  proto.set_type(event.type);
  proto.set_subject(event.subject);
  *proto.mutable_time() = ToTimestamp(event.time);
  proto.set_data_type(event.data_type);
  proto.set_data(event.data);
  proto.set_mode(ModeToProto(event.mode));
  proto.set_district_path(event.district_path);
  for (const OrganizationId& id : event.organization_ids) {
    proto.add_organization_ids(id.value());
  }
  proto.set_version(event.version);
  proto.set_feed_seq(event.feed_seq);
  proto.set_previous_feed_seq(event.previous_feed_seq);
  proto.set_traceparent(event.traceparent);
}

}  // namespace

common::v1::Event ToProto(const FeedEvent& event) {
  common::v1::Event proto;
  Fill(event, proto);
  return proto;
}

absl::StatusOr<FeedEvent> FromProto(common::v1::Event proto) {
  MUSTER_RETURN_IF_ERROR(CheckPlace(proto));
  FeedEvent event;
  MUSTER_ASSIGN_OR_RETURN(event.mode, ModeFromProto(proto.mode()));
  event.id = EventId(std::move(*proto.mutable_id()));
  event.owner = proto.source().substr(kSourcePrefix.size());
  event.type = std::move(*proto.mutable_type());
  event.subject = std::move(*proto.mutable_subject());
  event.time = ToTime(proto.time());
  event.data_type = std::move(*proto.mutable_data_type());
  event.data = std::move(*proto.mutable_data());
  event.district_path = std::move(*proto.mutable_district_path());
  for (std::string& id : *proto.mutable_organization_ids()) {
    event.organization_ids.emplace_back(std::move(id));
  }
  event.version = proto.version();
  event.feed_seq = proto.feed_seq();
  event.previous_feed_seq = proto.previous_feed_seq();
  event.traceparent = std::move(*proto.mutable_traceparent());
  return event;
}

std::string SerializeEvent(const FeedEvent& event) {
  thread_local common::v1::Event proto;  // keeps its buffers: this runs for every event published
  Fill(event, proto);
  return proto.SerializeAsString();
}

absl::StatusOr<FeedEvent> ParseEvent(std::string_view bytes) {
  common::v1::Event proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Reason::kInvalidField, "event");
  }
  return FromProto(std::move(proto));
}

common::v1::AuditRecord ToProto(const AuditRow& row) {
  common::v1::AuditRecord record;
  record.set_id(row.id);
  record.set_seq(row.seq);
  *record.mutable_time() = ToTimestamp(row.time);
  record.set_actor(row.actor);
  record.set_actor_organization_id(row.actor_organization_id);
  record.set_actor_district_path(row.actor_district_path);
  record.set_source_address(row.source_address);
  record.set_action(row.action);
  record.set_object_type(row.object_type);
  record.set_object_id(row.object_id);
  record.set_object_version(row.object_version);
  record.set_from_state(row.from_state);
  record.set_to_state(row.to_state);
  record.set_result(row.result);
  record.set_note(row.note);
  record.set_request_id(row.request_id);
  record.set_before_hash(row.before_hash);
  record.set_after_hash(row.after_hash);
  record.set_hash(ToHex(row.hash));
  return record;
}

absl::StatusOr<common::v1::ReadEventsResponse> AnswerReadEvents(FeedSource& feed, const std::string& owner,
                                                                const common::v1::ReadEventsRequest& request) {
  FeedQuery query{owner, request.after(), request.limit() == 0 ? 500 : request.limit(), {}};
  for (const int mode : request.modes()) {
    MUSTER_ASSIGN_OR_RETURN(const Mode known, ModeFromProto(static_cast<common::v1::Mode>(mode)));
    query.modes.push_back(known);
  }
  MUSTER_ASSIGN_OR_RETURN(const FeedPage page, feed.Read(query));
  common::v1::ReadEventsResponse response;
  for (const FeedEvent& event : page.events) {
    Fill(event, *response.add_events());
  }
  response.set_head(page.head);
  return response;
}

absl::StatusOr<common::v1::ListAuditRecordsResponse> AnswerListAuditRecords(
    storage::Database& database, const Principal& principal, const common::v1::ListAuditRecordsRequest& request) {
  const int page_size = request.page_size() == 0 ? 50 : request.page_size();
  MUSTER_ASSIGN_OR_RETURN(const AuditPage page,
                          ListAudit(database, {request.object_id(), request.actor(), page_size, request.page_token(),
                                               principal.CoversWholeCity() ? "" : principal.district_path}));
  common::v1::ListAuditRecordsResponse response;
  for (const AuditRow& row : page.rows) {
    *response.add_records() = ToProto(row);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<common::v1::VerifyAuditResponse> AnswerVerifyAudit(storage::Database& database,
                                                                  const std::string& owner) {
  MUSTER_ASSIGN_OR_RETURN(const AuditProof proof, VerifyAudit(database));
  common::v1::VerifyAuditResponse response;
  response.set_owner(owner);
  response.set_intact(proof.intact);
  response.set_checked(proof.checked);
  response.set_first_bad_seq(proof.first_bad_seq);
  response.set_unlinked(proof.unlinked);
  response.set_head_hash(ToHex(proof.head_hash));
  response.set_problem(proof.problem);
  return response;
}

absl::StatusOr<FeedPage> RemoteFeed::Read(const FeedQuery& query) {
  common::v1::ReadEventsRequest request;
  request.set_owner(query.owner);
  request.set_after(query.after);
  request.set_limit(query.limit);
  for (const Mode mode : query.modes) {
    request.add_modes(ModeToProto(mode));
  }
  MUSTER_ASSIGN_OR_RETURN(common::v1::ReadEventsResponse response, call_(request));
  FeedPage page;
  page.head = response.head();
  for (common::v1::Event& proto : *response.mutable_events()) {
    MUSTER_ASSIGN_OR_RETURN(FeedEvent event, FromProto(std::move(proto)));
    page.events.push_back(std::move(event));
  }
  return page;
}

}  // namespace muster::events

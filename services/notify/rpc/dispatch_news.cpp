#include "services/notify/rpc/dispatch_news.h"

#include <set>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/notify/core/texts.h"
#include "services/notify/rpc/registry_news.h"

namespace muster::notify {
namespace {

constexpr std::string_view kPrefix = "muster.dispatch.v1.";

template <class Windows>
std::vector<Span> ToSpans(const Windows& windows) {
  std::vector<Span> spans;
  for (const common::v1::Window& window : windows) {
    spans.push_back({ToTime(window.start_time()), ToTime(window.end_time())});
  }
  return spans;
}

/// An organization that answers or moves by itself has seen what it was told. What an operator does, also on its
/// behalf, overtakes it.
Settlement SettlementOf(const std::string& event, bool by_organization) {
  static const std::set<std::string> acted{"OfferAccepted",        "OfferProvisional",    "OfferDeclined",
                                           "AssignmentMobilizing", "AssignmentEnRoute",   "AssignmentOnScene",
                                           "AssignmentWorking",    "AssignmentReturning", "AssignmentHome"};
  static const std::set<std::string> overtakes{"OfferWithdrawn",      "OfferStoodDown",     "OfferExpired",
                                               "AssignmentCancelled", "AssignmentRecalled", "AssignmentReleased",
                                               "AssignmentNoShow"};
  if (acted.contains(event)) {
    return by_organization ? Settlement::kRead : Settlement::kSuperseded;
  }
  return overtakes.contains(event) ? Settlement::kSuperseded : Settlement::kNone;
}

/// What both kinds of events have in common.
struct Told {
  News news;
  std::string incident_id;
  std::string organization_id;
  bool by_organization = false;
};

absl::StatusOr<Told> ReadOffer(const events::FeedEvent& event, const NameCapability& name) {
  dispatch::v1::OfferEvent message;
  if (!message.ParseFromString(event.data)) {
    return Error(Reason::kInvalidField, "data");
  }
  const dispatch::v1::Offer& offer = message.offer();
  Told told;
  told.news.incident_title = offer.incident_title();
  told.news.capability = name(offer.capability());
  told.news.people = offer.count_asked();
  told.news.windows = ToSpans(offer.windows());
  if (offer.has_expire_time()) {
    told.news.answer_by = ToTime(offer.expire_time());
  }
  told.incident_id = offer.incident_id();
  told.organization_id = offer.organization_id();
  told.by_organization = message.by_organization();
  return told;
}

absl::StatusOr<Told> ReadAssignment(const events::FeedEvent& event, const NameCapability& name) {
  dispatch::v1::AssignmentEvent message;
  if (!message.ParseFromString(event.data)) {
    return Error(Reason::kInvalidField, "data");
  }
  const dispatch::v1::Assignment& assignment = message.assignment();
  Told told;
  told.news.capability = name(assignment.capability());
  told.news.people = assignment.headcount();
  told.news.windows = ToSpans(assignment.windows());
  told.incident_id = assignment.incident_id();
  told.organization_id = assignment.organization_id();
  told.by_organization = message.by_organization();
  return told;
}

Notice MakeNotice(const events::FeedEvent& event, const Told& told, Text text) {
  Notice notice;
  notice.event_id = event.id;
  notice.event_type = event.type;
  notice.subject_id = event.subject;
  notice.incident_id = IncidentId(told.incident_id);
  notice.organization_id = OrganizationId(told.organization_id);
  notice.mode = event.mode;
  notice.district_path = event.district_path;
  notice.text = std::move(text);
  notice.urgent = IsUrgent(told.news.event);
  return notice;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Announce>> ReadNews(const events::FeedEvent& event, const NameCapability& name) {
  const bool is_offer = event.data_type == dispatch::v1::OfferEvent::descriptor()->full_name();
  const bool is_assignment = event.data_type == dispatch::v1::AssignmentEvent::descriptor()->full_name();
  if (!event.type.starts_with(kPrefix) || (!is_offer && !is_assignment) || event.mode == Mode::kTest) {
    return nullptr;
  }
  MUSTER_ASSIGN_OR_RETURN(Told told, is_offer ? ReadOffer(event, name) : ReadAssignment(event, name));
  told.news.event = event.type.substr(kPrefix.size());
  told.news.mode = event.mode;
  auto announce = std::make_unique<Announce>();
  announce->subject_id = event.subject;
  announce->settlement = SettlementOf(told.news.event, told.by_organization);
  std::optional<Text> text = TextOf(told.news);
  if (text && !told.organization_id.empty()) {
    announce->notice = MakeNotice(event, told, *std::move(text));
  }
  return announce->notice || announce->settlement != Settlement::kNone ? std::move(announce) : nullptr;
}

absl::StatusOr<std::unique_ptr<storage::Command>> DispatchFollower::Handle(const events::FeedEvent& event) {
  MUSTER_ASSIGN_OR_RETURN(const std::unique_ptr<Announce> announce,
                          event.owner == "registry" ? ReadReminder(event, name_) : ReadNews(event, name_));
  if (announce == nullptr) {
    return nullptr;
  }
  return Automatic(*announce, "AnnounceEvent", event.traceparent, payload_, random_);
}

}  // namespace muster::notify

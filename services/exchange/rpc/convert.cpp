#include "services/exchange/rpc/convert.h"

#include "muster/wire/timestamp.h"
#include "services/exchange/core/cap_time.h"

namespace muster::exchange {
namespace {

namespace dispatch_pb = ::muster::dispatch::v1;
namespace common = ::muster::common::v1;

// The enums of the wire start with UNSPECIFIED and then follow ours.
static_assert(static_cast<int>(EventKind::kSocialSecurity) == dispatch_pb::INCIDENT_KIND_SOCIAL_SECURITY);
static_assert(static_cast<int>(EventGrade::kIV) == dispatch_pb::EVENT_GRADE_IV);
static_assert(static_cast<int>(WarningColor::kBlue) == dispatch_pb::WARNING_COLOR_BLUE);
static_assert(static_cast<int>(Mode::kTest) + 1 == common::MODE_TEST);
static_assert(static_cast<int>(Outcome::kKeptOnly) + 1 == pb::DOCUMENT_OUTCOME_KEPT_ONLY);

pb::DocumentOutcome ToProto(const DocumentRecord& document, Outcome outcome) {
  return document.state == DocumentState::kReceived ? pb::DOCUMENT_OUTCOME_UNSPECIFIED
                                                    : static_cast<pb::DocumentOutcome>(static_cast<int>(outcome) + 1);
}

void SetPosition(const geo::Position& position, common::Position* out) {
  out->set_latitude(position.latitude);
  out->set_longitude(position.longitude);
  out->set_coordinate_system(common::COORDINATE_SYSTEM_WGS84);
}

bool HasArea(const IncidentDraft& draft) {
  return !draft.area.empty() || !draft.geocodes.empty() || !draft.area_description.empty();
}

void SetArea(const IncidentDraft& draft, common::Area* out) {
  constexpr size_t kMaxGeocodeLength = 100;  // bytes: the wire counts code points, of which there are no more
  out->set_description(draft.area_description);
  for (const geo::Polygon& polygon : draft.area.polygons) {
    common::Polygon* added = out->add_polygons();
    for (const geo::Position& point : polygon.points()) {
      SetPosition(point, added->add_points());
    }
  }
  for (const geo::Circle& circle : draft.area.circles) {
    common::Circle* added = out->add_circles();
    SetPosition(circle.center, added->mutable_center());
    added->set_radius_m(circle.radius_m);
  }
  for (const CapNamedValue& code : draft.geocodes) {
    if (code.name.size() <= kMaxGeocodeLength && code.value.size() <= kMaxGeocodeLength) {
      common::Geocode* added = out->add_geocodes();
      added->set_list(code.name);
      added->set_code(code.value);
    }
  }
}

std::string EventPayload(const DocumentRecord& document) {
  pb::DocumentEvent event;
  event.set_document_id(document.id.value());
  event.set_format(document.format);
  event.set_outcome(ToProto(document, document.outcome));
  event.set_incident_id(document.incident_id.value());
  return event.SerializeAsString();
}

}  // namespace

pb::Document ToProto(const DocumentRecord& document) {
  pb::Document out;
  out.set_id(document.id.value());
  out.set_version(document.version);
  *out.mutable_create_time() = ToTimestamp(document.create_time);
  *out.mutable_update_time() = ToTimestamp(document.update_time);
  out.set_format(document.format);
  out.set_source(document.account_id.value());
  out.set_identifier(document.identifier);
  out.set_sender(document.sender);
  out.set_outcome(ToProto(document, document.outcome));
  for (const CapFault& fault : document.faults) {
    pb::DocumentFault* added = out.add_faults();
    added->set_path(fault.path);
    added->set_code(std::string(Name(fault.code)));
    added->set_message_zh(fault.message_zh);
    added->set_message_en(fault.message_en);
  }
  out.set_incident_id(document.incident_id.value());
  out.set_sha256(document.sha256);
  return out;
}

common::ExternalReference CapReference(const DocumentRecord& document) {
  common::ExternalReference reference;
  reference.set_system("cap");
  reference.set_id(document.sender + "," + document.identifier + "," + FormatCapTime(document.sent));
  return reference;
}

dispatch_pb::Incident ToIncident(const IncidentDraft& draft, const DocumentRecord& document) {
  dispatch_pb::Incident incident;
  incident.set_title(draft.title);
  incident.set_description(draft.description);
  incident.set_kind(static_cast<dispatch_pb::IncidentKind>(draft.kind));
  incident.set_event(draft.event);
  if (draft.grade.has_value()) {
    incident.set_grade(static_cast<dispatch_pb::EventGrade>(*draft.grade));
  }
  if (draft.color.has_value()) {
    incident.set_warning_color(static_cast<dispatch_pb::WarningColor>(*draft.color));
  }
  incident.set_mode(static_cast<common::Mode>(static_cast<int>(draft.mode) + 1));
  incident.set_district_path(document.district_path);
  if (HasArea(draft)) {
    SetArea(draft, incident.mutable_area());
  }
  if (draft.position.has_value()) {
    SetPosition(*draft.position, incident.mutable_position());
    incident.mutable_position()->set_approximate(true);
  }
  if (draft.onset.has_value()) {
    *incident.mutable_onset_time() = ToTimestamp(*draft.onset);
  }
  if (draft.expires.has_value()) {
    *incident.mutable_expire_time() = ToTimestamp(*draft.expires);
  }
  *incident.add_external_refs() = CapReference(document);
  return incident;
}

std::vector<std::string> UpdatePaths(const IncidentDraft& draft, dispatch_pb::IncidentKind kind) {
  std::vector<std::string> paths{"title", "event", "onset_time", "expire_time", "external_refs"};
  const auto add_if = [&](bool said, const char* path) {
    if (said) {
      paths.emplace_back(path);
    }
  };
  add_if(!draft.description.empty(), "description");
  add_if(draft.kind != EventKind::kUnknown, "kind");
  add_if(draft.grade.has_value() || kind == dispatch_pb::INCIDENT_KIND_SOCIAL_SECURITY, "grade");
  add_if(draft.color.has_value(), "warning_color");
  add_if(HasArea(draft), "area");
  add_if(draft.position.has_value(), "position");
  return paths;
}

const EventEncoding& ProtoEncoding() {
  static const EventEncoding kEncoding{EventPayload, std::string(pb::DocumentEvent::descriptor()->full_name())};
  return kEncoding;
}

}  // namespace muster::exchange

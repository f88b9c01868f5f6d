#include "services/dispatch/rpc/convert.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/geo/polygon.h"
#include "muster/wire/timestamp.h"

namespace muster::dispatch {
namespace {

namespace common = muster::common::v1;

/// Most enums of the wire are the core's, moved by one: 0 is "not given" there.
template <class Wire, class Core>
Wire Next(Core value) {
  return static_cast<Wire>(static_cast<int>(value) + 1);
}
template <class Core, class Wire>
Core Before(Wire value, Core otherwise = Core{}) {
  return static_cast<int>(value) == 0 ? otherwise : static_cast<Core>(static_cast<int>(value) - 1);
}

template <class Core, class Field>
std::vector<Core> ListBefore(const Field& values) {
  std::vector<Core> list;
  for (const int value : values) {
    if (value > 0) {
      list.push_back(static_cast<Core>(value - 1));
    }
  }
  return list;
}

void SetPosition(const geo::Position& position, common::Position* out) {
  out->set_latitude(position.latitude);
  out->set_longitude(position.longitude);
  out->set_coordinate_system(common::COORDINATE_SYSTEM_WGS84);
}

void SetLocation(const Location& location, common::Position* out) {
  SetPosition(location.position, out);
  out->set_accuracy_m(location.accuracy_m);
  out->set_approximate(location.approximate);
  if (location.time) {
    *out->mutable_time() = ToTimestamp(*location.time);
  }
}

template <class List>
void SetWindows(const std::vector<Window>& windows, List* out) {
  for (const Window& window : windows) {
    common::Window& one = *out->Add();
    *one.mutable_start_time() = ToTimestamp(window.start);
    *one.mutable_end_time() = ToTimestamp(window.end);
  }
}

template <class List>
void SetReferences(const std::vector<ExternalReference>& references, List* out) {
  for (const ExternalReference& reference : references) {
    common::ExternalReference& one = *out->Add();
    one.set_system(reference.system);
    one.set_id(reference.id);
  }
}

void SetArea(const Area& area, common::Area* out) {
  out->set_description(area.description);
  for (const auto& ring : area.polygons) {
    common::Polygon& polygon = *out->add_polygons();
    for (const geo::Position& point : ring) {
      SetPosition(point, polygon.add_points());
    }
  }
  for (const Area::Circle& circle : area.circles) {
    common::Circle& one = *out->add_circles();
    SetPosition(circle.center, one.mutable_center());
    one.set_radius_m(circle.radius_m);
  }
  for (const Area::Geocode& geocode : area.geocodes) {
    common::Geocode& one = *out->add_geocodes();
    one.set_list(geocode.list);
    one.set_code(geocode.code);
  }
}

void SetCover(const Cover& cover, v1::Cover* out) {
  out->set_state(Next<v1::CoverState>(cover.state));
  out->set_insurer(cover.insurer);
  out->set_policy_number(cover.policy_number);
  out->set_override_reason(cover.override_reason);
  if (cover.valid_until) {
    *out->mutable_valid_until_time() = ToTimestamp(*cover.valid_until);
  }
}

void SetCheckPoint(const CheckPoint& point, v1::CheckPoint* out) {
  *out->mutable_time() = ToTimestamp(point.time);
  out->set_headcount(point.headcount);
  out->set_confirmed_by(point.confirmed_by.value());
  if (point.location) {
    SetLocation(*point.location, out->mutable_position());
  }
}

absl::StatusOr<geo::Position> PositionFrom(const common::Position& position, const std::string& field) {
  const geo::CoordinateSystem system =
      position.coordinate_system() == common::COORDINATE_SYSTEM_GCJ02  ? geo::CoordinateSystem::kGcj02
      : position.coordinate_system() == common::COORDINATE_SYSTEM_BD09 ? geo::CoordinateSystem::kBd09
                                                                       : geo::CoordinateSystem::kWgs84;
  return geo::ToWgs84({position.latitude(), position.longitude()}, system, field);
}

absl::StatusOr<Area> AreaFrom(const common::Area& in, const std::string& field) {
  Area area;
  area.description = in.description();
  for (int i = 0; i < in.polygons_size(); ++i) {
    std::vector<geo::Position> ring;
    const std::string path = field + ".polygons[" + std::to_string(i) + "]";
    for (const common::Position& point : in.polygons(i).points()) {
      MUSTER_ASSIGN_OR_RETURN(geo::Position position, PositionFrom(point, path));
      ring.push_back(position);
    }
    MUSTER_RETURN_IF_ERROR(geo::Polygon::Create(ring, path).status());
    area.polygons.push_back(std::move(ring));
  }
  for (int i = 0; i < in.circles_size(); ++i) {
    const std::string path = field + ".circles[" + std::to_string(i) + "]";
    MUSTER_ASSIGN_OR_RETURN(const geo::Position center, PositionFrom(in.circles(i).center(), path));
    MUSTER_RETURN_IF_ERROR(geo::Validate(geo::Circle{center, in.circles(i).radius_m()}, path));
    area.circles.push_back({center, in.circles(i).radius_m()});
  }
  for (const common::Geocode& geocode : in.geocodes()) {
    area.geocodes.push_back({geocode.list(), geocode.code()});
  }
  return area;
}

absl::StatusOr<std::vector<ResponseLevel>> LevelsFrom(const v1::Incident& in, const std::string& field) {
  std::vector<ResponseLevel> levels;
  for (int i = 0; i < in.response_levels_size(); ++i) {
    const v1::ResponseLevel& level = in.response_levels(i);
    const std::string path = field + ".response_levels[" + std::to_string(i) + "]";
    if (level.level() < 1 || level.level() > 4) {
      return Error(Reason::kOutOfRange, path + ".level", {{"range", "1 - 4"}});
    }
    ResponseLevel one{level.level(), level.command(), level.district_path(), std::nullopt};
    if (level.has_declare_time()) {
      MUSTER_ASSIGN_OR_RETURN(one.declare_time, FromProto(level.declare_time(), path + ".declare_time"));
    }
    levels.push_back(std::move(one));
  }
  return levels;
}

absl::StatusOr<CallUpNotice> CallUpFrom(const v1::CallUpNotice& in, const std::string& field) {
  CallUpNotice notice;
  notice.issuer = in.issuer();
  notice.level = in.level();
  notice.district_path = in.district_path();
  notice.organization_kinds.assign(in.organization_kinds().begin(), in.organization_kinds().end());
  notice.text = in.text();
  if (in.window().has_start_time()) {
    MUSTER_ASSIGN_OR_RETURN(notice.start_time, FromProto(in.window().start_time(), field + ".window.start_time"));
  }
  if (in.window().has_end_time()) {
    MUSTER_ASSIGN_OR_RETURN(notice.end_time, FromProto(in.window().end_time(), field + ".window.end_time"));
  }
  return notice;
}

}  // namespace

v1::Incident ToProto(const Incident& incident) {
  v1::Incident out;
  out.set_id(incident.id.value());
  out.set_version(incident.version);
  *out.mutable_create_time() = ToTimestamp(incident.create_time);
  *out.mutable_update_time() = ToTimestamp(incident.update_time);
  out.set_title(incident.title);
  out.set_description(incident.description);
  out.set_state(Next<v1::IncidentState>(incident.state));
  out.set_kind(static_cast<v1::IncidentKind>(incident.kind));
  out.set_event(incident.event);
  out.set_grade(static_cast<v1::EventGrade>(incident.grade));
  out.set_warning_color(static_cast<v1::WarningColor>(incident.warning_color));
  for (const ResponseLevel& level : incident.response_levels) {
    v1::ResponseLevel& one = *out.add_response_levels();
    one.set_level(level.level);
    one.set_command(level.command);
    one.set_district_path(level.district_path);
    if (level.declare_time) {
      *one.mutable_declare_time() = ToTimestamp(*level.declare_time);
    }
  }
  out.set_mode(Next<common::Mode>(incident.mode));
  out.set_district_path(incident.district_path);
  if (incident.area) {
    SetArea(*incident.area, out.mutable_area());
  }
  if (incident.location) {
    SetLocation(*incident.location, out.mutable_position());
  }
  if (incident.onset_time) {
    *out.mutable_onset_time() = ToTimestamp(*incident.onset_time);
  }
  if (incident.expire_time) {
    *out.mutable_expire_time() = ToTimestamp(*incident.expire_time);
  }
  for (const TeamId& id : incident.enrolled_team_ids) {
    out.add_enrolled_team_ids(id.value());
  }
  SetReferences(incident.external_refs, out.mutable_external_refs());
  if (incident.close_time) {
    *out.mutable_close_time() = ToTimestamp(*incident.close_time);
  }
  if (incident.call_up) {
    v1::CallUpNotice& notice = *out.mutable_call_up();
    notice.set_issuer(incident.call_up->issuer);
    notice.set_level(incident.call_up->level);
    notice.set_district_path(incident.call_up->district_path);
    for (const std::string& kind : incident.call_up->organization_kinds) {
      notice.add_organization_kinds(kind);
    }
    notice.set_text(incident.call_up->text);
    if (incident.call_up->start_time) {
      *notice.mutable_window()->mutable_start_time() = ToTimestamp(*incident.call_up->start_time);
    }
    if (incident.call_up->end_time) {
      *notice.mutable_window()->mutable_end_time() = ToTimestamp(*incident.call_up->end_time);
    }
  }
  return out;
}

v1::RequestLine ToProto(const RequestLine& line) {
  v1::RequestLine out;
  out.set_id(line.id.value());
  out.set_version(line.version);
  out.set_capability(line.capability);
  out.set_lowest_level(line.lowest_level);
  out.set_quantity(line.quantity);
  out.set_unit(Next<v1::QuantityUnit>(line.unit));
  out.set_place(Next<common::Place>(line.place));
  if (line.location) {
    SetLocation(*line.location, out.mutable_position());
  }
  SetWindows(line.windows, out.mutable_windows());
  out.set_priority(line.priority);
  out.set_tolerance_percent(line.tolerance_percent);
  out.set_agreement(Next<common::Agreement>(line.agreement));
  out.set_instructions(line.instructions);
  out.set_state(Next<v1::LineState>(line.state));
  out.set_filled(line.filled);
  out.set_held(line.held);
  out.set_asked(line.asked);
  out.mutable_wave_policy()->set_wave_size(line.wave_size);
  out.mutable_wave_policy()->set_answer_seconds(line.answer_seconds);
  out.mutable_wave_policy()->set_provisional_seconds(line.provisional_seconds);
  out.mutable_wave_policy()->set_stopped(line.waves_stopped);
  out.mutable_wave_policy()->set_fill_probability(line.fill_ppm / 1e6);
  if (line.fill_by) {
    *out.mutable_wave_policy()->mutable_fill_by_time() = ToTimestamp(*line.fill_by);
  }
  out.set_wave(line.wave);
  SetReferences(line.external_refs, out.mutable_external_refs());
  return out;
}

v1::ResourceRequest ToProto(const ResourceRequest& request, const std::vector<RequestLine>& lines) {
  v1::ResourceRequest out;
  out.set_id(request.id.value());
  out.set_version(request.version);
  *out.mutable_create_time() = ToTimestamp(request.create_time);
  *out.mutable_update_time() = ToTimestamp(request.update_time);
  out.set_incident_id(request.incident_id.value());
  out.set_mode(Next<common::Mode>(request.mode));
  out.set_requester(request.requester);
  out.set_requester_organization_id(request.requester_organization_id.value());
  out.set_cancelled(request.cancelled);
  out.set_district_path(request.district_path);
  for (const RequestLine& line : lines) {
    *out.add_lines() = ToProto(line);
  }
  SetReferences(request.external_refs, out.mutable_external_refs());
  return out;
}

v1::Offer ToProto(const Offer& offer) {
  v1::Offer out;
  out.set_id(offer.id.value());
  out.set_version(offer.version);
  *out.mutable_create_time() = ToTimestamp(offer.create_time);
  *out.mutable_update_time() = ToTimestamp(offer.update_time);
  out.set_incident_id(offer.incident_id.value());
  out.set_resource_request_id(offer.resource_request_id.value());
  out.set_line_id(offer.line_id.value());
  out.set_team_id(offer.team_id.value());
  out.set_organization_id(offer.organization_id.value());
  out.set_state(Next<v1::OfferState>(offer.state));
  out.set_mode(Next<common::Mode>(offer.mode));
  out.set_wave(offer.wave);
  out.set_capability(offer.capability);
  SetWindows(offer.windows, out.mutable_windows());
  out.set_count_asked(offer.count_asked);
  out.set_count_offered(offer.count_offered);
  if (offer.available_from) {
    *out.mutable_available_from_time() = ToTimestamp(*offer.available_from);
  }
  out.set_condition(offer.condition);
  out.set_decline_reason(static_cast<v1::DeclineReason>(offer.decline_reason));
  out.set_note(offer.note);
  *out.mutable_expire_time() = ToTimestamp(offer.expire_time);
  out.set_answered_via(static_cast<v1::AnsweredVia>(offer.answered_via));
  if (offer.answer_time) {
    *out.mutable_answer_time() = ToTimestamp(*offer.answer_time);
  }
  out.set_assignment_id(offer.assignment_id.value());
  out.set_district_path(offer.district_path);
  out.set_incident_title(offer.incident_title);
  SetReferences(offer.external_refs, out.mutable_external_refs());
  out.set_dispatch_id(offer.dispatch_id.value());
  return out;
}

v1::Assignment ToProto(const Assignment& assignment) {
  v1::Assignment out;
  out.set_id(assignment.id.value());
  out.set_version(assignment.version);
  *out.mutable_create_time() = ToTimestamp(assignment.create_time);
  *out.mutable_update_time() = ToTimestamp(assignment.update_time);
  out.set_incident_id(assignment.incident_id.value());
  out.set_resource_request_id(assignment.resource_request_id.value());
  out.set_line_id(assignment.line_id.value());
  out.set_offer_id(assignment.offer_id.value());
  out.set_team_id(assignment.team_id.value());
  out.set_organization_id(assignment.organization_id.value());
  out.set_state(Next<v1::AssignmentState>(assignment.state));
  out.set_mode(Next<common::Mode>(assignment.mode));
  out.set_headcount(assignment.headcount);
  out.set_fills(assignment.fills);
  SetWindows(assignment.windows, out.mutable_windows());
  SetCover(assignment.cover, out.mutable_cover());
  if (assignment.depart_time) {
    *out.mutable_depart_time() = ToTimestamp(*assignment.depart_time);
  }
  if (assignment.check_in) {
    SetCheckPoint(*assignment.check_in, out.mutable_check_in());
  }
  if (assignment.check_out) {
    SetCheckPoint(*assignment.check_out, out.mutable_check_out());
  }
  if (assignment.release_time) {
    *out.mutable_release_time() = ToTimestamp(*assignment.release_time);
  }
  for (const std::string& alarm : assignment.alarms) {
    out.add_alarms(alarm);
  }
  out.set_district_path(assignment.district_path);
  out.set_capability(assignment.capability);
  SetReferences(assignment.external_refs, out.mutable_external_refs());
  out.set_dispatch_id(assignment.dispatch_id.value());
  return out;
}

v1::SituationReport ToProto(const SituationReport& report) {
  v1::SituationReport out;
  out.set_id(report.id);
  out.set_incident_id(report.incident_id.value());
  out.set_assignment_id(report.assignment_id.value());
  *out.mutable_create_time() = ToTimestamp(report.create_time);
  out.set_text(report.text);
  out.set_people_served(report.people_served);
  out.set_needs_more(report.needs_more);
  out.set_reporter(report.reporter.value());
  return out;
}

v1::Booking ToProto(const Booking& booking) {
  v1::Booking out;
  out.set_team_id(booking.subject_id);
  out.set_assignment_id(booking.assignment_id.value());
  *out.mutable_window()->mutable_start_time() = ToTimestamp(booking.start);
  *out.mutable_window()->mutable_end_time() = ToTimestamp(booking.end);
  out.set_mode(Next<common::Mode>(booking.mode));
  out.set_active(booking.active);
  return out;
}

absl::StatusOr<Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field) {
  // RFC 3339 reaches from year 1 to 9999; microseconds since 1970 hold all of it.
  constexpr int64_t kFirst = -62'135'596'800;
  constexpr int64_t kLast = 253'402'300'799;
  if (time.seconds() < kFirst || time.seconds() > kLast || time.nanos() < 0 || time.nanos() > 999'999'999) {
    return Error(Reason::kBadTime, field, {{"why", "outside the calendar"}});
  }
  return ToTime(time);
}

absl::StatusOr<Location> FromProto(const common::Position& position, const std::string& field) {
  Location location;
  MUSTER_ASSIGN_OR_RETURN(location.position, PositionFrom(position, field));
  if (position.accuracy_m() < 0 || position.accuracy_m() > 1e6) {
    return Error(Reason::kOutOfRange, field + ".accuracy_m", {{"range", "0 - 1000000"}});
  }
  location.accuracy_m = position.accuracy_m();
  location.approximate = position.approximate();
  if (position.has_time()) {
    MUSTER_ASSIGN_OR_RETURN(location.time, FromProto(position.time(), field + ".time"));
  }
  return location;
}

absl::StatusOr<Cover> FromProto(const v1::Cover& in, const std::string& field) {
  Cover cover;
  // An organization can only declare a policy; binding and overriding are not its to say.
  if (in.policy_number().empty()) {
    return cover;
  }
  cover.state = CoverState::kDeclared;
  cover.insurer = in.insurer();
  cover.policy_number = in.policy_number();
  if (in.has_valid_until_time()) {
    MUSTER_ASSIGN_OR_RETURN(cover.valid_until, FromProto(in.valid_until_time(), field + ".valid_until_time"));
  }
  return cover;
}

absl::StatusOr<WavePolicy> FromProto(const v1::WavePolicy& in, const std::string& field) {
  WavePolicy policy{in.wave_size(), in.answer_seconds(),   in.provisional_seconds(),
                    in.stopped(),   in.fill_probability(), std::nullopt};
  if (in.has_fill_by_time()) {
    MUSTER_ASSIGN_OR_RETURN(policy.fill_by, FromProto(in.fill_by_time(), field + ".fill_by_time"));
  }
  return policy;
}

std::vector<ExternalReference> FromProto(
    const google::protobuf::RepeatedPtrField<common::ExternalReference>& references) {
  std::vector<ExternalReference> list;
  for (const common::ExternalReference& reference : references) {
    list.push_back({reference.system(), reference.id()});
  }
  return list;
}

absl::StatusOr<Incident> FromProto(const v1::Incident& in, const std::string& field) {
  Incident incident;
  incident.id = IncidentId(in.id());
  incident.title = in.title();
  incident.description = in.description();
  incident.state = Before<IncidentState>(in.state(), IncidentState::kActive);
  incident.kind = static_cast<IncidentKind>(in.kind());
  incident.event = in.event();
  incident.grade = in.grade();
  incident.warning_color = in.warning_color();
  MUSTER_ASSIGN_OR_RETURN(incident.response_levels, LevelsFrom(in, field));
  incident.mode = Before<Mode>(in.mode());
  incident.district_path = in.district_path();
  if (in.has_area()) {
    MUSTER_ASSIGN_OR_RETURN(incident.area, AreaFrom(in.area(), field + ".area"));
  }
  if (in.has_position()) {
    MUSTER_ASSIGN_OR_RETURN(incident.location, FromProto(in.position(), field + ".position"));
  }
  if (in.has_onset_time()) {
    MUSTER_ASSIGN_OR_RETURN(incident.onset_time, FromProto(in.onset_time(), field + ".onset_time"));
  }
  if (in.has_expire_time()) {
    MUSTER_ASSIGN_OR_RETURN(incident.expire_time, FromProto(in.expire_time(), field + ".expire_time"));
  }
  for (const std::string& id : in.enrolled_team_ids()) {
    incident.enrolled_team_ids.emplace_back(id);
  }
  incident.external_refs = FromProto(in.external_refs());
  if (in.has_call_up()) {
    MUSTER_ASSIGN_OR_RETURN(incident.call_up, CallUpFrom(in.call_up(), field + ".call_up"));
  }
  return incident;
}

absl::StatusOr<RequestLine> FromProto(const v1::RequestLine& in, const std::string& field) {
  RequestLine line;
  line.capability = in.capability();
  line.lowest_level = in.lowest_level();
  line.quantity = in.quantity();
  line.unit = Before<QuantityUnit>(in.unit());
  line.place = Before<Place>(in.place());
  if (in.has_position()) {
    MUSTER_ASSIGN_OR_RETURN(line.location, FromProto(in.position(), field + ".position"));
  }
  for (int i = 0; i < in.windows_size(); ++i) {
    const std::string path = field + ".windows[" + std::to_string(i) + "]";
    if (!in.windows(i).has_start_time() || !in.windows(i).has_end_time()) {
      return Error(Reason::kBadTime, path, {{"why", "start_time and end_time are needed"}});
    }
    Window window;
    MUSTER_ASSIGN_OR_RETURN(window.start, FromProto(in.windows(i).start_time(), path + ".start_time"));
    MUSTER_ASSIGN_OR_RETURN(window.end, FromProto(in.windows(i).end_time(), path + ".end_time"));
    line.windows.push_back(window);
  }
  line.priority = in.priority();
  line.tolerance_percent = in.tolerance_percent();
  line.agreement = Before<Agreement>(in.agreement());
  line.instructions = in.instructions();
  line.external_refs = FromProto(in.external_refs());
  return line;
}

std::vector<IncidentState> StatesOf(const v1::ListIncidentsRequest& request) {
  return ListBefore<IncidentState>(request.states());
}
std::vector<Mode> ModesOf(const v1::ListIncidentsRequest& request) { return ListBefore<Mode>(request.modes()); }
std::vector<OfferState> StatesOf(const v1::ListOffersRequest& request) {
  return ListBefore<OfferState>(request.states());
}
std::vector<AssignmentState> StatesOf(const v1::ListAssignmentsRequest& request) {
  return ListBefore<AssignmentState>(request.states());
}

}  // namespace muster::dispatch

#include "services/dispatch/rpc/convert.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/geo/polygon.h"
#include "muster/wire/timestamp.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/must_haves.h"
#include "services/dispatch/core/shifts.h"

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

void SetConfirmation(const WorkConfirmation& confirmation, v1::WorkConfirmation* out) {
  *out->mutable_time() = ToTimestamp(confirmation.time);
  out->set_headcount(confirmation.headcount);
  out->set_note(confirmation.note);
  out->set_confirmed_by(confirmation.confirmed_by.value());
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

absl::StatusOr<std::vector<Sector>> SectorsFrom(const v1::Incident& in, const std::string& field) {
  std::vector<Sector> sectors;
  for (int i = 0; i < in.sectors_size(); ++i) {
    const v1::Sector& sector = in.sectors(i);
    Sector one{sector.name(), sector.district_path(), std::nullopt, sector.lead()};
    if (sector.has_area()) {
      MUSTER_ASSIGN_OR_RETURN(one.area, AreaFrom(sector.area(), field + ".sectors[" + std::to_string(i) + "].area"));
    }
    sectors.push_back(std::move(one));
  }
  return sectors;
}

absl::StatusOr<std::vector<CommandPost>> PostsFrom(const v1::Incident& in, const std::string& field) {
  std::vector<CommandPost> posts;
  for (int i = 0; i < in.command_posts_size(); ++i) {
    const v1::CommandPost& post = in.command_posts(i);
    CommandPost one{post.name(),         post.address(),   std::nullopt,           post.contact(),
                    post.organization(), post.workplace(), post.support_systems(), post.safeguards()};
    if (post.has_position()) {
      MUSTER_ASSIGN_OR_RETURN(one.location,
                              FromProto(post.position(), field + ".command_posts[" + std::to_string(i) + "].position"));
    }
    posts.push_back(std::move(one));
  }
  return posts;
}

void SetParts(const Incident& incident, v1::Incident& out) {
  out.set_category(incident.category);
  for (const Sector& sector : incident.sectors) {
    v1::Sector& one = *out.add_sectors();
    one.set_name(sector.name);
    one.set_district_path(sector.district_path);
    one.set_lead(sector.lead);
    if (sector.area) {
      SetArea(*sector.area, one.mutable_area());
    }
  }
  for (const CommandPost& post : incident.command_posts) {
    v1::CommandPost& one = *out.add_command_posts();
    one.set_name(post.name);
    one.set_address(post.address);
    one.set_contact(post.contact);
    one.set_organization(post.organization);
    one.set_workplace(post.workplace);
    one.set_support_systems(post.support_systems);
    one.set_safeguards(post.safeguards);
    if (post.location) {
      SetLocation(*post.location, one.mutable_position());
    }
  }
  for (const Department& department : incident.departments) {
    v1::Department& one = *out.add_departments();
    one.set_name(department.name);
    one.set_decides(department.decides);
  }
  for (const IncidentId& id : incident.linked_incident_ids) {
    out.add_linked_incident_ids(id.value());
  }
}

/// Shifts that repeat stand for windows; a line has one or the other.
absl::StatusOr<std::vector<Window>> WindowsFrom(const v1::RequestLine& in, const std::string& field) {
  if (in.has_shifts()) {
    if (!in.shifts().has_first_day_time()) {
      return Error(Reason::kInvalidField, field + ".shifts");
    }
    if (in.windows_size() > 0) {
      return Error(Reason::kBadTime, field + ".shifts", {{"why", "a line has windows or shifts, not both"}});
    }
    const v1::RepeatingShift& shifts = in.shifts();
    MUSTER_ASSIGN_OR_RETURN(const Time first, FromProto(shifts.first_day_time(), field + ".shifts.first_day_time"));
    return ExpandShifts({first, shifts.days(), shifts.start_minute(), shifts.length_minutes()}, field + ".shifts");
  }
  std::vector<Window> windows;
  for (int i = 0; i < in.windows_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(const Window window,
                            FromProto(in.windows(i), field + ".windows[" + std::to_string(i) + "]"));
    windows.push_back(window);
  }
  return windows;
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
    *out.mutable_call_up() = ToProto(*incident.call_up);
  }
  SetParts(incident, out);
  out.set_desk_district_path(incident.desk_district_path());
  out.set_handover_note(incident.handover_note);
  return out;
}

v1::CallUpNotice ToProto(const CallUpNotice& notice) {
  v1::CallUpNotice out;
  out.set_issuer(notice.issuer);
  out.set_level(notice.level);
  out.set_district_path(notice.district_path);
  out.mutable_organization_kinds()->Add(notice.organization_kinds.begin(), notice.organization_kinds.end());
  out.set_text(notice.text);
  if (notice.start_time) {
    *out.mutable_window()->mutable_start_time() = ToTimestamp(*notice.start_time);
  }
  if (notice.end_time) {
    *out.mutable_window()->mutable_end_time() = ToTimestamp(*notice.end_time);
  }
  return out;
}

v1::Help ToProto(const Help& help) {
  v1::Help out;
  out.set_id(help.id.value());
  out.set_version(help.version);
  *out.mutable_create_time() = ToTimestamp(help.create_time);
  *out.mutable_update_time() = ToTimestamp(help.update_time);
  out.set_organization_id(help.organization_id.value());
  out.set_team_id(help.team_id.value());
  out.set_incident_id(help.incident_id.value());
  out.set_capability(help.capability);
  out.set_people(help.people);
  *out.mutable_window()->mutable_start_time() = ToTimestamp(help.window.start);
  *out.mutable_window()->mutable_end_time() = ToTimestamp(help.window.end);
  out.set_text(help.text);
  out.set_state(Next<v1::HelpState>(help.state));
  *out.mutable_answer_by_time() = ToTimestamp(help.answer_by_time);
  out.set_answer(help.answer);
  if (help.answer_time) {
    *out.mutable_answer_time() = ToTimestamp(*help.answer_time);
  }
  out.set_line_id(help.line_id.value());
  out.set_district_path(help.district_path);
  return out;
}

v1::RequestLine ToProto(const RequestLine& line) {
  v1::RequestLine out;
  out.set_id(line.id.value());
  out.set_version(line.version);
  out.set_capability(line.capability);
  out.set_lowest_level(line.lowest_level);
  out.set_quantity(line.quantity);
  out.set_unit(line.equipment.empty() ? Next<v1::QuantityUnit>(line.unit) : v1::QUANTITY_UNIT_EQUIPMENT);
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
  out.mutable_must_haves()->Add(line.must_haves.begin(), line.must_haves.end());
  out.mutable_wishes()->Add(line.wishes.begin(), line.wishes.end());
  out.set_on_scene(line.on_scene);
  out.set_short_(Missing(line));
  out.set_split_from_id(line.split_from_id.value());
  SetReferences(line.external_refs, out.mutable_external_refs());
  return out;
}

v1::RequestLine ToTemplate(const RequestLine& line) {
  v1::RequestLine out = ToProto(line);
  out.clear_version();
  out.clear_state();
  out.clear_short_();
  out.clear_wave_policy();
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
  out.set_state(Next<v1::RequestState>(request.current_state()));
  out.set_need(request.need);
  out.set_meeting_contact(request.meeting_contact);
  out.set_triage_note(request.triage_note);
  out.set_merged_into_id(request.merged_into_id.value());
  for (const ResourceRequestId& id : request.linked_request_ids) {
    out.add_linked_request_ids(id.value());
  }
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
  out.set_relieves_id(assignment.relieves_id.value());
  out.set_relieved_by_id(assignment.relieved_by_id.value());
  out.set_redeployed_from_id(assignment.redeployed_from_id.value());
  out.set_handover_note(assignment.handover_note);
  *out.mutable_expected_arrival_time() = ToTimestamp(ExpectedArrival(assignment));
  if (assignment.arrival_confirmed) {
    SetConfirmation(*assignment.arrival_confirmed, out.mutable_arrival_confirmed());
  }
  if (assignment.work_confirmed) {
    SetConfirmation(*assignment.work_confirmed, out.mutable_work_confirmed());
  }
  out.set_rest_override_reason(assignment.rest_override_reason);
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
  out.set_sector(report.sector);
  if (report.period_start && report.period_end) {
    *out.mutable_period()->mutable_start_time() = ToTimestamp(*report.period_start);
    *out.mutable_period()->mutable_end_time() = ToTimestamp(*report.period_end);
  }
  out.set_resource_request_id(report.resource_request_id.value());
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

absl::StatusOr<std::vector<Window>> WindowsFromProto(const google::protobuf::RepeatedPtrField<common::Window>& windows,
                                                     const std::string& field) {
  std::vector<Window> list;
  for (int i = 0; i < windows.size(); ++i) {
    const std::string path = field + "[" + std::to_string(i) + "]";
    if (!windows[i].has_start_time() || !windows[i].has_end_time()) {
      return Error(Reason::kBadTime, path, {{"why", "start_time and end_time are needed"}});
    }
    Window window;
    MUSTER_ASSIGN_OR_RETURN(window.start, FromProto(windows[i].start_time(), path + ".start_time"));
    MUSTER_ASSIGN_OR_RETURN(window.end, FromProto(windows[i].end_time(), path + ".end_time"));
    list.push_back(window);
  }
  return list;
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

absl::StatusOr<CallUpNotice> FromProto(const v1::CallUpNotice& in, const std::string& field) {
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

absl::StatusOr<Window> FromProto(const common::Window& in, const std::string& field) {
  if (!in.has_start_time() || !in.has_end_time()) {
    return Error(Reason::kBadTime, field, {{"why", "start_time and end_time are needed"}});
  }
  Window window;
  MUSTER_ASSIGN_OR_RETURN(window.start, FromProto(in.start_time(), field + ".start_time"));
  MUSTER_ASSIGN_OR_RETURN(window.end, FromProto(in.end_time(), field + ".end_time"));
  return window;
}

absl::StatusOr<Help> FromProto(const v1::Help& in, const std::string& field) {
  Help help;
  help.organization_id = OrganizationId(in.organization_id());
  help.team_id = TeamId(in.team_id());
  help.incident_id = IncidentId(in.incident_id());
  help.capability = in.capability();
  help.people = in.people();
  MUSTER_ASSIGN_OR_RETURN(help.window, FromProto(in.window(), field + ".window"));
  help.text = in.text();
  help.district_path = in.district_path();
  return help;
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
    MUSTER_ASSIGN_OR_RETURN(incident.call_up, FromProto(in.call_up(), field + ".call_up"));
  }
  incident.category = in.category();
  MUSTER_ASSIGN_OR_RETURN(incident.sectors, SectorsFrom(in, field));
  MUSTER_ASSIGN_OR_RETURN(incident.command_posts, PostsFrom(in, field));
  for (const v1::Department& department : in.departments()) {
    incident.departments.push_back({department.name(), department.decides()});
  }
  for (const std::string& id : in.linked_incident_ids()) {
    incident.linked_incident_ids.emplace_back(id);
  }
  return incident;
}

absl::StatusOr<RequestLine> FromProto(const v1::RequestLine& in, const std::string& field) {
  RequestLine line;
  line.capability = in.capability();
  line.lowest_level = in.lowest_level();
  line.quantity = in.quantity();
  line.must_haves.assign(in.must_haves().begin(), in.must_haves().end());
  line.wishes.assign(in.wishes().begin(), in.wishes().end());
  if (in.unit() == v1::QUANTITY_UNIT_EQUIPMENT) {
    line.equipment = EquipmentOf(line.must_haves);
    if (line.equipment.empty()) {
      return ErrorWithTexts(Reason::kInvalidField, field + ".must_haves",
                            "按装备计数的需求，须在 must_haves 中写明一种装备，如 equipment:boat。",
                            "A line that counts equipment names one kind of it in must_haves: equipment:boat.");
    }
  } else {
    line.unit = Before<QuantityUnit>(in.unit());
  }
  line.place = Before<Place>(in.place());
  if (in.has_position()) {
    MUSTER_ASSIGN_OR_RETURN(line.location, FromProto(in.position(), field + ".position"));
  }
  MUSTER_ASSIGN_OR_RETURN(line.windows, WindowsFrom(in, field));
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
std::vector<RequestState> StatesOf(const v1::ListRequestsRequest& request) {
  return ListBefore<RequestState>(request.states());
}
std::vector<HelpState> StatesOf(const v1::ListHelpRequest& request) { return ListBefore<HelpState>(request.states()); }
std::vector<AssignmentState> StatesOf(const v1::ListAssignmentsRequest& request) {
  return ListBefore<AssignmentState>(request.states());
}

}  // namespace muster::dispatch

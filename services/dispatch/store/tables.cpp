#include "services/dispatch/store/tables.h"

namespace muster::dispatch {

using storage::Table;

const Table<Incident>& Incidents() {
  static const Table<Incident> table = Table<Incident>("incident")
                                           .Column("id", &Incident::id)
                                           .Column("version", &Incident::version)
                                           .Column("create_us", &Incident::create_time)
                                           .Column("update_us", &Incident::update_time)
                                           .Column("title", &Incident::title)
                                           .Column("description", &Incident::description)
                                           .Column("state", &Incident::state)
                                           .Column("kind", &Incident::kind)
                                           .Column("event", &Incident::event)
                                           .Column("grade", &Incident::grade)
                                           .Column("warning_color", &Incident::warning_color)
                                           .Column("response_levels", &Incident::response_levels)
                                           .Column("mode", &Incident::mode)
                                           .Column("district_path", &Incident::district_path)
                                           .Column("area", &Incident::area)
                                           .Column("location", &Incident::location)
                                           .Column("onset_us", &Incident::onset_time)
                                           .Column("expire_us", &Incident::expire_time)
                                           .Column("enrolled_team_ids", &Incident::enrolled_team_ids)
                                           .Column("external_refs", &Incident::external_refs)
                                           .Column("close_us", &Incident::close_time)
                                           .Column("call_up", &Incident::call_up)
                                           .Later()
                                           .Column("category", &Incident::category)
                                           .Column("sectors", &Incident::sectors)
                                           .Column("command_posts", &Incident::command_posts)
                                           .Column("departments", &Incident::departments)
                                           .Column("linked_incident_ids", &Incident::linked_incident_ids)
                                           .Column("taken_over_by", &Incident::taken_over_by)
                                           .Column("handover_note", &Incident::handover_note)
                                           .Column("call_up_step", &Incident::call_up_step)
                                           .Done();
  return table;
}

const Table<ResourceRequest>& ResourceRequests() {
  static const Table<ResourceRequest> table =
      Table<ResourceRequest>("resource_request")
          .Column("id", &ResourceRequest::id)
          .Column("version", &ResourceRequest::version)
          .Column("create_us", &ResourceRequest::create_time)
          .Column("update_us", &ResourceRequest::update_time)
          .Column("incident_id", &ResourceRequest::incident_id)
          .Column("mode", &ResourceRequest::mode)
          .Column("district_path", &ResourceRequest::district_path)
          .Column("requester", &ResourceRequest::requester)
          .Column("requester_organization_id", &ResourceRequest::requester_organization_id)
          .Column("cancelled", &ResourceRequest::cancelled)
          .Column("external_refs", &ResourceRequest::external_refs)
          .Later()
          .Column("state", &ResourceRequest::state)
          .Column("need", &ResourceRequest::need)
          .Column("meeting_contact", &ResourceRequest::meeting_contact)
          .Column("triage_note", &ResourceRequest::triage_note)
          .Column("merged_into_id", &ResourceRequest::merged_into_id)
          .Column("linked_request_ids", &ResourceRequest::linked_request_ids)
          .Done();
  return table;
}

const Table<RequestLine>& RequestLines() {
  static const Table<RequestLine> table = Table<RequestLine>("request_line")
                                              .Column("id", &RequestLine::id)
                                              .Column("version", &RequestLine::version)
                                              .Column("resource_request_id", &RequestLine::resource_request_id)
                                              .Column("incident_id", &RequestLine::incident_id)
                                              .Column("mode", &RequestLine::mode)
                                              .Column("district_path", &RequestLine::district_path)
                                              .Column("position_in_request", &RequestLine::position_in_request)
                                              .Column("capability", &RequestLine::capability)
                                              .Column("lowest_level", &RequestLine::lowest_level)
                                              .Column("quantity", &RequestLine::quantity)
                                              .Column("unit", &RequestLine::unit)
                                              .Column("place", &RequestLine::place)
                                              .Column("location", &RequestLine::location)
                                              .Column("windows", &RequestLine::windows)
                                              .Column("priority", &RequestLine::priority)
                                              .Column("tolerance_percent", &RequestLine::tolerance_percent)
                                              .Column("agreement", &RequestLine::agreement)
                                              .Column("instructions", &RequestLine::instructions)
                                              .Column("state", &RequestLine::state)
                                              .Column("filled", &RequestLine::filled)
                                              .Column("held", &RequestLine::held)
                                              .Column("asked", &RequestLine::asked)
                                              .Column("waiting", &RequestLine::waiting)
                                              .Column("wave", &RequestLine::wave)
                                              .Column("wave_size", &RequestLine::wave_size)
                                              .Column("answer_seconds", &RequestLine::answer_seconds)
                                              .Column("provisional_seconds", &RequestLine::provisional_seconds)
                                              .Column("waves_stopped", &RequestLine::waves_stopped)
                                              .Column("needs_wave", &RequestLine::needs_wave)
                                              .Column("external_refs", &RequestLine::external_refs)
                                              .Later()
                                              .Column("equipment", &RequestLine::equipment)
                                              .Column("must_haves", &RequestLine::must_haves)
                                              .Column("wishes", &RequestLine::wishes)
                                              .Column("split_from_id", &RequestLine::split_from_id)
                                              .Column("merged_from_id", &RequestLine::merged_from_id)
                                              .Column("fill_ppm", &RequestLine::fill_ppm)
                                              .Column("fill_by_us", &RequestLine::fill_by)
                                              .Done();
  return table;
}

const Table<Offer>& Offers() {
  static const Table<Offer> table = Table<Offer>("offer")
                                        .Column("id", &Offer::id)
                                        .Column("version", &Offer::version)
                                        .Column("create_us", &Offer::create_time)
                                        .Column("update_us", &Offer::update_time)
                                        .Column("incident_id", &Offer::incident_id)
                                        .Column("resource_request_id", &Offer::resource_request_id)
                                        .Column("line_id", &Offer::line_id)
                                        .Column("team_id", &Offer::team_id)
                                        .Column("organization_id", &Offer::organization_id)
                                        .Column("state", &Offer::state)
                                        .Column("mode", &Offer::mode)
                                        .Column("district_path", &Offer::district_path)
                                        .Column("incident_title", &Offer::incident_title)
                                        .Column("wave", &Offer::wave)
                                        .Column("capability", &Offer::capability)
                                        .Column("windows", &Offer::windows)
                                        .Column("count_asked", &Offer::count_asked)
                                        .Column("count_offered", &Offer::count_offered)
                                        .Column("available_from_us", &Offer::available_from)
                                        .Column("condition", &Offer::condition)
                                        .Column("decline_reason", &Offer::decline_reason)
                                        .Column("note", &Offer::note)
                                        .Column("expire_us", &Offer::expire_time)
                                        .Column("answered_via", &Offer::answered_via)
                                        .Column("answer_us", &Offer::answer_time)
                                        .Column("assignment_id", &Offer::assignment_id)
                                        .Column("cover", &Offer::cover)
                                        .Column("external_refs", &Offer::external_refs)
                                        .Done();
  return table;
}

const Table<Assignment>& Assignments() {
  static const Table<Assignment> table = Table<Assignment>("assignment")
                                             .Column("id", &Assignment::id)
                                             .Column("version", &Assignment::version)
                                             .Column("create_us", &Assignment::create_time)
                                             .Column("update_us", &Assignment::update_time)
                                             .Column("incident_id", &Assignment::incident_id)
                                             .Column("resource_request_id", &Assignment::resource_request_id)
                                             .Column("line_id", &Assignment::line_id)
                                             .Column("offer_id", &Assignment::offer_id)
                                             .Column("team_id", &Assignment::team_id)
                                             .Column("organization_id", &Assignment::organization_id)
                                             .Column("state", &Assignment::state)
                                             .Column("mode", &Assignment::mode)
                                             .Column("district_path", &Assignment::district_path)
                                             .Column("capability", &Assignment::capability)
                                             .Column("headcount", &Assignment::headcount)
                                             .Column("fills", &Assignment::fills)
                                             .Column("windows", &Assignment::windows)
                                             .Column("cover", &Assignment::cover)
                                             .Column("depart_us", &Assignment::depart_time)
                                             .Column("check_in", &Assignment::check_in)
                                             .Column("check_out", &Assignment::check_out)
                                             .Column("release_us", &Assignment::release_time)
                                             .Column("alarms", &Assignment::alarms)
                                             .Column("external_refs", &Assignment::external_refs)
                                             .Later()
                                             .Column("relieves_id", &Assignment::relieves_id)
                                             .Column("relieved_by_id", &Assignment::relieved_by_id)
                                             .Column("redeployed_from_id", &Assignment::redeployed_from_id)
                                             .Column("handover_note", &Assignment::handover_note)
                                             .Column("expected_arrival_us", &Assignment::expected_arrival)
                                             .Column("arrival_confirmed", &Assignment::arrival_confirmed)
                                             .Column("work_confirmed", &Assignment::work_confirmed)
                                             .Column("rest_override_reason", &Assignment::rest_override_reason)
                                             .Done();
  return table;
}

const Table<Booking>& Bookings() {
  static const Table<Booking> table = Table<Booking>("booking")
                                          .Column("id", &Booking::id)
                                          .Column("version", &Booking::version)
                                          .Column("assignment_id", &Booking::assignment_id)
                                          .Column("mode", &Booking::mode)
                                          .Column("subject_kind", &Booking::subject_kind)
                                          .Column("subject_id", &Booking::subject_id)
                                          .Column("start_us", &Booking::start)
                                          .Column("end_us", &Booking::end)
                                          .Column("active", &Booking::active)
                                          .Column("worked", &Booking::worked)
                                          .Done();
  return table;
}

const Table<SituationReport>& SituationReports() {
  static const Table<SituationReport> table = Table<SituationReport>("situation_report")
                                                  .Column("id", &SituationReport::id)
                                                  .Column("version", &SituationReport::version)
                                                  .Column("incident_id", &SituationReport::incident_id)
                                                  .Column("assignment_id", &SituationReport::assignment_id)
                                                  .Column("district_path", &SituationReport::district_path)
                                                  .Column("organization_id", &SituationReport::organization_id)
                                                  .Column("mode", &SituationReport::mode)
                                                  .Column("create_us", &SituationReport::create_time)
                                                  .Column("text", &SituationReport::text)
                                                  .Column("people_served", &SituationReport::people_served)
                                                  .Column("needs_more", &SituationReport::needs_more)
                                                  .Column("reporter", &SituationReport::reporter)
                                                  .Later()
                                                  .Column("sector", &SituationReport::sector)
                                                  .Column("period_start_us", &SituationReport::period_start)
                                                  .Column("period_end_us", &SituationReport::period_end)
                                                  .Column("resource_request_id", &SituationReport::resource_request_id)
                                                  .Done();
  return table;
}

const Table<Help>& Helps() {
  static const Table<Help> table = Table<Help>("help")
                                       .Column("id", &Help::id)
                                       .Column("version", &Help::version)
                                       .Column("create_us", &Help::create_time)
                                       .Column("update_us", &Help::update_time)
                                       .Column("organization_id", &Help::organization_id)
                                       .Column("team_id", &Help::team_id)
                                       .Column("incident_id", &Help::incident_id)
                                       .Column("mode", &Help::mode)
                                       .Column("district_path", &Help::district_path)
                                       .Column("capability", &Help::capability)
                                       .Column("people", &Help::people)
                                       .Column("time_window", &Help::window)
                                       .Column("text", &Help::text)
                                       .Column("state", &Help::state)
                                       .Column("answer_by_us", &Help::answer_by_time)
                                       .Column("answer", &Help::answer)
                                       .Column("answer_us", &Help::answer_time)
                                       .Column("line_id", &Help::line_id)
                                       .Done();
  return table;
}

const Table<DispatchRecord>& Dispatches() {
  static const Table<DispatchRecord> table = Table<DispatchRecord>("dispatch")
                                                 .Column("id", &DispatchRecord::id)
                                                 .Column("version", &DispatchRecord::version)
                                                 .Column("create_us", &DispatchRecord::create_time)
                                                 .Column("resource_request_id", &DispatchRecord::resource_request_id)
                                                 .Column("incident_id", &DispatchRecord::incident_id)
                                                 .Column("mode", &DispatchRecord::mode)
                                                 .Column("district_path", &DispatchRecord::district_path)
                                                 .Column("undo_until_us", &DispatchRecord::undo_until)
                                                 .Column("withdraw_us", &DispatchRecord::withdraw_time)
                                                 .Column("withdrawn_offers", &DispatchRecord::withdrawn_offers)
                                                 .Column("ended_assignments", &DispatchRecord::ended_assignments)
                                                 .Done();
  return table;
}

}  // namespace muster::dispatch

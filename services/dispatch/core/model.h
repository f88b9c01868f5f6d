#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/eligibility.h"
#include "muster/domain/mode.h"
#include "muster/domain/states.h"
#include "muster/geo/position.h"

namespace muster::dispatch {

/// The name of an object in another system.
struct ExternalReference {
  std::string system;
  std::string id;
  bool operator==(const ExternalReference&) const = default;
};

/// A position and how good it is.
struct Location {
  geo::Position position;
  double accuracy_m = 0;     ///< 0: unknown
  std::optional<Time> time;  ///< when it was measured
  bool approximate = false;  ///< only the centre of a street or district
};

/// An area as it was given: rings, circles, codes.
struct Area {
  struct Circle {
    geo::Position center;
    double radius_m = 0;
  };
  struct Geocode {
    std::string list;
    std::string code;
  };
  std::string description;
  std::vector<std::vector<geo::Position>> polygons;
  std::vector<Circle> circles;
  std::vector<Geocode> geocodes;
};

/// The four categories of Chinese emergency law, 0 when not known yet.
enum class IncidentKind { kUnknown, kNaturalDisaster, kAccident, kPublicHealth, kSocialSecurity };

/// A level declared by a command for an area.
struct ResponseLevel {
  int level = 0;  ///< 1 (highest) to 4
  std::string command;
  std::string district_path;
  std::optional<Time> declare_time;
};

/// The notice that opens, changes or ends a mobilization.
struct CallUpNotice {
  std::string issuer;
  int level = 0;
  std::string district_path;
  std::vector<std::string> organization_kinds;
  std::optional<Time> start_time;
  std::optional<Time> end_time;
  std::string text;
};

/// How far a call-up has gone.
enum class CallUpStep { kNone, kStandby, kMobilize, kEnd };

/// A part of an incident's area with a lead of its own.
struct Sector {
  std::string name;
  std::string district_path;  ///< empty: the incident's
  std::optional<Area> area;
  std::string lead;  ///< a post, not a person
};

/// Where an incident is led from, and the four things that it provides.
struct CommandPost {
  std::string name;
  std::string address;
  std::optional<Location> location;
  std::string contact;
  std::string organization;
  std::string workplace;
  std::string support_systems;
  std::string safeguards;
};

/// A department that takes part, and what it may decide.
struct Department {
  std::string name;
  std::string decides;
};

struct Incident {
  IncidentId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  std::string title;
  std::string description;
  IncidentState state = IncidentState::kActive;
  IncidentKind kind = IncidentKind::kUnknown;
  std::string event;
  int grade = 0;          ///< 1 (I) to 4 (IV); 0: none
  int warning_color = 0;  ///< 1 red to 4 blue; 0: none
  std::vector<ResponseLevel> response_levels;
  Mode mode = Mode::kReal;
  std::string district_path;
  std::optional<Area> area;
  std::optional<Location> location;
  std::optional<Time> onset_time;
  std::optional<Time> expire_time;
  std::vector<TeamId> enrolled_team_ids;
  std::vector<ExternalReference> external_refs;
  std::optional<Time> close_time;
  std::optional<CallUpNotice> call_up;
  std::string category;  ///< code of an IncidentCategory; empty: not known yet
  std::vector<Sector> sectors;
  std::vector<CommandPost> command_posts;
  std::vector<Department> departments;
  std::vector<IncidentId> linked_incident_ids;
  std::string taken_over_by;  ///< district of the higher desk that acts; empty: the incident's own
  std::string handover_note;
  CallUpStep call_up_step = CallUpStep::kNone;  ///< of the notice in force

  /// The district of the desk that acts.
  const std::string& desk_district_path() const { return taken_over_by.empty() ? district_path : taken_over_by; }
};

struct ResourceRequest {
  ResourceRequestId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  IncidentId incident_id;
  Mode mode = Mode::kReal;
  std::string district_path;
  std::string requester;
  OrganizationId requester_organization_id;
  bool cancelled = false;
  std::vector<ExternalReference> external_refs;
  RequestState state = RequestState::kAccepted;  ///< as stored; see current_state
  std::string need;                              ///< in the words of who asks
  std::string meeting_contact;                   ///< who meets the team
  std::string triage_note;
  ResourceRequestId merged_into_id;
  std::vector<ResourceRequestId> linked_request_ids;

  /// The version before marks what was taken back by `cancelled` alone.
  RequestState current_state() const { return cancelled ? RequestState::kCancelled : state; }
  /// The version before has no states: the audit trail names them beside the records that it knows.
  static constexpr bool kStateIsLater = true;
};

enum class QuantityUnit { kPeople, kTeams };
enum class Agreement { kVoluntary, kPurchasedService, kMutualAid };

std::string_view Name(QuantityUnit unit);
std::string_view Name(Agreement agreement);
std::string_view Name(Place place);
std::optional<QuantityUnit> QuantityUnitFromName(std::string_view name);
std::optional<Agreement> AgreementFromName(std::string_view name);
std::optional<Place> PlaceFromName(std::string_view name);

/// One kind of help that is needed. `filled`, `held` and `asked` count in the line's unit.
struct RequestLine {
  RequestLineId id;
  int64_t version = 0;
  ResourceRequestId resource_request_id;
  IncidentId incident_id;
  Mode mode = Mode::kReal;
  std::string district_path;
  int position_in_request = 0;
  std::string capability;
  int lowest_level = 0;
  int quantity = 0;
  QuantityUnit unit = QuantityUnit::kPeople;
  Place place = Place::kOnSite;
  std::optional<Location> location;
  std::vector<Window> windows;  ///< one for each shift, in order, not overlapping
  int priority = 3;
  int tolerance_percent = 0;
  Agreement agreement = Agreement::kVoluntary;
  std::string instructions;
  LineState state = LineState::kOpen;
  int filled = 0;   ///< taken by assignments that were not called off
  int held = 0;     ///< held by provisional answers
  int asked = 0;    ///< asked of teams that have not answered
  int waiting = 0;  ///< teams on the list for later waves
  int wave = 0;     ///< the last wave that went out, from 1
  int wave_size = 3;
  int answer_seconds = 600;
  int provisional_seconds = 1800;
  bool waves_stopped = false;
  bool needs_wave = false;  ///< a further wave should go out now: see NeedsWave
  std::vector<ExternalReference> external_refs;
  std::string equipment;                ///< counts pieces of this sort of equipment; empty: as `unit` says
  std::vector<std::string> must_haves;  ///< see must_haves.h
  std::vector<std::string> wishes;
  RequestLineId split_from_id;
  ResourceRequestId merged_from_id;  ///< the request that it was written in, when that was merged into another
  int on_scene = 0;                  ///< arrived and not released; not stored
  int fill_ppm = 0;             ///< chance in millionths with which it is to be filled in time; 0: waves of wave_size
  std::optional<Time> fill_by;  ///< none: the start of the first shift
};

enum class AnsweredVia { kNone, kPortal, kPhone, kRadio, kPaper };
enum class DeclineReason { kNone, kNoPeople, kNoEquipment, kTooFar, kUnsafe, kNotInsured, kBusy, kOther };
enum class CoverState { kNone, kDeclared, kBound, kOverridden };

/// Insurance of the people of an assignment.
struct Cover {
  CoverState state = CoverState::kNone;
  std::string insurer;
  std::string policy_number;
  std::optional<Time> valid_until;
  std::string override_reason;
};

struct Offer {
  OfferId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  IncidentId incident_id;
  ResourceRequestId resource_request_id;
  RequestLineId line_id;
  TeamId team_id;
  OrganizationId organization_id;
  OfferState state = OfferState::kInvited;
  Mode mode = Mode::kReal;
  std::string district_path;
  std::string incident_title;
  int wave = 0;
  std::string capability;
  std::vector<Window> windows;
  int count_asked = 0;    ///< in the line's unit
  int count_offered = 0;  ///< people; 0 before an answer
  std::optional<Time> available_from;
  std::string condition;
  DeclineReason decline_reason = DeclineReason::kNone;
  std::string note;
  Time expire_time{};
  AnsweredVia answered_via = AnsweredVia::kNone;
  std::optional<Time> answer_time;
  AssignmentId assignment_id;
  Cover cover;
  std::vector<ExternalReference> external_refs;
  DispatchId dispatch_id;  ///< kept beside the row: known where it was made, and in lists
};

/// Arrival on scene or at home.
struct CheckPoint {
  Time time{};
  std::optional<Location> location;
  int headcount = 0;
  AccountId confirmed_by;
};

/// What the unit that asked says of a team.
struct WorkConfirmation {
  Time time{};
  int headcount = 0;
  std::string note;
  AccountId confirmed_by;
};

struct Assignment {
  AssignmentId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  IncidentId incident_id;
  ResourceRequestId resource_request_id;
  RequestLineId line_id;
  OfferId offer_id;
  TeamId team_id;
  OrganizationId organization_id;
  AssignmentState state = AssignmentState::kReserved;
  Mode mode = Mode::kReal;
  std::string district_path;
  std::string capability;
  int headcount = 0;
  int fills = 0;  ///< what it takes of the line, in the line's unit
  std::vector<Window> windows;
  Cover cover;
  std::optional<Time> depart_time;
  std::optional<CheckPoint> check_in;
  std::optional<CheckPoint> check_out;
  std::optional<Time> release_time;
  std::vector<std::string> alarms;
  std::vector<ExternalReference> external_refs;
  AssignmentId relieves_id;         ///< whose team this one takes over from
  AssignmentId relieved_by_id;      ///< whose team takes over from this one
  AssignmentId redeployed_from_id;  ///< where the team was before
  std::string handover_note;
  std::optional<Time> expected_arrival;  ///< as was agreed; none: see ExpectedArrival
  std::optional<WorkConfirmation> arrival_confirmed;
  std::optional<WorkConfirmation> work_confirmed;
  std::string rest_override_reason;
  DispatchId dispatch_id;  ///< as of an offer
};

/// A time in which a team is taken; overlaps of active ones are refused by the database.
struct Booking {
  BookingId id;
  int64_t version = 0;
  AssignmentId assignment_id;
  Mode mode = Mode::kReal;
  std::string subject_kind = "team";
  std::string subject_id;
  Time start{};
  Time end{};
  bool active = true;
  bool worked = false;  ///< the team checked in: its end counts for rest
};

struct SituationReport {
  std::string id;
  int64_t version = 0;
  IncidentId incident_id;
  AssignmentId assignment_id;
  std::string district_path;
  OrganizationId organization_id;
  Mode mode = Mode::kReal;
  Time create_time{};
  std::string text;
  int people_served = 0;
  bool needs_more = false;
  AccountId reporter;
  std::string sector;                     ///< empty: all of the incident
  std::optional<Time> period_start;       ///< the operational period that it is about; none: when it was told
  std::optional<Time> period_end;         ///< given with period_start
  ResourceRequestId resource_request_id;  ///< what its needs became
};

using HelpId = Id<struct HelpTag>;

/// Help that nobody asked for.
struct Help {
  HelpId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  OrganizationId organization_id;
  TeamId team_id;
  IncidentId incident_id;  ///< empty: any
  Mode mode = Mode::kReal;
  std::string district_path;  ///< of the desk that answers
  std::string capability;
  int people = 0;
  Window window;
  std::string text;
  HelpState state = HelpState::kOffered;
  Time answer_by_time{};
  std::string answer;
  std::optional<Time> answer_time;
  RequestLineId line_id;
};

/// What a team brings along, as the registry says.
struct TeamMeans {
  struct Equipment {
    std::string kind;
    int count = 0;
  };
  std::string organization_kind;  ///< "filed_group"
  std::vector<std::string> languages;
  std::vector<Equipment> equipment;

  /// Pieces of one kind.
  int CountOf(const std::string& kind) const;
};

/// A team as the projection of the registry knows it.
struct ProjectedTeam {
  TeamFacts facts;  ///< `booked`, `worked` and `last_work_end` come from dispatch's own bookings
  std::string district_path;
  int64_t registry_version = 0;
  std::optional<TeamMeans> means = std::nullopt;  ///< none: projected by the version before, which did not know of them
};

/// A team that waits for a later wave of a line.
struct Candidate {
  RequestLineId line_id;
  int position = 0;
  TeamId team_id;
  DispatchId dispatch_id = {};  ///< that named it; empty for one from before there were any
};

/// When a line that asks by chance is looked at again, and the price of staying short that its plan was made for.
struct WaveLook {
  RequestLineId line_id;
  std::optional<Time> due;  ///< none: it needs no look any more
  double price = 0;         ///< 0: not found yet
};

/// What one call of Dispatch sent out. Its offers, the assignments that it booked at once, and the teams that wait name
/// it; so do the waves that follow.
struct DispatchRecord {
  DispatchId id;
  int64_t version = 0;
  Time create_time{};
  ResourceRequestId resource_request_id;
  IncidentId incident_id;
  Mode mode = Mode::kReal;
  std::string district_path;
  Time undo_until{};                  ///< until when all of it may be taken back
  std::optional<Time> withdraw_time;  ///< when it was
  int withdrawn_offers = 0;
  int ended_assignments = 0;
};

/// What became of an offer, as far as acceptance goes. One that was taken back or stood down was silent until then.
enum class AnswerOutcome { kAccepted, kDeclined, kSilent };

/// How many offers were answered in one way.
struct AnswerCount {
  OrganizationId organization_id;  ///< empty: of all organizations
  std::string capability;
  int hour = -1;  ///< of the day in China in which they were sent, 0 to 23; -1: any
  AnswerOutcome outcome = AnswerOutcome::kAccepted;
  int bucket = 0;  ///< after how long: see kBucketEndSeconds of wave_plan.h
  int64_t answers = 0;
};

}  // namespace muster::dispatch

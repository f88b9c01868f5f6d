#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "muster/rpc/paging.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kOtherDistrict[] = "3205/320506";

Principal GrantedFor(const std::string& incident_id, Time expire) {
  Principal principal = Someone(Role::kDistrictOperator, kOtherDistrict);
  principal.incident_grants = {{IncidentId("another"), At(1000)}, {IncidentId(incident_id), expire}};
  return principal;
}

/// One incident in Kunshan: team "a" is booked, team "b" is asked, "school" asked for help.
class TenantTest : public DispatchFixture {
 protected:
  TenantTest() {
    AddTeam("a", 10);
    AddTeam("b", 10);
    incident_ = MakeIncident();
    v1::CreateRequestRequest create;
    create.mutable_resource_request()->set_incident_id(incident_.id());
    *create.mutable_resource_request()->add_lines() = Line(30);
    request_ = Invoke<v1::ResourceRequest>("CreateRequest", School(), create).value();
    v1::TriageRequestRequest triage;
    triage.set_id(request_.id());
    triage.set_expected_version(request_.version());
    triage.set_decision(v1::TRIAGE_DECISION_ACCEPT);
    request_ = Invoke<v1::ResourceRequest>("TriageRequest", CityOperator(), triage).value();
    v1::OfferHelpRequest offer_help;
    offer_help.mutable_help()->set_capability(kSkill);
    offer_help.mutable_help()->set_people(5);
    *offer_help.mutable_help()->mutable_window() = Line(1).windows(0);
    help_ = Invoke<v1::Help>("OfferHelp", ManagerOf("a"), offer_help).value();
    assignment_ = SendOut(PlanOf(request_, 0, {"a"}, v1::DISPATCH_HOW_DIRECT)).value().assignments(0);
    request_.set_version(3);
    const auto sent = SendOut(PlanOf(request_, 0, {"b"})).value();
    offer_ = sent.offers(0);
    dispatch_id_ = sent.dispatch_id();
    request_ = sent.resource_request();
    v1::ReportSituationRequest report;
    report.mutable_report()->set_assignment_id(assignment_.id());
    report.mutable_report()->set_text("forty people on roofs");
    report_ = Invoke<v1::SituationReport>("ReportSituation", ManagerOf("a"), report).value();
  }

  /// What a plan with this team answers an operator of another district, who was let in to the incident.
  absl::Status AskAsGuest(const std::string& team, v1::DispatchHow how) {
    const Principal guest = GrantedFor(incident_.id(), At(1000));
    v1::DispatchRequest plan = PlanOf(request_, 0, {team}, how);
    return SendOut(plan, guest).status();
  }

  static Principal School() {
    Principal school = Someone(Role::kRequester, "3205/320583/320583100");
    school.organization_id = OrganizationId("school");
    return school;
  }

  /// The names of the reads that answer the caller anything of this incident.
  std::vector<std::string> Sees(const Principal& by) {
    std::vector<std::string> seen;
    const auto note = [&](const std::string& name, const absl::Status& status, bool has_any) {
      if (status.ok() && has_any) {
        seen.push_back(name);
      } else if (!status.ok()) {
        EXPECT_THAT(status, HasReason(Reason::kNotFound)) << name << " hides what it does not show";
      }
    };
    v1::GetIncidentRequest get_incident;
    get_incident.set_id(incident_.id());
    note("GetIncident", Invoke<v1::Incident>("GetIncident", by, get_incident).status(), true);
    v1::GetRequestRequest get_request;
    get_request.set_id(request_.id());
    note("GetRequest", Invoke<v1::ResourceRequest>("GetRequest", by, get_request).status(), true);
    v1::GetWavePlanRequest plan;
    plan.set_line_id(request_.lines(0).id());
    note("GetWavePlan", Invoke<v1::GetWavePlanResponse>("GetWavePlan", by, plan).status(), true);
    v1::GetAssignmentRequest get_assignment;
    get_assignment.set_id(assignment_.id());
    note("GetAssignment", Invoke<v1::Assignment>("GetAssignment", by, get_assignment).status(), true);

    const auto incidents = Invoke<v1::ListIncidentsResponse>("ListIncidents", by, v1::ListIncidentsRequest());
    note("ListIncidents", incidents.status(), incidents->incidents_size() > 0);
    const auto requests = Invoke<v1::ListRequestsResponse>("ListRequests", by, v1::ListRequestsRequest());
    note("ListRequests", requests.status(), requests->resource_requests_size() > 0);
    const auto offers = Invoke<v1::ListOffersResponse>("ListOffers", by, v1::ListOffersRequest());
    note("ListOffers", offers.status(), offers->offers_size() > 0);
    const auto assignments = Invoke<v1::ListAssignmentsResponse>("ListAssignments", by, v1::ListAssignmentsRequest());
    note("ListAssignments", assignments.status(), assignments->assignments_size() > 0);
    const auto reports =
        Invoke<v1::ListSituationReportsResponse>("ListSituationReports", by, v1::ListSituationReportsRequest());
    note("ListSituationReports", reports.status(), reports->reports_size() > 0);
    return seen;
  }

  /// Every command on these objects, as the caller could send it.
  std::map<std::string, std::function<absl::Status()>> Commands(const Principal& by) {
    std::map<std::string, std::function<absl::Status()>> commands;
    commands["UpdateIncident"] = [=, this] {
      v1::UpdateIncidentRequest update;
      *update.mutable_incident() = incident_;
      update.mutable_incident()->set_title("changed");
      update.mutable_update_mask()->add_paths("title");
      update.set_expected_version(incident_.version());
      return Invoke<v1::Incident>("UpdateIncident", by, update).status();
    };
    commands["CloseIncident"] = [=, this] {
      v1::CloseIncidentRequest close;
      close.set_id(incident_.id());
      close.set_expected_version(incident_.version());
      return Invoke<v1::CloseIncidentResponse>("CloseIncident", by, close).status();
    };
    commands["CreateRequest"] = [=, this] {
      v1::CreateRequestRequest create;
      create.mutable_resource_request()->set_incident_id(incident_.id());
      *create.mutable_resource_request()->add_lines() = Line(1);
      return Invoke<v1::ResourceRequest>("CreateRequest", by, create).status();
    };
    commands["CancelRequest"] = [=, this] {
      v1::CancelRequestRequest cancel;
      cancel.set_id(request_.id());
      cancel.set_expected_version(request_.version());
      return Invoke<v1::ResourceRequest>("CancelRequest", by, cancel).status();
    };
    commands["Dispatch"] = [=, this] { return SendOut(PlanOf(request_, 0, {"c"}), by).status(); };
    commands["SetWavePolicy"] = [=, this] {
      v1::SetWavePolicyRequest policy;
      policy.set_line_id(request_.lines(0).id());
      policy.set_expected_version(request_.lines(0).version());
      return Invoke<v1::RequestLine>("SetWavePolicy", by, policy).status();
    };
    commands["AnswerOffer"] = [=, this] {
      return Invoke<v1::Offer>("AnswerOffer", by, Accepting(offer_.id())).status();
    };
    commands["ConfirmOffer"] = [=, this] {
      return OnAssignment<v1::Offer, v1::ConfirmOfferRequest>("ConfirmOffer", offer_.id(), 1, by).status();
    };
    commands["WithdrawOffer"] = [=, this] {
      return OnAssignment<v1::Offer, v1::WithdrawOfferRequest>("WithdrawOffer", offer_.id(), 1, by).status();
    };
    commands["WithdrawDispatch"] = [=, this] { return TakeBack(dispatch_id_, by).status(); };
    commands["AdvanceAssignment"] = [=, this] {
      return Advance(assignment_, v1::ASSIGNMENT_STATE_MOBILIZING, by).status();
    };
    commands["CheckIn"] = [=, this] {
      return OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", assignment_.id(), 0, by).status();
    };
    commands["CheckOut"] = [=, this] {
      return OnAssignment<v1::Assignment, v1::CheckOutRequest>("CheckOut", assignment_.id(), 0, by).status();
    };
    commands["ReleaseAssignment"] = [=, this] {
      return OnAssignment<v1::Assignment, v1::ReleaseAssignmentRequest>("ReleaseAssignment", assignment_.id(), 1, by)
          .status();
    };
    commands["RecallAssignment"] = [=, this] {
      return OnAssignment<v1::Assignment, v1::RecallAssignmentRequest>("RecallAssignment", assignment_.id(), 1, by)
          .status();
    };
    commands["ExtendAssignment"] = [=, this] {
      return OnAssignment<v1::Assignment, v1::ExtendAssignmentRequest>("ExtendAssignment", assignment_.id(), 1, by)
          .status();
    };
    commands["RelieveAssignment"] = [=, this] {
      return OnAssignment<v1::RelieveAssignmentResponse, v1::RelieveAssignmentRequest>("RelieveAssignment",
                                                                                       assignment_.id(), 1, by)
          .status();
    };
    commands["RedeployAssignment"] = [=, this] {
      return OnAssignment<v1::RedeployAssignmentResponse, v1::RedeployAssignmentRequest>("RedeployAssignment",
                                                                                         assignment_.id(), 1, by)
          .status();
    };
    commands["ConfirmWork"] = [=, this] {
      v1::ConfirmWorkRequest confirm;
      confirm.set_id(assignment_.id());
      confirm.set_stage(v1::WORK_STAGE_ARRIVED);
      return Invoke<v1::Assignment>("ConfirmWork", by, confirm).status();
    };
    commands["ReportSituation"] = [=, this] {
      v1::ReportSituationRequest report;
      report.mutable_report()->set_assignment_id(assignment_.id());
      report.mutable_report()->set_text("text");
      return Invoke<v1::SituationReport>("ReportSituation", by, report).status();
    };
    commands["IssueCallUp"] = [=, this] {
      v1::IssueCallUpRequest issue;
      issue.set_incident_id(incident_.id());
      issue.set_expected_version(incident_.version());
      issue.set_step(v1::CALL_UP_STEP_MOBILIZE);
      issue.mutable_notice()->set_issuer("headquarters");
      issue.mutable_notice()->set_level(2);
      issue.mutable_notice()->set_district_path(kDistrict);
      return Invoke<v1::IssueCallUpResponse>("IssueCallUp", by, issue).status();
    };
    commands["IssueCallUp that ends it"] = [=, this] {
      v1::IssueCallUpRequest issue;
      issue.set_incident_id(incident_.id());
      issue.set_expected_version(incident_.version());
      issue.set_step(v1::CALL_UP_STEP_END);
      return Invoke<v1::IssueCallUpResponse>("IssueCallUp", by, issue).status();
    };
    commands["TakeOverIncident"] = [=, this] {
      v1::TakeOverIncidentRequest take;
      take.set_incident_id(incident_.id());
      take.set_expected_version(incident_.version());
      take.set_district_path(kDistrict);
      take.set_handover_note("note");
      return Invoke<v1::Incident>("TakeOverIncident", by, take).status();
    };
    commands["GetResponsePlan"] = [=, this] {
      v1::GetResponsePlanRequest get;
      get.set_incident_id(incident_.id());
      return Invoke<v1::ResponsePlan>("GetResponsePlan", by, get).status();
    };
    commands["GetDesk"] = [=, this] {
      v1::GetDeskRequest get;
      get.set_incident_id(incident_.id());
      return Invoke<v1::GetDeskResponse>("GetDesk", by, get).status();
    };
    commands["TriageRequest"] = [=, this] {
      v1::TriageRequestRequest triage;
      triage.set_id(request_.id());
      triage.set_expected_version(request_.version());
      triage.set_decision(v1::TRIAGE_DECISION_ACCEPT);
      return Invoke<v1::ResourceRequest>("TriageRequest", by, triage).status();
    };
    commands["AmendRequest"] = [=, this] {
      v1::AmendRequestRequest amend;
      amend.set_id(request_.id());
      amend.set_expected_version(request_.version());
      *amend.add_new_lines() = Line(1);
      return Invoke<v1::ResourceRequest>("AmendRequest", by, amend).status();
    };
    commands["AnswerHelp"] = [=, this] {
      v1::AnswerHelpRequest answer;
      answer.set_id(help_.id());
      answer.set_expected_version(help_.version());
      answer.set_state(v1::HELP_STATE_WITHDRAWN);
      return Invoke<v1::Help>("AnswerHelp", by, answer).status();
    };
    commands["ReportSituation for the incident"] = [=, this] {
      v1::ReportSituationRequest report;
      report.mutable_report()->set_incident_id(incident_.id());
      report.mutable_report()->set_text("text");
      return Invoke<v1::SituationReport>("ReportSituation", by, report).status();
    };
    return commands;
  }

  v1::Incident incident_;
  v1::ResourceRequest request_;
  v1::Assignment assignment_;
  v1::Offer offer_;
  std::string dispatch_id_;
  v1::SituationReport report_;
  v1::Help help_;
};

TEST_F(TenantTest, EveryReadShowsEachCallerItsOwn) {
  const std::vector<std::string> all{"GetIncident",   "GetRequest",      "GetWavePlan",
                                     "GetAssignment", "ListIncidents",   "ListRequests",
                                     "ListOffers",    "ListAssignments", "ListSituationReports"};
  EXPECT_EQ(Sees(CityOperator()), all);
  EXPECT_EQ(Sees(Someone(Role::kDistrictOperator, kDistrict)), all);
  EXPECT_EQ(Sees(Someone(Role::kAuditor, "3205")), all);
  EXPECT_EQ(Sees(GrantedFor(incident_.id(), kNow + Duration(1))), all);

  EXPECT_THAT(Sees(GrantedFor(incident_.id(), kNow)), IsEmpty()) << "the grant is over";
  EXPECT_THAT(Sees(Someone(Role::kDistrictOperator, kOtherDistrict)), IsEmpty());
  EXPECT_THAT(Sees(Someone(Role::kDistrictOperator, "3205/32058")), IsEmpty()) << "half a code is no parent";
  EXPECT_THAT(Sees(Someone(Role::kStreetOperator, "3205/320583/320583100")), IsEmpty());
  EXPECT_THAT(Sees(Someone(Role::kDistrictOperator, "")), IsEmpty());
  EXPECT_THAT(Sees(Stranger()), IsEmpty());
  EXPECT_THAT(Sees(Someone(Role::kOrganizationManager, "3205")), IsEmpty())
      << "a district gives an organization nothing";
  EXPECT_THAT(Sees(Someone(Role::kMember, kDistrict)), IsEmpty());

  EXPECT_THAT(Sees(ManagerOf("a")),
              ElementsAre("GetIncident", "GetAssignment", "ListIncidents", "ListAssignments", "ListSituationReports"));
  EXPECT_THAT(Sees(ManagerOf("b")), ElementsAre("GetIncident", "ListIncidents", "ListOffers"));
  EXPECT_THAT(Sees(School()), ElementsAre("GetIncident", "GetRequest", "GetAssignment", "ListIncidents", "ListRequests",
                                          "ListAssignments"))
      << "it sees who comes";
}

TEST_F(TenantTest, AHostilePrincipalIsNoPattern) {
  for (const char* district : {"%", "3205/%", "3205/______", "3205/32058_", "320%/320583"}) {
    EXPECT_THAT(Sees(Someone(Role::kDistrictOperator, district)), IsEmpty()) << district;
  }
  for (const char* id : {"%", "_", ",", "", "another,", "%,%"}) {
    Principal by = Someone(Role::kDistrictOperator, kOtherDistrict);
    by.incident_grants = {{IncidentId(id), At(10)}};
    EXPECT_THAT(Sees(by), IsEmpty()) << id;
    Principal organization = Stranger();
    organization.organization_id = OrganizationId(id);
    EXPECT_THAT(Sees(organization), IsEmpty()) << id;
  }
}

TEST_F(TenantTest, EveryCommandIsNotFoundForThoseOutside) {
  Principal teams_neighbour = ManagerOf("c");
  const std::string before = Dump();
  for (const Principal& by : {Someone(Role::kDistrictOperator, kOtherDistrict), GrantedFor(incident_.id(), kNow),
                              Stranger(), teams_neighbour, Someone(Role::kRequester, kOtherDistrict)}) {
    for (const auto& [name, run] : Commands(by)) {
      EXPECT_THAT(run(), HasReason(Reason::kNotFound)) << name << " by " << by.account_id;
    }
  }
  EXPECT_EQ(Dump(), before) << "a refusal changes nothing";
}

TEST_F(TenantTest, AnOrganizationReachesOnlyWhatIsItsOwn) {
  const std::string before = Dump();
  for (const auto& [name, run] : Commands(ManagerOf("a"))) {
    const bool own = name.find("Assignment") != std::string::npos || name.starts_with("Check") ||
                     name == "ReportSituation" || name == "AnswerHelp" || name == "GetDesk" ||
                     name == "GetResponsePlan";
    if (!own) {
      EXPECT_THAT(run(), HasReason(Reason::kNotFound)) << name;
    }
  }
  for (const auto& [name, run] : Commands(ManagerOf("b"))) {
    // The policy keeps it from the calls of officials; what it could read of its incident by them is its own.
    const bool own = name.find("Offer") != std::string::npos || name == "GetDesk" || name == "GetResponsePlan";
    if (!own) {
      EXPECT_THAT(run(), HasReason(Reason::kNotFound)) << name;
    }
  }
  EXPECT_EQ(Dump(), before);
}

TEST_F(TenantTest, AGrantGivesTheIncidentWhileItLasts) {
  EXPECT_OK(Commands(GrantedFor(incident_.id(), kNow + Duration(1)))["ReportSituation for the incident"]());
  EXPECT_OK(Commands(GrantedFor(incident_.id(), kNow + Duration(1)))["CloseIncident"]());
}

TEST_F(TenantTest, WhatIsHiddenLooksLikeWhatIsNotThere) {
  v1::GetIncidentRequest hidden;
  hidden.set_id(incident_.id());
  v1::GetIncidentRequest absent;
  absent.set_id("0190f7d2-0000-7000-8000-000000000001");
  EXPECT_EQ(Invoke<v1::Incident>("GetIncident", Stranger(), hidden).status(),
            Invoke<v1::Incident>("GetIncident", Stranger(), absent).status());
  EXPECT_EQ(Invoke<v1::Offer>("AnswerOffer", Stranger(), Accepting(offer_.id())).status(),
            Invoke<v1::Offer>("AnswerOffer", Stranger(), Accepting(absent.id())).status());
}

// ---- lists

class ListTest : public DispatchFixture {
 protected:
  std::vector<std::string> Pages(const Principal& by, v1::ListIncidentsRequest request) {
    std::vector<std::string> ids;
    do {
      const auto page = Invoke<v1::ListIncidentsResponse>("ListIncidents", by, request).value();
      EXPECT_LE(page.incidents_size(), request.page_size());
      for (const v1::Incident& incident : page.incidents()) {
        ids.push_back(incident.id());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  std::vector<std::string> Titles(const v1::ListIncidentsRequest& request) {
    std::vector<std::string> titles;
    const auto page = Invoke<v1::ListIncidentsResponse>("ListIncidents", CityOperator(), request).value();
    for (const v1::Incident& incident : page.incidents()) {
      titles.push_back(incident.title());
    }
    return titles;
  }
  void AddIncident(const std::string& title, const std::string& system, const std::string& id) {
    v1::CreateIncidentRequest request;
    request.mutable_incident()->set_title(title);
    request.mutable_incident()->set_event("flood");
    request.mutable_incident()->set_district_path(kDistrict);
    auto& reference = *request.mutable_incident()->add_external_refs();
    reference.set_system(system);
    reference.set_id(id);
    ASSERT_OK(Invoke<v1::Incident>("CreateIncident", CityOperator(), request));
  }
  std::vector<std::string> Named(const std::string& system, const std::string& id) {
    v1::ListIncidentsRequest request;
    request.mutable_external_ref()->set_system(system);
    request.mutable_external_ref()->set_id(id);
    return Titles(request);
  }
};

TEST_F(ListTest, PagesShowEachItemOnceNewestFirst) {
  std::vector<std::string> expected;
  for (int i = 0; i < 11; ++i) {
    clock_.Advance(std::chrono::milliseconds(1));
    expected.insert(expected.begin(), MakeIncident(i % 3 == 0 ? kDistrict : kOtherDistrict).id());
  }
  for (const int size : {1, 4, 11, 500}) {
    v1::ListIncidentsRequest request;
    request.set_page_size(size);
    EXPECT_EQ(Pages(CityOperator(), request), expected) << size;
  }
  v1::ListIncidentsRequest two;
  two.set_page_size(2);
  EXPECT_THAT(Pages(Someone(Role::kDistrictOperator, kDistrict), two), SizeIs(4));
}

TEST_F(ListTest, RefusesPagesThatWereNotGiven) {
  MakeIncident();
  v1::ListIncidentsRequest request;
  for (const int size : {-1, 501, 1'000'000'000}) {
    request.set_page_size(size);
    EXPECT_THAT(Invoke<v1::ListIncidentsResponse>("ListIncidents", CityOperator(), request),
                HasReason(Reason::kBadPage));
  }
  request.set_page_size(10);
  for (const char* token : {"x", "%", "' OR 1=1--", "MTkwZjdkMg", "////"}) {
    request.set_page_token(token);
    EXPECT_THAT(Invoke<v1::ListIncidentsResponse>("ListIncidents", CityOperator(), request),
                HasReason(Reason::kBadCursor))
        << token;
  }
}

TEST_F(ListTest, ATokenOfAnotherTenantGivesNothingOfItsOwn) {
  const v1::Incident theirs = MakeIncident(kOtherDistrict);
  clock_.Advance(std::chrono::milliseconds(1));
  const v1::Incident foreign = MakeIncident(kOtherDistrict);
  v1::ListIncidentsRequest request;
  request.set_page_token(rpc::PageTokenAfter(foreign.id()));
  EXPECT_THAT(Titles(request), SizeIs(1)) << "the city sees it";
  const auto page =
      Invoke<v1::ListIncidentsResponse>("ListIncidents", Someone(Role::kDistrictOperator, kDistrict), request).value();
  EXPECT_EQ(page.incidents_size(), 0);
  EXPECT_TRUE(page.next_page_token().empty());
}

TEST_F(ListTest, ANameElsewhereIsFoundExactly) {
  AddIncident("plain", "CAP", "a_b");
  AddIncident("percent", "CAP", "a%b");
  AddIncident("letter", "CAP", "axb");
  AddIncident("capital", "CAP", "A_B");
  AddIncident("quote", "CAP", "a\"},{\"id\":\"x");
  AddIncident("other system", "EDXL", "a_b");
  EXPECT_THAT(Named("CAP", "a_b"), ElementsAre("plain"));
  EXPECT_THAT(Named("CAP", "a%b"), ElementsAre("percent"));
  EXPECT_THAT(Named("CAP", "A_B"), ElementsAre("capital"));
  EXPECT_THAT(Named("EDXL", "a_b"), ElementsAre("other system"));
  EXPECT_THAT(Named("CAP", "a\"},{\"id\":\"x"), ElementsAre("quote"));
  for (const char* id : {"%", "_", "a", "x", "!", "a!_b", "' OR 1=1--"}) {
    EXPECT_THAT(Named("CAP", id), IsEmpty()) << id;
  }
}

TEST_F(ListTest, FiltersByStateAndMode) {
  MakeIncident();
  MakeIncident(kDistrict, common::v1::MODE_DRILL);
  v1::CreateIncidentRequest pre_alert;
  pre_alert.set_pre_alert(true);
  pre_alert.mutable_incident()->set_title("Storm to come");
  pre_alert.mutable_incident()->set_event("storm");
  pre_alert.mutable_incident()->set_district_path(kDistrict);
  ASSERT_OK(Invoke<v1::Incident>("CreateIncident", CityOperator(), pre_alert));

  v1::ListIncidentsRequest request;
  request.add_states(v1::INCIDENT_STATE_PRE_ALERT);
  EXPECT_THAT(Titles(request), ElementsAre("Storm to come"));
  request.add_states(v1::INCIDENT_STATE_ACTIVE);
  EXPECT_THAT(Titles(request), SizeIs(3));
  request.add_modes(common::v1::MODE_DRILL);
  EXPECT_THAT(Titles(request), ElementsAre("Flood"));
  request.clear_states();
  request.add_states(v1::INCIDENT_STATE_CLOSED);
  EXPECT_THAT(Titles(request), IsEmpty());
}

TEST_F(ListTest, OffersAndAssignmentsAreFilteredByEveryId) {
  for (const char* team : {"a", "b"}) {
    AddTeam(team, 10);
  }
  const v1::Assignment booked = Book("a");
  const auto offers = AskFor(10, {"b"});
  const auto count = [&](auto request, auto response, const char* method) {
    return Invoke<decltype(response)>(method, CityOperator(), request).value().ByteSizeLong() > 0;
  };
  const auto offers_found = [&](const std::function<void(v1::ListOffersRequest&)>& set) {
    v1::ListOffersRequest request;
    set(request);
    return count(request, v1::ListOffersResponse(), "ListOffers");
  };
  EXPECT_TRUE(offers_found([&](auto& r) { r.set_incident_id(offers[0].incident_id()); }));
  EXPECT_TRUE(offers_found([&](auto& r) { r.set_resource_request_id(offers[0].resource_request_id()); }));
  EXPECT_TRUE(offers_found([&](auto& r) { r.set_line_id(offers[0].line_id()); }));
  EXPECT_TRUE(offers_found([&](auto& r) { r.add_states(v1::OFFER_STATE_INVITED); }));
  EXPECT_FALSE(offers_found([&](auto& r) { r.set_incident_id(booked.incident_id()); }));
  EXPECT_FALSE(offers_found([&](auto& r) { r.set_line_id("%"); }));
  EXPECT_FALSE(offers_found([&](auto& r) { r.add_states(v1::OFFER_STATE_ACCEPTED); }));
  const auto assignments_found = [&](const std::function<void(v1::ListAssignmentsRequest&)>& set) {
    v1::ListAssignmentsRequest request;
    set(request);
    return count(request, v1::ListAssignmentsResponse(), "ListAssignments");
  };
  EXPECT_TRUE(assignments_found([&](auto& r) { r.set_incident_id(booked.incident_id()); }));
  EXPECT_TRUE(assignments_found([&](auto& r) { r.set_team_id("a"); }));
  EXPECT_TRUE(assignments_found([&](auto& r) { r.add_states(v1::ASSIGNMENT_STATE_RESERVED); }));
  EXPECT_FALSE(assignments_found([&](auto& r) { r.set_team_id("b"); }));
  EXPECT_FALSE(assignments_found([&](auto& r) { r.set_team_id("_"); }));
  EXPECT_FALSE(assignments_found([&](auto& r) { r.add_states(v1::ASSIGNMENT_STATE_HOME); }));
}

// ---- refusals

class RefusalTest : public DispatchFixture {};

TEST_F(RefusalTest, ChangesNothing) {
  for (const char* team : {"a", "b", "c"}) {
    AddTeam(team, 10);
  }
  const v1::Assignment booked = Book("a");
  const auto offers = AskFor(10, {"b"});
  const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(10)});
  const std::string before = Dump();

  v1::AnswerOfferRequest answer = Accepting(offers[0].id());
  answer.set_expected_version(5);
  EXPECT_THAT(Answer(answer, "b"), HasReason(Reason::kVersionConflict));
  answer = Accepting(offers[0].id());
  answer.set_count_offered(11);
  EXPECT_THAT(Answer(answer, "b"), HasReason(Reason::kOutOfRange));
  answer = Accepting(offers[0].id());
  answer.set_answer(v1::OFFER_ANSWER_UNSPECIFIED);
  EXPECT_THAT(Answer(answer, "b"), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Advance(booked, v1::ASSIGNMENT_STATE_WORKING), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Advance(booked, v1::ASSIGNMENT_STATE_UNSPECIFIED), HasReason(Reason::kInvalidField));
  EXPECT_THAT((OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", booked.id(), 0)),
              HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(SendOut(PlanOf(request, 0, {"c", "a"}, v1::DISPATCH_HOW_DIRECT)), HasReason(Reason::kTeamOverlap))
      << "all or nothing: c is not booked either";
  EXPECT_THAT(SendOut(PlanOf(request, 0, {"c", "c"})), HasReason(Reason::kDuplicate));
  EXPECT_THAT(SendOut(PlanOf(request, 0, {"nobody"})), HasReason(Reason::kNotEligible));
  EXPECT_THAT(SendOut(PlanOf(request, 0, {})), HasReason(Reason::kOutOfRange));
  v1::CreateRequestRequest create;
  create.mutable_resource_request()->set_incident_id(request.incident_id());
  *create.mutable_resource_request()->add_lines() = Line(10);
  *create.mutable_resource_request()->add_lines() = Line(0);
  EXPECT_THAT(Invoke<v1::ResourceRequest>("CreateRequest", CityOperator(), create), HasReason(Reason::kOutOfRange));
  create.mutable_resource_request()->mutable_lines(1)->CopyFrom(Line(10, 9, 9));
  EXPECT_THAT(Invoke<v1::ResourceRequest>("CreateRequest", CityOperator(), create), HasReason(Reason::kBadTime));
  create.mutable_resource_request()->mutable_lines(1)->CopyFrom(Line(10));
  create.mutable_resource_request()->mutable_lines(1)->mutable_position()->set_latitude(91);
  EXPECT_THAT(Invoke<v1::ResourceRequest>("CreateRequest", CityOperator(), create), HasReason(Reason::kBadGeometry));
  v1::UpdateIncidentRequest update;
  update.mutable_incident()->set_id(request.incident_id());
  update.set_expected_version(1);
  update.mutable_update_mask()->add_paths("state");
  EXPECT_THAT(Invoke<v1::Incident>("UpdateIncident", CityOperator(), update), HasReason(Reason::kInvalidField))
      << "a state that was not given is not taken for active";

  EXPECT_EQ(Dump(), before);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(RefusalTest, ACallThatCameTooLateDoesNotRun) {
  const std::string before = Dump();
  v1::CreateIncidentRequest request;
  request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
  request.mutable_incident()->set_title("Flood");
  request.mutable_incident()->set_event("flood");
  request.mutable_incident()->set_district_path(kDistrict);
  rpc::Call call = CallOf("CreateIncident", CityOperator());
  call.steady_deadline = clock_.Steady() - Duration(1);
  std::promise<absl::Status> answer;
  table_->Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message*) {
    answer.set_value(std::move(status));
  });
  EXPECT_THAT(answer.get_future().get(), HasReason(Reason::kDeadline));
  EXPECT_EQ(Dump(), before);
}

TEST_F(TenantTest, NobodyCallsTheTeamsOfAnotherDistrict) {
  AddTeam("c", 10);  // of Kunshan
  ProjectedTeam own = Briefing().Team("own", 10);
  own.district_path = kOtherDistrict;
  AddTeam(own);
  for (const v1::DispatchHow how : {v1::DISPATCH_HOW_INVITE, v1::DISPATCH_HOW_DIRECT}) {
    const absl::Status foreign = AskAsGuest("c", how);
    EXPECT_THAT(foreign, HasReason(Reason::kNotEligible));
    EXPECT_EQ(GetErrorInfo(foreign).metadata.at("rules"), GetErrorInfo(AskAsGuest("nobody", how)).metadata.at("rules"))
        << "as a team that does not exist";
  }
  EXPECT_OK(AskAsGuest("own", v1::DISPATCH_HOW_DIRECT));
}

}  // namespace
}  // namespace muster::dispatch

#include "tests/scenario/load/mass_call.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/cli/connect/session.h"
#include "tests/scenario/kill/actor.h"
#include "tests/scenario/kill/inspector.h"
#include "tests/scenario/kill/reckoning.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/outage/listeners.h"

namespace muster::testing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kSettles{30};
constexpr seconds kGivesUp{70};  ///< longer than a call is repeated
constexpr size_t kTeamsOfLine = 100;

dispatch::v1::CreateIncidentRequest AnIncident() {
  dispatch::v1::CreateIncidentRequest request;
  request.mutable_incident()->set_title("All of them");
  request.mutable_incident()->set_kind(dispatch::v1::INCIDENT_KIND_NATURAL_DISASTER);
  request.mutable_incident()->set_district_path("3205");
  request.mutable_incident()->mutable_position()->set_latitude(31.30);
  request.mutable_incident()->mutable_position()->set_longitude(120.60);
  return request;
}

/// Lines of a hundred teams each, all for the same hour.
dispatch::v1::CreateRequestRequest ARequest(const std::string& incident_id, size_t teams) {
  const Time start = SystemClock().Now() + hours(24);
  dispatch::v1::CreateRequestRequest request;
  request.mutable_resource_request()->set_incident_id(incident_id);
  for (size_t first = 0; first < teams; first += kTeamsOfLine) {
    dispatch::v1::RequestLine& line = *request.mutable_resource_request()->add_lines();
    line.set_capability(kOnSiteSkill);
    line.set_quantity(static_cast<int32_t>(std::min(kTeamsOfLine, teams - first)));
    line.set_unit(dispatch::v1::QUANTITY_UNIT_TEAMS);
    line.mutable_wave_policy()->set_wave_size(static_cast<int32_t>(kTeamsOfLine));
    line.mutable_wave_policy()->set_answer_seconds(3600);
    auto& window = *line.add_windows();
    *window.mutable_start_time() = ToTimestamp(start);
    *window.mutable_end_time() = ToTimestamp(start + hours(1));
  }
  return request;
}

dispatch::v1::DispatchRequest Invitations(const dispatch::v1::ResourceRequest& request,
                                          const std::vector<std::string>& team_ids) {
  dispatch::v1::DispatchRequest call;
  call.set_resource_request_id(request.id());
  call.set_expected_version(request.version());
  call.set_how(dispatch::v1::DISPATCH_HOW_INVITE);
  for (size_t i = 0; i < team_ids.size(); ++i) {
    const int line = static_cast<int>(i / kTeamsOfLine);
    if (line == call.lines_size()) {
      call.add_lines()->set_line_id(request.lines(line).id());
    }
    call.mutable_lines(line)->add_team_ids(team_ids[i]);
  }
  return call;
}

/// So many people are asked that the operator confirms the number that the first answer tells.
absl::StatusOr<dispatch::v1::DispatchResponse> Confirmed(const Deployment& deployment, const std::string& key,
                                                         dispatch::v1::DispatchRequest call) {
  const auto session = cli::Session::Open({.socket_path = deployment.socket(), .api_key = key}).value();
  call.set_request_id(session->NewRequestId());
  const auto told = session->Call<dispatch::v1::DispatchResponse>(call);
  if (told.ok() || GetErrorInfo(told.status()).reason != Reason::kConfirmRequired) {
    return told;
  }
  call.set_confirm_token(GetErrorInfo(told.status()).metadata.at("confirm_token"));
  return session->Call<dispatch::v1::DispatchResponse>(call);
}

}  // namespace

MassCall CallAll(const Deployment& deployment, const WorldSize& size) {
  MassCall result;
  Ledger ledger;
  const Town town = MakeTown(deployment, 1, ledger, size);
  Figures figures;
  Agenda agenda;
  Caller caller(deployment, agenda);
  Load load(town, {.rate = 1}, caller, agenda, ledger, figures);  // never started: it only takes what is heard
  const Listeners listeners(deployment, town.world, load);
  EXPECT_TRUE(Until([&] { return listeners.AllListen(); }, kSettles));
  Actor actor(deployment, town.world.operator_key, ledger);
  const auto incident = actor.Do<dispatch::v1::Incident>(AnIncident());
  const auto request = actor.Do<dispatch::v1::ResourceRequest>(
      ARequest(incident.value_or(dispatch::v1::Incident()).id(), town.world.team_ids.size()));
  EXPECT_TRUE(request.ok()) << request.status();
  if (!request.ok()) {
    return result;
  }
  figures.Open();
  const auto start = std::chrono::steady_clock::now();
  const auto sent = Confirmed(deployment, town.world.operator_key, Invitations(*request, town.world.team_ids));
  EXPECT_TRUE(sent.ok()) << GetErrorInfo(sent.status()).message_en;
  for (int i = 0; sent.ok() && i < sent->offers_size(); ++i) {
    figures.Committed(sent->offers(i).id(), start);
  }
  Until([&] { return figures.Unheard(SteadyTime::max()) == 0; }, kSettles);
  EXPECT_TRUE(Until([&] { return caller.running() == 0; }, kGivesUp)) << "receipts have no answer";
  agenda.Stop();
  result.pushes = figures.Pushes(Phase::kBefore);
  result.unheard = figures.Unheard(SteadyTime::max());
  const Reckoning reckoning = Reckon(Inspect(deployment, town.world), ledger);
  result.contradictions = reckoning.lost;
  result.contradictions.insert(result.contradictions.end(), reckoning.doubled.begin(), reckoning.doubled.end());
  return result;
}

}  // namespace muster::testing

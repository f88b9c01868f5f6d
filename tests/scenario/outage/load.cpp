#include "tests/scenario/outage/load.h"

#include <gtest/gtest.h>

#include <cmath>

#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/accounts.h"
#include "services/cli/connect/credentials.h"
#include "tests/scenario/kill/actor.h"
#include "tests/scenario/kill/until.h"

namespace muster::testing {
namespace {

using dispatch::v1::AnswerOfferRequest;
using dispatch::v1::CreateIncidentRequest;
using dispatch::v1::CreateRequestRequest;
using dispatch::v1::DispatchRequest;
using dispatch::v1::DispatchResponse;
using dispatch::v1::Incident;
using dispatch::v1::Offer;
using dispatch::v1::RequestLine;
using dispatch::v1::ResourceRequest;
using std::chrono::hours;
using std::chrono::steady_clock;

constexpr double kDispatchesOfCalls = 0.1;
constexpr int kPage = 20;
constexpr int kDay_s = 86'400;

CreateIncidentRequest AnIncident() {
  CreateIncidentRequest request;
  request.mutable_incident()->set_title("Outage");
  request.mutable_incident()->set_kind(dispatch::v1::INCIDENT_KIND_ACCIDENT);
  request.mutable_incident()->set_district_path("3205");
  request.mutable_incident()->mutable_position()->set_latitude(31.30);
  request.mutable_incident()->mutable_position()->set_longitude(120.60);
  return request;
}

/// One team for an hour of its own: no two requests ask the same team for the same hour. Between its hours it rests.
CreateRequestRequest ARequest(const std::string& incident_id, int hour) {
  static const Time first = SystemClock().Now() + hours(48);  // hour 0
  CreateRequestRequest request;
  request.mutable_resource_request()->set_incident_id(incident_id);
  RequestLine& line = *request.mutable_resource_request()->add_lines();
  line.set_capability(kOnSiteSkill);
  line.set_quantity(1);
  line.set_unit(dispatch::v1::QUANTITY_UNIT_TEAMS);
  line.mutable_wave_policy()->set_wave_size(1);
  line.mutable_wave_policy()->set_answer_seconds(kDay_s);
  auto& window = *line.add_windows();
  *window.mutable_start_time() = ToTimestamp(first + hours(12 * hour));
  *window.mutable_end_time() = ToTimestamp(first + hours(12 * hour + 1));
  return request;
}

DispatchRequest AnOffer(const ResourceRequest& request, const std::string& team_id) {
  DispatchRequest call;
  call.set_resource_request_id(request.id());
  call.set_expected_version(request.version());
  call.set_how(dispatch::v1::DISPATCH_HOW_INVITE);
  call.add_lines()->set_line_id(request.lines(0).id());
  call.mutable_lines(0)->add_team_ids(team_id);
  return call;
}

AnswerOfferRequest AnAcceptance(const std::string& offer_id) {
  AnswerOfferRequest request;
  request.set_id(offer_id);
  request.set_answer(dispatch::v1::OFFER_ANSWER_ACCEPT);
  request.set_answered_via(dispatch::v1::ANSWERED_VIA_PORTAL);
  request.mutable_cover()->set_state(dispatch::v1::COVER_STATE_DECLARED);
  request.mutable_cover()->set_insurer("PICC");
  request.mutable_cover()->set_policy_number("P-1");
  return request;
}

/// What a rank is asked for: the same each time.
matching::v1::RankTeamsRequest ANeed() {
  const ResourceRequest wanted = ARequest("", 0).resource_request();
  matching::v1::RankTeamsRequest request;
  request.mutable_need()->set_capability(kOnSiteSkill);
  request.mutable_need()->set_people(kPage);
  *request.mutable_need()->mutable_position() = AnIncident().incident().position();
  *request.mutable_need()->add_windows() = wanted.lines(0).windows(0);
  request.set_limit(kPage);
  return request;
}

std::string MakeOperator(cli::Session& admin, const std::string& login, const std::string& district_path) {
  identity::v1::Account wanted;
  wanted.set_login(login);
  wanted.add_roles("city_operator");
  wanted.set_district_path(district_path);
  const auto account = cli::CreateAccount(admin, wanted);
  EXPECT_TRUE(account.ok()) << account.status();
  const auto key = cli::CreateKey(admin, account->id(), "load");
  EXPECT_TRUE(key.ok()) << key.status();
  return key->secret();
}

std::unique_ptr<cli::Session> OpenAdmin(const Deployment& deployment) {
  const std::string key = cli::ReadSecretFile(cli::TokenPath(deployment.data_dir(), "admin")).value();
  return cli::Session::Open({.socket_path = deployment.socket(), .api_key = key}).value();
}

/// Dispatch hears of teams in the order in which they were made.
void AwaitTeams(const Deployment& deployment, const World& world, Ledger& ledger) {
  Actor actor(deployment, world.operator_key, ledger);
  const auto incident = actor.Do<Incident>(AnIncident());
  const auto request = actor.Do<ResourceRequest>(ARequest(incident.value_or(Incident()).id(), 0));
  ASSERT_TRUE(request.ok()) << request.status();
  const DispatchRequest call = AnOffer(*request, world.team_ids.back());
  EXPECT_TRUE(
      Until([&] { return actor.Do<DispatchResponse>(call, {Reason::kNotEligible}).ok(); }, std::chrono::seconds(30)));
}

}  // namespace

std::string MakeOperator(const Deployment& deployment, const std::string& login, const std::string& district_path) {
  return MakeOperator(*OpenAdmin(deployment), login, district_path);
}

Town MakeTown(const Deployment& deployment, double rate, Ledger& ledger, const WorldSize& size) {
  Town town{MakeWorld(deployment, size), {}};
  const auto admin = OpenAdmin(deployment);
  const int operators = 1 + static_cast<int>(std::ceil(rate * kDispatchesOfCalls * 1.5));
  for (int i = 0; i < operators; ++i) {
    town.operator_keys.push_back(MakeOperator(*admin, "operator-" + std::to_string(i), "3205"));
  }
  AwaitTeams(deployment, town.world, ledger);
  return town;
}

Load::Load(const Town& town, const Mix& mix, Caller& caller, Agenda& agenda, Ledger& ledger, Figures& figures)
    : caller_(caller),
      agenda_(agenda),
      ledger_(ledger),
      figures_(figures),
      team_ids_(town.world.team_ids),
      period_(static_cast<int64_t>(1e9 / mix.rate)),
      calls_to_four_(mix.calls_to_four),
      slot_(kFirstHour * static_cast<int>(team_ids_.size())) {
  for (const Manager& manager : town.world.managers) {
    managers_.push_back(caller_.AddAccount(manager.api_key));
  }
  for (const std::string& key : town.operator_keys) {
    operators_.push_back(caller_.AddAccount(key));
  }
}

void Load::Start() {
  start_ = steady_clock::now();
  agenda_.At(start_, [this] { Tick(0); });
}

void Load::Stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
}

void Load::Tick(int64_t number) {
  {
    MutexLock lock(mutex_);
    if (stopped_) {
      return;
    }
  }
  const SteadyTime intended = start_ + number * period_;
  agenda_.At(intended + period_, [this, number] { Tick(number + 1); });
  Act(number, intended);
}

void Load::Act(int64_t number, SteadyTime intended) {
  const int64_t place = number % calls_to_four_;
  const int step = calls_to_four_ / 5;
  if (place == 0) {
    return OpenIncident(intended);
  }
  const bool done = (place == step && WriteRequest(intended)) || (place == 2 * step && Dispatch(intended)) ||
                    (place == 3 * step && Accept(intended));
  if (!done) {
    Read(number, intended);
  }
}

template <class Reply, class Request>
void Load::Change(size_t account, const Request& request, SteadyTime intended, std::function<void(const Reply&)> then) {
  caller_.Call<Reply>(account, request, intended,
                      [this, then = std::move(then)](const Reply& reply, const CallEnd& end) {
                        figures_.Enter(Request::descriptor()->name(), end);
                        if (end.status.ok()) {
                          ledger_.Acknowledge(reply);
                          MutexLock lock(mutex_);
                          then(reply);
                        }
                      });
}

template <class Reply, class Request>
void Load::Look(size_t account, const Request& request, SteadyTime intended) {
  caller_.Call<Reply>(account, request, intended,
                      [this](const Reply&, const CallEnd& end) { figures_.Enter(Request::descriptor()->name(), end); });
}

void Load::OpenIncident(SteadyTime intended) {
  Change<Incident>(NextOperator(), AnIncident(), intended, [this](const Incident& incident) {
    some_incident_ = incident.id();
    incidents_.push_back(incident.id());
  });
}

bool Load::WriteRequest(SteadyTime intended) {
  std::string incident;
  {
    MutexLock lock(mutex_);
    if (incidents_.empty()) {
      return false;
    }
    incident = incidents_.front();
    incidents_.pop_front();
  }
  const int teams = static_cast<int>(team_ids_.size());
  const int slot = slot_++;
  const std::string& team = team_ids_[static_cast<size_t>(slot % teams)];
  Change<ResourceRequest>(NextOperator(), ARequest(incident, slot / teams), intended,
                          [this, &team](const ResourceRequest& request) {
                            some_request_ = request.id();
                            requests_.push_back({request, team});
                          });
  return true;
}

bool Load::Dispatch(SteadyTime intended) {
  Wanted wanted;
  {
    MutexLock lock(mutex_);
    if (requests_.empty()) {
      return false;
    }
    wanted = requests_.front();
    requests_.pop_front();
  }
  Change<DispatchResponse>(NextOperator(), AnOffer(wanted.request, wanted.team_id), intended,
                           [this](const DispatchResponse& reply) {
                             for (const Offer& offer : reply.offers()) {
                               figures_.Committed(offer.id(), steady_clock::now());
                             }
                           });
  return true;
}

bool Load::Accept(SteadyTime intended) {
  Asked offer;
  {
    MutexLock lock(mutex_);
    if (offers_.empty()) {
      return false;
    }
    offer = offers_.front();
    offers_.pop_front();
  }
  Change<Offer>(managers_[offer.organization], AnAcceptance(offer.id), intended, [](const Offer&) {});
  return true;
}

void Load::Read(int64_t number, SteadyTime intended) {
  std::string incident_id;
  std::string request_id;
  {
    MutexLock lock(mutex_);
    incident_id = some_incident_;
    request_id = some_request_;
  }
  const size_t account = NextOperator();
  const auto turn = static_cast<size_t>(number);
  switch (turn % 7) {
    case 0: {
      registry::v1::GetTeamRequest request;
      request.set_id(team_ids_[turn % team_ids_.size()]);
      return Look<registry::v1::Team>(account, request, intended);
    }
    case 1:
      return Look<matching::v1::RankTeamsResponse>(account, ANeed(), intended);
    case 2: {
      exchange::v1::ListDocumentsRequest request;
      request.set_page_size(kPage);
      return Look<exchange::v1::ListDocumentsResponse>(account, request, intended);
    }
    case 3: {
      notify::v1::ListDeliveriesRequest request;
      request.set_page_size(kPage);
      return Look<notify::v1::ListDeliveriesResponse>(managers_[turn % managers_.size()], request, intended);
    }
    case 4:
      return Look<identity::v1::WhoAmIResponse>(account, identity::v1::WhoAmIRequest(), intended);
    case 5:
      if (!request_id.empty()) {
        dispatch::v1::GetRequestRequest request;
        request.set_id(request_id);
        return Look<ResourceRequest>(account, request, intended);
      }
      break;
    default:
      break;
  }
  if (!incident_id.empty()) {
    dispatch::v1::GetIncidentRequest request;
    request.set_id(incident_id);
    Look<Incident>(account, request, intended);
  }
}

void Load::Hear(size_t organization, const notify::v1::Delivery& delivery) {
  const SteadyTime now = steady_clock::now();
  if (ledger_.Hear(delivery) && delivery.event_type().ends_with(".OfferInvited")) {
    figures_.Heard(delivery.subject_id(), now);
    MutexLock lock(mutex_);
    offers_.push_back({delivery.subject_id(), organization});
  }
  notify::v1::AcknowledgeDeliveryRequest receipt;
  receipt.set_id(delivery.id());
  receipt.set_state(notify::v1::DELIVERY_STATE_DELIVERED);
  Change<notify::v1::Delivery>(managers_[organization], receipt, now, [](const notify::v1::Delivery&) {});
}

}  // namespace muster::testing

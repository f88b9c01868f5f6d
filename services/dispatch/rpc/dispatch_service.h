#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/events/feed.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/security/confirm_token.h"
#include "muster/security/pass.h"
#include "muster/storage/database.h"
#include "services/dispatch/rpc/assignment_methods.h"
#include "services/dispatch/rpc/desk_methods.h"
#include "services/dispatch/rpc/payloads.h"
#include "services/dispatch/store/dispatch_command.h"
#include "services/dispatch/store/queries.h"

namespace muster::dispatch {

/// The dispatch service: incidents, requests, offers, assignments. The program that wires it opens the database with
/// the migration sets "common", "events" and "dispatch", and calls Register. Thread-safe.
class DispatchService {
 public:
  struct Dependencies {
    storage::Database& database;
    const Clock& clock;
    Random& random;
    const security::ConfirmTokens& confirm_tokens;
    events::FeedSource& feed;  ///< the service's own
    WavePolicy new_line = {};  ///< how a line asks that does not say; 0: as a RequestLine is made
    Duration help_answer_time = std::chrono::hours(2);  ///< within which help that nobody asked for gets an answer
    const security::PassSigner* passes = nullptr;       ///< none: no passes are made
    Duration arrival_grace = std::chrono::minutes(15);  ///< how late a team may check in before it is told of
    Duration undo_time = kUndoTime;                     ///< how long a dispatch may be taken back
  };

  /// All dependencies must outlive it.
  explicit DispatchService(Dependencies dependencies)
      : dependencies_(dependencies),
        queries_(dependencies.database, dependencies.clock),
        desk_methods_({{dependencies.database, dependencies.random, payloads_},
                       dependencies.clock,
                       queries_,
                       dependencies.confirm_tokens,
                       dependencies.new_line,
                       dependencies.help_answer_time}),
        assignment_methods_({{dependencies.database, dependencies.random, payloads_},
                             dependencies.clock,
                             queries_,
                             dependencies.new_line,
                             dependencies.passes}) {}

  /// Serves muster.dispatch.v1.DispatchService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);
  /// Serves dispatch's feed, audit trail and invariants.
  void RegisterOwner(rpc::OwnerRouter& router);

  /// Automatic steps, for the timers: they act as "system" under the policy named in `action`.
  void SendWave(const RequestLineId& line_id);
  void ExpireOffer(const OfferId& offer_id);
  /// Looks at those who should have checked in by now; at most `limit` of them.
  void CheckArrivals(Time now, int limit);

  /// The change that takes over what the registry says of a team, with the alarms that follow from it.
  std::unique_ptr<storage::Command> ProjectTeam(ProjectedTeam team);
  /// Looks at every team that is booked, after many of them may have changed. Waits for the store.
  absl::Status CheckStandings();

  const Queries& queries() const { return queries_; }

 private:
  template <class Request, class Response>
  using UnaryMethod = void (DispatchService::*)(const rpc::Call&, const Request&, rpc::Reply<Response>);
  template <class Request, class Response>
  void Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method);

  /// Runs a command for a call and answers with what `make` makes of its changes.
  template <class Response, class CoreCommand, class Request>
  void Run(const rpc::Call& call, const Request& request, CoreCommand command,
           std::function<Response(const DispatchChanges&, const Facts&)> make, rpc::Reply<Response> reply);
  template <class CoreCommand>
  std::unique_ptr<storage::Command> Automatic(CoreCommand command, const std::string& action);
  template <class CoreCommand>
  void RunAutomatic(CoreCommand command, const std::string& action);

  void CreateIncident(const rpc::Call&, const v1::CreateIncidentRequest&, rpc::Reply<v1::Incident>);
  void GetIncident(const rpc::Call&, const v1::GetIncidentRequest&, rpc::Reply<v1::Incident>);
  void ListIncidents(const rpc::Call&, const v1::ListIncidentsRequest&, rpc::Reply<v1::ListIncidentsResponse>);
  void UpdateIncident(const rpc::Call&, const v1::UpdateIncidentRequest&, rpc::Reply<v1::Incident>);
  void CloseIncident(const rpc::Call&, const v1::CloseIncidentRequest&, rpc::Reply<v1::CloseIncidentResponse>);
  void CreateRequest(const rpc::Call&, const v1::CreateRequestRequest&, rpc::Reply<v1::ResourceRequest>);
  void GetRequest(const rpc::Call&, const v1::GetRequestRequest&, rpc::Reply<v1::ResourceRequest>);
  void ListRequests(const rpc::Call&, const v1::ListRequestsRequest&, rpc::Reply<v1::ListRequestsResponse>);
  void CancelRequest(const rpc::Call&, const v1::CancelRequestRequest&, rpc::Reply<v1::ResourceRequest>);
  void Dispatch(const rpc::Call&, const v1::DispatchRequest&, rpc::Reply<v1::DispatchResponse>);
  void WithdrawDispatch(const rpc::Call&, const v1::WithdrawDispatchRequest&, rpc::Reply<v1::WithdrawDispatchResponse>);
  void SetWavePolicy(const rpc::Call&, const v1::SetWavePolicyRequest&, rpc::Reply<v1::RequestLine>);
  void GetWavePlan(const rpc::Call&, const v1::GetWavePlanRequest&, rpc::Reply<v1::GetWavePlanResponse>);
  void ListOffers(const rpc::Call&, const v1::ListOffersRequest&, rpc::Reply<v1::ListOffersResponse>);
  void AnswerOffer(const rpc::Call&, const v1::AnswerOfferRequest&, rpc::Reply<v1::Offer>);
  void ConfirmOffer(const rpc::Call&, const v1::ConfirmOfferRequest&, rpc::Reply<v1::Offer>);
  void WithdrawOffer(const rpc::Call&, const v1::WithdrawOfferRequest&, rpc::Reply<v1::Offer>);
  void AdvanceAssignment(const rpc::Call&, const v1::AdvanceAssignmentRequest&, rpc::Reply<v1::Assignment>);
  void CheckIn(const rpc::Call&, const v1::CheckInRequest&, rpc::Reply<v1::Assignment>);
  void CheckOut(const rpc::Call&, const v1::CheckOutRequest&, rpc::Reply<v1::Assignment>);
  void ReleaseAssignment(const rpc::Call&, const v1::ReleaseAssignmentRequest&, rpc::Reply<v1::Assignment>);
  void RecallAssignment(const rpc::Call&, const v1::RecallAssignmentRequest&, rpc::Reply<v1::Assignment>);
  void ListBookings(std::shared_ptr<const rpc::Call>, const v1::ListBookingsRequest&,
                    std::shared_ptr<rpc::ItemWriter<v1::ListBookingsResponse>>);

  const Dependencies dependencies_;
  const Queries queries_;
  const ProtoPayloads payloads_;
  const DeskMethods desk_methods_;
  const AssignmentMethods assignment_methods_;
};

}  // namespace muster::dispatch

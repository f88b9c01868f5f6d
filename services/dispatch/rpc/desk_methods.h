#pragma once

#include <chrono>
#include <string>

#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/security/confirm_token.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/rpc/command_call.h"
#include "services/dispatch/store/queries.h"

namespace muster::dispatch {

/// The methods of DispatchService by which the desks lead: call-ups, who acts on an incident, response plans, triage
/// and amendment of requests, help that nobody asked for, and what waits for a person. Thread-safe.
class DeskMethods {
 public:
  struct Dependencies {
    ChangeTools tools;
    const Clock& clock;
    const Queries& queries;
    const security::ConfirmTokens& confirm_tokens;
    WavePolicy new_line = {};                           ///< how a line asks that does not say
    Duration help_answer_time = std::chrono::hours(2);  ///< within which help gets an answer
  };

  /// All dependencies must outlive it.
  explicit DeskMethods(Dependencies dependencies) : dependencies_(dependencies) {}

  /// Serves them in `table`; this object must outlive the table's use.
  void Register(rpc::MethodTable& table) const;

 private:
  template <class Request, class Response>
  using UnaryMethod = void (DeskMethods::*)(const rpc::Call&, const Request&, rpc::Reply<Response>) const;
  template <class Request, class Response>
  void Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method) const;

  void IssueCallUp(const rpc::Call&, const v1::IssueCallUpRequest&, rpc::Reply<v1::IssueCallUpResponse>) const;
  void TakeOverIncident(const rpc::Call&, const v1::TakeOverIncidentRequest&, rpc::Reply<v1::Incident>) const;
  void ListIncidentCategories(const rpc::Call&, const v1::ListIncidentCategoriesRequest&,
                              rpc::Reply<v1::ListIncidentCategoriesResponse>) const;
  void GetResponsePlan(const rpc::Call&, const v1::GetResponsePlanRequest&, rpc::Reply<v1::ResponsePlan>) const;
  void GetDesk(const rpc::Call&, const v1::GetDeskRequest&, rpc::Reply<v1::GetDeskResponse>) const;
  void TriageRequest(const rpc::Call&, const v1::TriageRequestRequest&, rpc::Reply<v1::ResourceRequest>) const;
  void AmendRequest(const rpc::Call&, const v1::AmendRequestRequest&, rpc::Reply<v1::ResourceRequest>) const;
  void OfferHelp(const rpc::Call&, const v1::OfferHelpRequest&, rpc::Reply<v1::Help>) const;
  void AnswerHelp(const rpc::Call&, const v1::AnswerHelpRequest&, rpc::Reply<v1::Help>) const;
  void ListHelp(const rpc::Call&, const v1::ListHelpRequest&, rpc::Reply<v1::ListHelpResponse>) const;

  const Dependencies dependencies_;
};

}  // namespace muster::dispatch

#pragma once

#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/security/pass.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/rpc/command_call.h"
#include "services/dispatch/store/assignment_queries.h"
#include "services/dispatch/store/queries.h"

namespace muster::dispatch {

/// The methods of DispatchService that concern teams that are out, besides the steps of their life cycle: extension,
/// relief, redeployment, confirmations, passes, service records, reports from the scene. Thread-safe.
class AssignmentMethods {
 public:
  struct Dependencies {
    ChangeTools tools;
    const Clock& clock;
    const Queries& queries;
    WavePolicy new_line = {};                      ///< how a line asks that does not say
    const security::PassSigner* passes = nullptr;  ///< none: no passes are made
  };

  /// All dependencies must outlive it.
  explicit AssignmentMethods(Dependencies dependencies)
      : dependencies_(dependencies), queries_(dependencies.tools.database, dependencies.clock) {}

  /// Serves them in `table`; this object must outlive the table's use.
  void Register(rpc::MethodTable& table) const;

  const AssignmentQueries& queries() const { return queries_; }

 private:
  template <class Request, class Response>
  using UnaryMethod = void (AssignmentMethods::*)(const rpc::Call&, const Request&, rpc::Reply<Response>) const;
  template <class Request, class Response>
  void Serve(rpc::MethodTable& table, const std::string& name, UnaryMethod<Request, Response> method) const;

  void ListAssignments(const rpc::Call&, const v1::ListAssignmentsRequest&,
                       rpc::Reply<v1::ListAssignmentsResponse>) const;
  void GetAssignment(const rpc::Call&, const v1::GetAssignmentRequest&, rpc::Reply<v1::Assignment>) const;
  void ExtendAssignment(const rpc::Call&, const v1::ExtendAssignmentRequest&, rpc::Reply<v1::Assignment>) const;
  void RelieveAssignment(const rpc::Call&, const v1::RelieveAssignmentRequest&,
                         rpc::Reply<v1::RelieveAssignmentResponse>) const;
  void RedeployAssignment(const rpc::Call&, const v1::RedeployAssignmentRequest&,
                          rpc::Reply<v1::RedeployAssignmentResponse>) const;
  void ConfirmWork(const rpc::Call&, const v1::ConfirmWorkRequest&, rpc::Reply<v1::Assignment>) const;
  void GetPass(const rpc::Call&, const v1::GetPassRequest&, rpc::Reply<v1::Pass>) const;
  void GetPassKeys(const rpc::Call&, const v1::GetPassKeysRequest&, rpc::Reply<v1::GetPassKeysResponse>) const;
  void GetServiceRecord(const rpc::Call&, const v1::GetServiceRecordRequest&, rpc::Reply<v1::ServiceRecord>) const;
  void ReportSituation(const rpc::Call&, const v1::ReportSituationRequest&, rpc::Reply<v1::SituationReport>) const;
  void ListSituationReports(const rpc::Call&, const v1::ListSituationReportsRequest&,
                            rpc::Reply<v1::ListSituationReportsResponse>) const;

  const Dependencies dependencies_;
  const AssignmentQueries queries_;
};

}  // namespace muster::dispatch

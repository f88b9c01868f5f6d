#pragma once

#include <vector>

#include "muster/storage/command.h"
#include "services/dispatch/core/alarm.h"
#include "services/dispatch/core/amend.h"
#include "services/dispatch/core/arrival.h"
#include "services/dispatch/core/assignment.h"
#include "services/dispatch/core/call_up.h"
#include "services/dispatch/core/confirmation.h"
#include "services/dispatch/core/deployment.h"
#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/help.h"
#include "services/dispatch/core/incident.h"
#include "services/dispatch/core/offer.h"
#include "services/dispatch/core/plan.h"
#include "services/dispatch/core/report.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/core/take_over.h"
#include "services/dispatch/core/triage.h"
#include "services/dispatch/core/undo.h"

namespace muster::dispatch {

/// What each command reads, into `facts`, which must outlive the reads. Parameters come from the command alone.
std::vector<storage::Read> ReadsOf(const OpenIncident& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const UpdateIncident& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CloseIncident& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CreateRequest& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CancelRequest& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const SetWavePolicy& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const DispatchPlan& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const SendWave& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const WithdrawDispatch& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const AnswerOffer& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const ConfirmOffer& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const WithdrawOffer& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const ExpireOffer& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const AdvanceAssignment& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CheckIn& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CheckOut& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const ExtendAssignment& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const RelieveAssignment& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const RedeployAssignment& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const ConfirmWork& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CheckArrival& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const ReportSituation& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const CheckStanding& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const IssueCallUp& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const TakeOverIncident& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const TriageRequest& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const AmendRequest& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const OfferHelp& command, Facts& facts);
std::vector<storage::Read> ReadsOf(const AnswerHelp& command, Facts& facts);

/// The incidents on which a desk above the operator's acts; see CheckDesk.
storage::Read TakenOverAbove(const Principal& principal, Facts& facts);

}  // namespace muster::dispatch

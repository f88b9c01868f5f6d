#pragma once

#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "tests/scenario/kill/insistent.h"
#include "tests/scenario/kill/ledger.h"

namespace muster::testing {

/// Plays small mobilizations of the demo organization's teams, one after the other, each on another day. Every
/// acknowledged change goes into the ledger; a refusal fails the test, for nothing here may be refused.
class Mobilizer {
 public:
  Mobilizer(const Server& server, Ledger& ledger) : client_(server, "operator"), ledger_(ledger) {}

  /// Learns which teams there are.
  void Prepare();
  /// One mobilization, from the incident until the team is home.
  void PlayOnce();
  int played() const { return played_; }

 private:
  dispatch::v1::Incident OpenIncident();
  dispatch::v1::ResourceRequest WriteRequest(const std::string& incident_id);
  std::vector<dispatch::v1::Offer> Dispatch(const dispatch::v1::ResourceRequest& request);
  dispatch::v1::Assignment Accept(const dispatch::v1::Offer& offer);
  void BringHome(dispatch::v1::Assignment assignment);
  void Close(const dispatch::v1::Incident& incident);

  /// Calls until answered, records the reply's version under `kind`.
  template <class Reply, class Request>
  Reply Change(const std::string& kind, Request request);

  Insistent client_;
  Ledger& ledger_;
  std::vector<std::string> team_ids_;
  std::vector<std::string> capabilities_;  ///< of the team at the same place
  int played_ = 0;
};

}  // namespace muster::testing

#pragma once

#include <string>

#include "tests/scenario/kill/reckoning.h"

namespace muster::testing {

/// A mobilization as it should be, to be spoilt. Line "line-1" of "request-1" of "incident-1" asks for one team,
/// "line-2" for another at the same time. "offer-1" was accepted by "team-1" of "red-cross": "assignment-1", released
/// after its work. "offer-2" was promised, then accepted by "team-2" of "blue-sky": "assignment-2", recalled on its
/// way. "offer-3" was declined. All are home, each organization was told of everything, has it and sent its receipts.
class History {
 public:
  History();

  /// The record of an object's version in the audit trail.
  common::v1::AuditRecord& Record(const std::string& object_id, int64_t version);
  /// Takes it out of the trail.
  void Unrecord(const std::string& object_id, int64_t version);
  /// Moves it to the end of the trail.
  void RecordLast(const std::string& object_id, int64_t version);

  dispatch::v1::RequestLine& line(int index) { return *found.requests["request-1"].mutable_lines(index); }
  dispatch::v1::Offer& offer(const std::string& id) { return found.offers[id]; }
  dispatch::v1::Assignment& assignment(const std::string& id) { return found.assignments[id]; }
  /// "assignment-1/AssignmentReserved".
  notify::v1::Delivery& delivery(const std::string& id) { return found.deliveries[id]; }

  // The next version of an object: found, told to a client, and audited.
  void Put(dispatch::v1::Incident incident);
  void Put(dispatch::v1::ResourceRequest request);
  void Put(dispatch::v1::Offer offer);
  void Put(dispatch::v1::Assignment assignment);
  void Put(notify::v1::Delivery delivery);

  Findings found;
  Ledger ledger;
  int session = ledger.OpenSession();  ///< of the operator, who saw all

 private:
  void OpenIncident();
  void Move(dispatch::v1::Offer offer, dispatch::v1::OfferState state);
  void Move(dispatch::v1::Assignment assignment, dispatch::v1::AssignmentState state);
  void ChangeLine(int index, dispatch::v1::LineState state, int filled, int held);
  /// Queued, sent, heard, receipted.
  void Tell(const std::string& subject, const std::string& organization, const std::string& event);
  /// A refusal and a situation report, which are in the trail and not among what is found.
  void RecordBesides();
  void Enter(const Message& object, const std::string& type);

  int64_t time_ = 0;
};

}  // namespace muster::testing

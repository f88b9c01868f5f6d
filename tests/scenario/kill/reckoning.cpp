#include "tests/scenario/kill/reckoning.h"

#include "tests/scenario/kill/evidence.h"

namespace muster::testing {

bool IsHeard(const notify::v1::Delivery& delivery, const std::set<std::string>& heard) {
  const bool has_receipt =
      delivery.state() == notify::v1::DELIVERY_STATE_DELIVERED || delivery.state() == notify::v1::DELIVERY_STATE_READ;
  return has_receipt && heard.contains(delivery.id());
}

Reckoning Reckon(const Findings& found, const Ledger& ledger) {
  const Evidence evidence(found, ledger);
  Reckoning reckoning;
  CheckLost(evidence, reckoning.lost);
  CheckDoubled(evidence, reckoning.doubled);
  CheckMoves(evidence, reckoning.illegal);
  CheckRules(evidence, reckoning.illegal);
  CheckUnreceipted(evidence, reckoning.unreceipted);
  return reckoning;
}

}  // namespace muster::testing

#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/cli/connect/session.h"
#include "tests/scenario/kill/ledger.h"
#include "tests/scenario/kill/world.h"

namespace muster::testing {

/// What the server has at one moment, by its public methods, compared with what the clients were told.
class Reckoning {
 public:
  /// Reads everything.
  Reckoning(const Deployment& deployment, const World& world, const Ledger& ledger);

  // Each tells what does not hold, one line for each.

  /// What is still under way: a team that is not home; an offer or an assignment of which its organization was not
  /// told, or of which no device of it has heard. A message that a later one overtook need not have been heard.
  std::vector<std::string> Unrest() const;

  /// Acknowledged changes that are not there, or not in the audit trail.
  std::vector<std::string> Lost() const;
  /// What happened twice: a call that was carried out, audited or told of twice, a team with overlapping assignments.
  std::vector<std::string> Doubled() const;

  // Each fails the test where it does not hold.

  /// Nearly every offer was heard: those that were overtaken before are the exception.
  void ExpectOffersHeard() const;
  /// The story was told in all its ways: else the above says little.
  void ExpectAllWasPlayed() const;

 private:
  template <class Object>
  using ById = std::map<std::string, Object>;

  using Problems = std::vector<std::string>;

  void ReadTrail(const std::string& owner);
  void CheckTold(const std::string& subject, const std::set<std::string>& events, Problems& problems) const;
  bool IsHeard(const notify::v1::Delivery& delivery) const;
  template <class Object>
  void CheckKept(const ById<Object>& stored, Problems& problems) const;
  template <class Object>
  void CheckOnce(const ById<Object>& stored, Problems& problems) const;
  void CheckTeams(Problems& problems) const;

  const Ledger& ledger_;
  const std::unique_ptr<cli::Session> auditor_;
  ById<dispatch::v1::Incident> incidents_;
  ById<dispatch::v1::ResourceRequest> requests_;
  ById<dispatch::v1::Offer> offers_;
  ById<dispatch::v1::Assignment> assignments_;
  ById<notify::v1::Delivery> deliveries_;
  std::multimap<std::string, notify::v1::Delivery> deliveries_of_;  ///< by the object that they tell of
  std::map<std::pair<std::string, int64_t>, int> audited_;          ///< records of an object's version
};

}  // namespace muster::testing

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
  Reckoning(const Server& server, const World& world, const Ledger& ledger);

  /// What is still under way, or wrong: a team that is not home; an offer or an assignment of which its organization
  /// was not told, or was told twice, or of which no device of it has heard. A message that a later one overtook need
  /// not have been heard.
  std::vector<std::string> Unrest() const;

  // Each fails the test where it does not hold.

  /// Every acknowledged change is there, and in the audit trail once; nothing is there that nobody asked for.
  void ExpectKept() const;
  /// Nearly every offer was heard: those that were overtaken before are the exception.
  void ExpectOffersHeard() const;
  /// No two assignments of a team overlap, whatever became of them.
  void ExpectNoTeamTwice() const;
  /// The story was told in all its ways: else the above says little.
  void ExpectAllWasPlayed() const;

 private:
  template <class Object>
  using ById = std::map<std::string, Object>;

  void CheckTold(const std::string& subject, const std::set<std::string>& events,
                 std::vector<std::string>& problems) const;
  bool IsHeard(const notify::v1::Delivery& delivery) const;
  template <class Object>
  void ExpectKept(const ById<Object>& stored) const;
  void ExpectAudited(const char* owner, const std::vector<std::string>& kinds) const;

  const Ledger& ledger_;
  const std::unique_ptr<cli::Session> auditor_;
  ById<dispatch::v1::Incident> incidents_;
  ById<dispatch::v1::ResourceRequest> requests_;
  ById<dispatch::v1::Offer> offers_;
  ById<dispatch::v1::Assignment> assignments_;
  ById<notify::v1::Delivery> deliveries_;
  std::multimap<std::string, notify::v1::Delivery> deliveries_of_;  ///< by the object that they tell of
};

}  // namespace muster::testing

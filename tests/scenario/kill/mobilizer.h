#pragma once

#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "tests/scenario/kill/actor.h"
#include "tests/scenario/kill/world.h"

namespace muster::testing {

/// An operator who plays mobilizations, one after the other, each in eight hours of its own: asks teams for work on
/// site, from home, and at once; waits for their answers, which the devices give; tries to book a team twice, which
/// must be refused; releases who has arrived and closes the incident.
class Mobilizer {
 public:
  /// `shift` is shared with those who play at the same time; 1 begins in eight hours.
  Mobilizer(const Deployment& deployment, const World& world, Ledger& ledger, std::atomic<int>& shift, unsigned seed)
      : actor_(deployment, world.operator_key, ledger), team_ids_(world.team_ids), shift_(shift), random_(seed) {}

  /// One mobilization, from the incident until it is closed.
  void PlayOnce();

 private:
  dispatch::v1::Incident OpenIncident();
  dispatch::v1::ResourceRequest WriteRequest(const std::string& incident_id);
  /// Asks every team for every line, in an order of chance that is the same for all lines: the first teams are asked
  /// for several at once, and only one acceptance of each may hold.
  void Invite(const dispatch::v1::ResourceRequest& request);
  void AwaitAnswers(const dispatch::v1::ResourceRequest& request);
  bool IsAnswered(const dispatch::v1::RequestLine& line);
  void TryToBookTwice(const dispatch::v1::Incident& incident);
  void ReleaseArrived(const dispatch::v1::Incident& incident);
  void Close(const dispatch::v1::Incident& incident);

  /// A line of the shift that is played, its work beginning this late.
  dispatch::v1::RequestLine Line(const char* skill, int quantity, int wave_size, int answer_seconds,
                                 std::chrono::hours after = {}) const;
  std::vector<dispatch::v1::Assignment> Out(const dispatch::v1::Incident& incident,
                                            const std::vector<dispatch::v1::AssignmentState>& states);

  Actor actor_;
  std::vector<std::string> team_ids_;
  std::atomic<int>& shift_;
  std::mt19937 random_;
  Time start_{};  ///< when the work of this mobilization begins
};

}  // namespace muster::testing

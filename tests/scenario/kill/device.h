#pragma once

#include <atomic>
#include <random>
#include <string>
#include <thread>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "tests/scenario/kill/actor.h"
#include "tests/scenario/kill/world.h"

namespace muster::testing {

/// The device of an organization's manager. It listens, comes back whenever the line is cut, and acts on what it hears
/// and on nothing else: answers each offer in one of the ways that people have, sets out when it was booked, comes home
/// when it was released or recalled. Each delivery is entered into the ledger before it is acted on, and acknowledged
/// after that.
class Device {
 public:
  Device(const Deployment& deployment, const Manager& manager, Ledger& ledger, unsigned seed);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

 private:
  void Run();
  void Listen();
  void Take(const notify::v1::Delivery& delivery);
  void Receipt(const notify::v1::Delivery& delivery);

  void Answer(const std::string& offer_id);
  void Accept(const std::string& offer_id);
  void Decline(const std::string& offer_id, dispatch::v1::DeclineReason why);
  void AcceptProvisionally(const std::string& offer_id);
  void SetOut(const std::string& assignment_id);
  void ComeHome(const std::string& assignment_id);

  absl::StatusOr<dispatch::v1::Assignment> Advance(const dispatch::v1::Assignment& from,
                                                   dispatch::v1::AssignmentState to, const std::set<Reason>& legal);
  dispatch::v1::Assignment ReadAssignment(const std::string& id);
  bool Chance(int percent);

  const std::string organization_id_;
  Ledger& ledger_;
  Insistent line_;
  Actor actor_;
  std::mt19937 random_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace muster::testing

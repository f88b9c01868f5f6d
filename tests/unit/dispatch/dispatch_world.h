#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/bad_input_run.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {

/// A district's operator with work under way and another district's work beside it, and for every method a request with
/// every field filled in that is accepted. Test bodies make as many worlds as they need.
class DispatchWorld : public DispatchFixture {
 public:
  DispatchWorld();
  void TestBody() override {}

  /// Sends a request through the checks of shape that stand before every handler.
  absl::Status Send(const std::string& method, const Principal& caller, const google::protobuf::Message& request,
                    std::string* reply);

  /// A request for every unary method; the caller is the district's operator.
  std::vector<muster::testing::GoodCall> GoodCalls();
  static Principal Operator() { return Someone(Role::kDistrictOperator, kDistrict); }
  static Principal OtherOperator() { return Someone(Role::kDistrictOperator, kOtherDistrict); }

  storage::Database& database() { return *database_; }
  const std::vector<std::string>& foreign_ids() const { return foreign_ids_; }
  using DispatchFixture::Violations;

 private:
  static constexpr char kOtherDistrict[] = "3205/320508";

  /// A team that nothing else uses.
  std::string NewTeam(const std::string& district = kDistrict);
  google::protobuf::Timestamp In(int hours);
  v1::Incident FullIncident();
  /// Its category, sectors, command posts, departments and links.
  void AddParts(v1::Incident& incident);
  v1::RequestLine FullLine();
  v1::Help NewHelp();
  v1::ResourceRequest NewRequest();
  v1::Offer NewOffer();
  v1::Assignment NewAssignment(v1::AssignmentState state);
  template <class Request>
  std::unique_ptr<google::protobuf::Message> OnNew(v1::AssignmentState state);

  /// Those of the methods that concern teams that are out.
  void AddAssignmentCalls(std::vector<muster::testing::GoodCall>& calls);

  int teams_ = 0;
  std::vector<std::string> foreign_ids_;
};

}  // namespace muster::dispatch

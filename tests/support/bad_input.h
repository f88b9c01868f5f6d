#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <vector>

#include "muster/domain/reason.h"

namespace muster::testing {

/// One way to spoil a request.
struct BadInput {
  std::string flaw;  ///< "too long"; the list is in bad_input.cpp
  std::string path;  ///< of what is spoilt, as errors name it: "team.capabilities[0].level"
  /// The fields on the way there: "CreateTeamRequest.team", "Team.capabilities", "TeamCapability.level".
  std::vector<std::string> steps;
  std::vector<Reason> reasons;  ///< the answers that fit
  std::function<void(google::protobuf::Message& request)> spoil;
};

/// The table of bad inputs of a request, generated from its descriptor: every flaw of every field, nested ones and the
/// first element of lists included. `good` is a request that is accepted; what it leaves empty is spoilt all the same,
/// but an empty list has no element to spoil. `foreign_ids` are of objects that the caller may not see.
std::vector<BadInput> BadInputsOf(const google::protobuf::Message& good, const std::vector<std::string>& foreign_ids);

}  // namespace muster::testing

#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/rpc/method_table.h"
#include "tests/support/bad_input.h"
#include "tests/support/store_dump.h"

namespace muster::testing {

/// What a field takes although it is on the list of flaws, and why.
struct LegalInput {
  /// "Team.external_refs"; "CreateTeam Team.id" for one method only; "Circle.center/Position.time" for one place only.
  std::string at;
  /// Empty: all that have the right shape, of the field and of what is inside, because it is not looked at.
  std::vector<std::string> flaws;
  std::string why;
  bool not_always = false;  ///< some of these inputs are refused all the same
};

/// Flaws of a text that is kept and shown as it is: where it may be left out, and where it must be given.
inline const std::vector<std::string> kAnyText{"empty", "blank", "SQL", "emoji"};
inline const std::vector<std::string> kGivenText{"SQL", "emoji"};

/// A method with a request that it accepts.
struct GoodCall {
  std::string method;  ///< "CreateTeam"
  std::string caller;
  /// Makes a request that is accepted in the world as it is now.
  std::function<std::unique_ptr<google::protobuf::Message>()> request;
};

/// A request that is the same each time.
template <class Request>
std::function<std::unique_ptr<google::protobuf::Message>()> Always(Request request) {
  return [request = std::move(request)] { return std::make_unique<Request>(request); };
}

/// Fails unless each method of the service is called once, but for `others`, which are not called here.
void ExpectEveryMethod(const std::vector<GoodCall>& calls, const google::protobuf::ServiceDescriptor& service,
                       const std::set<std::string>& others);

/// Runs tables of bad inputs. Each input must be refused with a reason that fits and with the field that was spoilt,
/// and leave the store as it was; what is legal must be accepted. An object that the caller may not see must be
/// answered like one that does not exist.
class BadInputRun {
 public:
  /// `lists`: the requests of lists ("ListTeamsRequest"), which need not say which page and how much of it.
  BadInputRun(std::vector<LegalInput> legal, const std::vector<std::string>& lists);

  /// Sends a request; `reply` takes the serialized answer.
  using Send =
      std::function<absl::Status(const GoodCall& call, const google::protobuf::Message& request, std::string* reply)>;

  /// Tries every bad input of one method.
  void Try(const GoodCall& call, const Send& send, StoreDump& dump, const std::vector<std::string>& foreign_ids);

  /// Fails for legal inputs that never came up: the list tells nothing but the truth.
  void ExpectEveryRowUsed() const;

  /// How many inputs were sent, and how many of them were refused.
  int sent() const { return sent_; }
  int refused() const { return refused_; }

 private:
  const LegalInput* FindLegal(const std::string& method, const BadInput& input);
  void CheckRefusal(const BadInput& input, const absl::Status& status);

  std::vector<LegalInput> legal_;
  std::set<std::pair<size_t, std::string>> used_;
  int sent_ = 0;
  int refused_ = 0;
};

/// Calls a method of the table past the checks of shape that stand before every handler; `call` says who and which.
absl::Status SendTo(const rpc::MethodTable& table, const rpc::Call& call, const google::protobuf::Message& request,
                    std::string* reply);

/// Fills `request_id`, where the request has one, with a fresh one.
void RenewRequestId(google::protobuf::Message& request);

}  // namespace muster::testing

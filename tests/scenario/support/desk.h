#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "tests/scenario/support/program.h"
#include "tests/scenario/support/server.h"

namespace muster::testing {

/// People at their desks: they type commands and read the replies. A command that does not end as it should fails the
/// test, with what was typed and what was said.
class Desk {
 public:
  explicit Desk(const Server& server) : server_(server) {}

  /// Types a command that succeeds, as the operator unless the words say otherwise; its JSON reply.
  template <class Reply>
  Reply Ask(std::vector<std::string> words) {
    const ProgramResult result = Type(std::move(words), 0);
    Reply reply;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &reply).ok()) << result.out;
    return reply;
  }

  /// Types a command that ends with this exit code.
  ProgramResult Type(std::vector<std::string> words, int exit_code);

  /// Types a command that the server refuses with this reason.
  void Refused(std::vector<std::string> words, const std::string& reason, int exit_code = 4);

  /// The words that let an organization's manager act: a key of a fresh account, made by the administrator.
  std::vector<std::string> As(const std::string& organization_id);

  const Server& server() const { return server_; }

 private:
  const Server& server_;
  std::map<std::string, std::string> key_files_;
};

/// `words` with `more` behind.
std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more);

}  // namespace muster::testing

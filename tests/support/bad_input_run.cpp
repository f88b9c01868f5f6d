#include "tests/support/bad_input_run.h"

#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <string_view>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/rpc/shape.h"
#include "tests/support/status_matchers.h"

namespace muster::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using enum Reason;

/// Flaws that no field takes, looked at or not.
constexpr auto kNeverLegal =
    std::to_array<std::string_view>({"unknown field", "too long", "control character", "NUL", "bidi override",
                                     "zero width", "not UTF-8", "overlong UTF-8", "surrogate", "not finite", "unknown",
                                     "before year 1", "after year 9999", "bad nanoseconds", "too many"});

/// Reasons that are about a field and have to name it.
constexpr auto kNamesField = std::to_array<Reason>(
    {kInvalidField, kOutOfRange, kBadGeometry, kBadTime, kInvalidPhone, kInvalidId, kTooLong, kIllegalChar,
     kUnknownField, kReadOnlyField, kRequestIdRequired, kBadPage, kBadCursor, kUnknownReference, kDuplicate});

template <class List, class T>
bool Holds(const List& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// True when one is the other or lies inside it: "team" and "team.capabilities[0]".
bool SameOrInside(const std::string& one, const std::string& other) {
  const std::string& outer = one.size() < other.size() ? one : other;
  const std::string& inner = one.size() < other.size() ? other : one;
  return inner.starts_with(outer) &&
         (inner.size() == outer.size() || outer.empty() || inner[outer.size()] == '.' || inner[outer.size()] == '[');
}

/// "team.capabilities[0]" of "team.capabilities[0].level".
std::string ParentOf(const std::string& path) { return path.substr(0, path.rfind('.')); }

/// The last field on the way to what is spoilt.
std::string FieldOf(const BadInput& input) { return input.steps.empty() ? "" : input.steps.back(); }

bool Fits(const LegalInput& row, const std::string& method, const BadInput& input) {
  const size_t blank = row.at.find(' ');
  if (blank != std::string::npos && row.at.substr(0, blank) != method) {
    return false;
  }
  std::string field = blank == std::string::npos ? row.at : row.at.substr(blank + 1);
  if (const size_t slash = field.find('/'); slash != std::string::npos) {
    if (!Holds(input.steps, field.substr(0, slash))) {
      return false;
    }
    field = field.substr(slash + 1);
  }
  return row.flaws.empty() ? Holds(input.steps, field) : FieldOf(input) == field && Holds(row.flaws, input.flaw);
}

std::string Told(const absl::Status& status) {
  if (status.ok()) {
    return "OK";
  }
  const ErrorInfo info = GetErrorInfo(status);
  return std::string(RowOf(info.reason).name) + " (" + info.field + ")";
}

}  // namespace

void ExpectEveryMethod(const std::vector<GoodCall>& calls, const google::protobuf::ServiceDescriptor& service,
                       const std::set<std::string>& others) {
  std::multiset<std::string> found(others.begin(), others.end());
  for (const GoodCall& call : calls) {
    found.insert(call.method);
  }
  std::multiset<std::string> methods;
  for (int i = 0; i < service.method_count(); ++i) {
    methods.insert(service.method(i)->name());
  }
  EXPECT_EQ(found, methods);
}

absl::Status SendTo(const rpc::MethodTable& table, const rpc::Call& call, const Message& request, std::string* reply) {
  const rpc::Method& method = *table.Find(call.method);
  reply->clear();
  MUSTER_RETURN_IF_ERROR(rpc::CheckShape(request));
  MUSTER_RETURN_IF_ERROR(method.needs_request_id ? rpc::CheckRequestId(request) : absl::OkStatus());
  std::promise<absl::Status> answer;
  method.unary(call, request, [&](absl::Status status, Message* response) {
    *reply = response == nullptr ? "" : response->SerializeAsString();
    answer.set_value(std::move(status));
  });
  return answer.get_future().get();
}

void RenewRequestId(Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) {
    request.GetReflection()->SetString(&request, field, NewUuid(SystemClock().Now(), SystemRandom()));
  }
}

BadInputRun::BadInputRun(std::vector<LegalInput> legal, const std::vector<std::string>& lists)
    : legal_(std::move(legal)) {
  for (const std::string& list : lists) {
    legal_.push_back({list + ".page_size", {"zero"}, "50"});
    legal_.push_back({list + ".page_token", {"empty"}, "the first page"});
  }
}

const LegalInput* BadInputRun::FindLegal(const std::string& method, const BadInput& input) {
  if (Holds(kNeverLegal, input.flaw)) {
    return nullptr;
  }
  for (size_t i = 0; i < legal_.size(); ++i) {
    if (Fits(legal_[i], method, input)) {
      used_.emplace(i, legal_[i].flaws.empty() ? "" : input.flaw);
      return &legal_[i];
    }
  }
  return nullptr;
}

void BadInputRun::CheckRefusal(const BadInput& input, const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  EXPECT_TRUE(Holds(input.reasons, info.reason)) << status;
  if (!Holds(kNamesField, info.reason)) {
    return;
  }
  EXPECT_FALSE(info.field.empty()) << status;
  // What a mask names is told as it was written; references and times may be refused for what stands beside them.
  const bool told_as_written = FieldOf(input) == "FieldMask.paths" && info.reason == kUnknownField;
  const bool of_two = info.reason == kUnknownReference || info.reason == kBadTime;
  const std::string about = of_two ? ParentOf(input.path) : input.path;
  EXPECT_TRUE(told_as_written || SameOrInside(info.field, about)) << "names " << info.field << ": " << status;
}

void BadInputRun::Try(const GoodCall& call, const Send& send, StoreDump& dump,
                      const std::vector<std::string>& foreign_ids) {
  const auto fresh = [&call] {
    std::unique_ptr<Message> request = call.request();
    RenewRequestId(*request);
    return request;
  };
  std::string reply;
  std::unique_ptr<Message> good = fresh();
  ASSERT_OK(send(call, *good, &reply)) << call.method << ": the good request is none";
  good = fresh();
  const bool is_read = good->GetDescriptor()->FindFieldByName("request_id") == nullptr;
  std::string before = dump.Take();
  std::map<std::string, std::string> answers_to_absent;
  for (const BadInput& input : BadInputsOf(*good, foreign_ids)) {
    SCOPED_TRACE(call.method + " " + input.path + ": " + input.flaw);
    const std::unique_ptr<Message> request(good->New());
    request->CopyFrom(*good);
    RenewRequestId(*request);
    input.spoil(*request);
    const absl::Status status = send(call, *request, &reply);
    ++sent_;
    refused_ += status.ok() ? 0 : 1;
    const LegalInput* legal = FindLegal(call.method, input);
    if (legal == nullptr || !legal->not_always) {
      EXPECT_EQ(status.ok(), legal != nullptr) << Told(status) << (legal == nullptr ? "" : ", is legal: " + legal->why);
    }
    if (!status.ok()) {
      CheckRefusal(input, status);
      const std::string after = dump.Take();
      EXPECT_TRUE(before == after) << "a refused call changed " << StoreDump::FirstDifference(before, after);
      before = after;
    } else if (!is_read) {
      good = fresh();
      before = dump.Take();
    }
    const std::string answer = Told(status) + (is_read && status.ok() ? reply : "");
    if (input.flaw == "absent id") {
      answers_to_absent[input.path] = answer;
    } else if (input.flaw == "foreign id" && !(status.ok() && legal != nullptr && legal->not_always)) {
      EXPECT_EQ(answer, answers_to_absent[input.path]) << "a foreign object can be told from none";
    }
  }
  EXPECT_OK(send(call, *good, &reply)) << call.method << ": the request was not good after all";
}

void BadInputRun::ExpectEveryRowUsed() const {
  for (size_t i = 0; i < legal_.size(); ++i) {
    const LegalInput& row = legal_[i];
    if (row.flaws.empty()) {
      EXPECT_TRUE(used_.contains({i, ""})) << row.at;
    }
    for (const std::string& flaw : row.flaws) {
      EXPECT_TRUE(used_.contains({i, flaw})) << row.at << ": " << flaw;
    }
  }
}

}  // namespace muster::testing

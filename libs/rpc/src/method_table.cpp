#include "muster/rpc/method_table.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "muster/common/v1/options.pb.h"

namespace muster::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

/// What a running mobilization hangs on: it goes first and is shed last.
constexpr auto kLifeSafetyMethods = std::to_array<std::string_view>({
    "Dispatch",          "WithdrawDispatch",  "AnswerOffer",        "ConfirmOffer",     "WithdrawOffer",
    "AdvanceAssignment", "CheckIn",           "CheckOut",           "ExtendAssignment", "RelieveAssignment",
    "RecallAssignment",  "ReleaseAssignment", "RedeployAssignment", "ReportSituation",  "AcknowledgeDelivery",
    "CloseIncident",     "ExchangeKey",       "GetKeySet",          "ReadEvents",
});

constexpr auto kReportMethods = std::to_array<std::string_view>({
    "ExportRegistry",
    "ListAuditRecords",
    "VerifyAudit",
    "Verify",
    "StartImport",
    "StreamTeams",
});

template <size_t N>
bool Holds(const std::array<std::string_view, N>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void Fail(const std::string& full_name, const char* problem) {
  std::fprintf(stderr, "method table: %s: %s\n", full_name.c_str(), problem);
  std::abort();
}

}  // namespace

Criticality CriticalityOf(const MethodDescriptor& method) {
  if (Holds(kLifeSafetyMethods, method.name())) {
    return Criticality::kLifeSafety;
  }
  if (Holds(kReportMethods, method.name())) {
    return Criticality::kReport;
  }
  return IsRead(method) ? Criticality::kRead : Criticality::kIntake;
}

bool IsRead(const MethodDescriptor& method) {
  return method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS;
}

bool IsInternal(const MethodDescriptor& method) {
  return method.options().GetExtension(common::v1::visibility) == common::v1::VISIBILITY_INTERNAL;
}

const Method* MethodTable::Find(const std::string& full_name) const {
  const auto found = methods_.find(full_name);
  return found == methods_.end() ? nullptr : &found->second;
}

const Method* MethodTable::FindPath(const std::string& path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

Method MethodTable::Prepare(const std::string& full_name, const google::protobuf::Message& request,
                            const google::protobuf::Message& response) {
  const MethodDescriptor* descriptor = request.GetDescriptor()->file()->pool()->FindMethodByName(full_name);
  if (descriptor == nullptr) {
    Fail(full_name, "no such method in the linked protos");
  }
  if (descriptor->input_type() != request.GetDescriptor() || descriptor->output_type() != response.GetDescriptor()) {
    Fail(full_name, "served with other message types than its own");
  }
  Method method;
  method.full_name = full_name;
  method.descriptor = descriptor;
  method.request_prototype = &request;
  method.response_prototype = &response;
  method.criticality = CriticalityOf(*descriptor);
  method.is_read = IsRead(*descriptor);
  method.is_internal = IsInternal(*descriptor);
  method.needs_request_id = !method.is_read && descriptor->input_type()->FindFieldByName("request_id") != nullptr;
  return method;
}

void MethodTable::Add(Method method) {
  if (method.descriptor->client_streaming() || method.descriptor->server_streaming() != method.IsStream()) {
    Fail(method.full_name, "served as the wrong kind (unary or stream)");
  }
  const std::string name = method.full_name;
  const std::string path = "/" + method.descriptor->service()->full_name() + "/" + method.descriptor->name();
  const auto [place, added] = methods_.emplace(name, std::move(method));
  if (!added) {
    Fail(name, "served twice");
  }
  by_path_[path] = &place->second;
}

}  // namespace muster::rpc

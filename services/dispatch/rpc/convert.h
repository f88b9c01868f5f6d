#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/dispatch/core/model.h"
#include "services/dispatch/core/request.h"
#include "services/dispatch/store/queries.h"

namespace muster::dispatch {

// From the core to the wire.
v1::Incident ToProto(const Incident& incident);
v1::RequestLine ToProto(const RequestLine& line);
/// Only what is given when a line is written, as in a template.
v1::RequestLine ToTemplate(const RequestLine& line);
v1::ResourceRequest ToProto(const ResourceRequest& request, const std::vector<RequestLine>& lines);
v1::Offer ToProto(const Offer& offer);
v1::Assignment ToProto(const Assignment& assignment);
v1::SituationReport ToProto(const SituationReport& report);
v1::Booking ToProto(const Booking& booking);
v1::CallUpNotice ToProto(const CallUpNotice& notice);
v1::Help ToProto(const Help& help);

// From the wire to the core. `field` is the path of the message, for errors: BAD_TIME, BAD_GEOMETRY, INVALID_FIELD.
absl::StatusOr<Incident> FromProto(const v1::Incident& incident, const std::string& field);
absl::StatusOr<RequestLine> FromProto(const v1::RequestLine& line, const std::string& field);
absl::StatusOr<Location> FromProto(const common::v1::Position& position, const std::string& field);
absl::StatusOr<CallUpNotice> FromProto(const v1::CallUpNotice& notice, const std::string& field);
absl::StatusOr<Help> FromProto(const v1::Help& help, const std::string& field);
absl::StatusOr<Window> FromProto(const common::v1::Window& window, const std::string& field);
absl::StatusOr<Cover> FromProto(const v1::Cover& cover, const std::string& field);
absl::StatusOr<Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field);
/// Each with both times; BAD_TIME without.
absl::StatusOr<std::vector<Window>> WindowsFromProto(
    const google::protobuf::RepeatedPtrField<common::v1::Window>& windows, const std::string& field);
absl::StatusOr<WavePolicy> FromProto(const v1::WavePolicy& policy, const std::string& field);
std::vector<ExternalReference> FromProto(
    const google::protobuf::RepeatedPtrField<common::v1::ExternalReference>& references);

/// States of a filter; unspecified ones are left out.
std::vector<IncidentState> StatesOf(const v1::ListIncidentsRequest& request);
std::vector<Mode> ModesOf(const v1::ListIncidentsRequest& request);
std::vector<OfferState> StatesOf(const v1::ListOffersRequest& request);
std::vector<RequestState> StatesOf(const v1::ListRequestsRequest& request);
std::vector<HelpState> StatesOf(const v1::ListHelpRequest& request);
std::vector<AssignmentState> StatesOf(const v1::ListAssignmentsRequest& request);

}  // namespace muster::dispatch

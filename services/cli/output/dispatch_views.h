#pragma once

#include <google/protobuf/repeated_field.h>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/output.h"

namespace muster::cli {

// How the objects of a mobilization look to people.

void PrintIncident(Output& output, const dispatch::v1::Incident& incident);
void PrintIncidents(Output& output, const google::protobuf::RepeatedPtrField<dispatch::v1::Incident>& incidents);

/// The request with a line for each of its lines.
void PrintRequest(Output& output, const dispatch::v1::ResourceRequest& request);
void PrintRequests(Output& output, const google::protobuf::RepeatedPtrField<dispatch::v1::ResourceRequest>& requests);

/// "psychological_support ≤2, 3 teams".
std::string DescribeLine(const dispatch::v1::RequestLine& line, Language language);

void PrintOffer(Output& output, const dispatch::v1::Offer& offer, Directory& names);
void PrintOffers(Output& output, const google::protobuf::RepeatedPtrField<dispatch::v1::Offer>& offers,
                 Directory& names);

void PrintAssignment(Output& output, const dispatch::v1::Assignment& assignment, Directory& names);
void PrintAssignments(Output& output, const google::protobuf::RepeatedPtrField<dispatch::v1::Assignment>& assignments,
                      Directory& names);

}  // namespace muster::cli

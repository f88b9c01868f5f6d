#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/common/v1/types.pb.h"
#include "muster/domain/eligibility.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// Conversions of the common types. Each error names `field`.

/// BAD_TIME outside the years 1900 to 2199.
absl::StatusOr<Time> FromProto(const google::protobuf::Timestamp& time, const std::string& field);
void ToProto(Time time, google::protobuf::Timestamp& out);

/// BAD_TIME where one end is missing.
absl::StatusOr<Window> FromProto(const common::v1::Window& window, const std::string& field);
void ToProto(const Window& window, common::v1::Window& out);

/// To WGS-84. BAD_GEOMETRY, OUT_OF_RANGE (accuracy), BAD_TIME.
absl::StatusOr<Location> FromProto(const common::v1::Position& position, const std::string& field);
void ToProto(const Location& location, common::v1::Position& out);

template <class References>
std::vector<ExternalReference> ReferencesFromProto(const References& list) {
  std::vector<ExternalReference> references;
  for (const auto& reference : list) {
    references.push_back({reference.system(), reference.id()});
  }
  return references;
}
template <class List>
void ReferencesToProto(const std::vector<ExternalReference>& references, List& out) {
  for (const ExternalReference& reference : references) {
    auto& added = *out.Add();
    added.set_system(reference.system);
    added.set_id(reference.id);
  }
}

/// Clears every field of `message` that `paths` does not name, so that what an update does not touch is not looked at.
void KeepOnly(const std::vector<std::string>& paths, google::protobuf::Message& message);

}  // namespace muster::registry

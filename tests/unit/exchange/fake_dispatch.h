#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/rpc/peer.h"

namespace muster::exchange {

/// Dispatch as exchange sees it: incidents in memory, with request_ids, versions and the states' rules. Not
/// thread-safe.
class FakeDispatch final : public rpc::Peer {
 public:
  std::map<std::string, dispatch::v1::Incident> incidents;
  std::vector<std::string> calls;  ///< names of the methods called
  /// Refuses a call before it does anything, or loses its answer after it did.
  std::function<absl::Status(const std::string& method)> before = [](const auto&) { return absl::OkStatus(); };
  std::function<absl::Status(const std::string& method)> after = [](const auto&) { return absl::OkStatus(); };

  void Unary(const std::string& full_name, const rpc::Call& parent, const google::protobuf::Message& request,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override {
    const std::string method = full_name.substr(full_name.rfind('.') + 1);
    calls.push_back(method);
    absl::Status status = parent.access_token == "service-token" ? before(method) : Error(Reason::kAuthRequired);
    if (status.ok()) {
      status = Remembered(method, request, response);
    }
    if (status.ok()) {
      status = after(method);
    }
    done(status);
  }
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string&, const rpc::Call&, const google::protobuf::Message&,
                                            std::shared_ptr<rpc::StreamConsumer>) override {
    return nullptr;
  }

  dispatch::v1::Incident& only() { return incidents.begin()->second; }

 private:
  template <class Request>
  static const Request& As(const google::protobuf::Message& request) {
    return static_cast<const Request&>(request);
  }

  absl::Status Remembered(const std::string& method, const google::protobuf::Message& request,
                          google::protobuf::Message* response) {
    const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
    const std::string id = field == nullptr ? "" : request.GetReflection()->GetString(request, field);
    const std::string body = request.SerializeAsString();
    if (const auto found = replies_.find(method + id); !id.empty() && found != replies_.end()) {
      if (found->second.first != body) {
        return Error(Reason::kRequestIdReused);
      }
      response->ParseFromString(found->second.second);
      return absl::OkStatus();
    }
    absl::Status status = Do(method, request, response);
    if (status.ok() && !id.empty()) {
      replies_[method + id] = {body, response->SerializeAsString()};
    }
    return status;
  }

  absl::Status Do(const std::string& method, const google::protobuf::Message& request,
                  google::protobuf::Message* response) {
    if (method == "CreateIncident") {
      return Create(As<dispatch::v1::CreateIncidentRequest>(request), response);
    }
    if (method == "GetIncident") {
      return Get(As<dispatch::v1::GetIncidentRequest>(request).id(), response);
    }
    if (method == "ListIncidents") {
      return List(As<dispatch::v1::ListIncidentsRequest>(request),
                  static_cast<dispatch::v1::ListIncidentsResponse&>(*response));
    }
    if (method == "UpdateIncident") {
      return Update(As<dispatch::v1::UpdateIncidentRequest>(request), response);
    }
    return Close(As<dispatch::v1::CloseIncidentRequest>(request),
                 static_cast<dispatch::v1::CloseIncidentResponse&>(*response));
  }

  absl::Status Create(const dispatch::v1::CreateIncidentRequest& request, google::protobuf::Message* response) {
    dispatch::v1::Incident incident = request.incident();
    incident.set_id("incident-" + std::to_string(incidents.size() + 1));
    incident.set_version(1);
    incident.set_state(request.pre_alert() ? dispatch::v1::INCIDENT_STATE_PRE_ALERT
                                           : dispatch::v1::INCIDENT_STATE_ACTIVE);
    incidents[incident.id()] = incident;
    response->CopyFrom(incident);
    return absl::OkStatus();
  }

  absl::Status Get(const std::string& id, google::protobuf::Message* response) {
    if (!incidents.contains(id)) {
      return Error(Reason::kNotFound);
    }
    response->CopyFrom(incidents[id]);
    return absl::OkStatus();
  }

  absl::Status List(const dispatch::v1::ListIncidentsRequest& request, dispatch::v1::ListIncidentsResponse& response) {
    for (const auto& [id, incident] : incidents) {
      for (const auto& reference : incident.external_refs()) {
        if (reference.id() == request.external_ref().id()) {
          *response.add_incidents() = incident;
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Update(const dispatch::v1::UpdateIncidentRequest& request, google::protobuf::Message* response) {
    dispatch::v1::Incident& incident = incidents[request.incident().id()];
    if (request.expected_version() != incident.version()) {
      return Error(Reason::kVersionConflict);
    }
    if (incident.state() == dispatch::v1::INCIDENT_STATE_CLOSED) {
      return Error(Reason::kIllegalTransition);
    }
    const auto* reflection = incident.GetReflection();
    for (const std::string& path : request.update_mask().paths()) {
      const auto* field = incident.GetDescriptor()->FindFieldByName(path);
      dispatch::v1::Incident part = request.incident();
      reflection->ClearField(&incident, field);
      reflection->SwapFields(&incident, &part, {field});
    }
    incident.set_version(incident.version() + 1);
    response->CopyFrom(incident);
    return absl::OkStatus();
  }

  absl::Status Close(const dispatch::v1::CloseIncidentRequest& request, dispatch::v1::CloseIncidentResponse& response) {
    dispatch::v1::Incident& incident = incidents[request.id()];
    if (request.expected_version() != incident.version()) {
      return Error(Reason::kVersionConflict);
    }
    incident.set_state(dispatch::v1::INCIDENT_STATE_CLOSED);
    incident.set_version(incident.version() + 1);
    *response.mutable_incident() = incident;
    return absl::OkStatus();
  }

  std::map<std::string, std::pair<std::string, std::string>> replies_;
};

}  // namespace muster::exchange

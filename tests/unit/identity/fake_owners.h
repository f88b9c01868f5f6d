#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/peer.h"

namespace muster::identity {

/// Registry and dispatch as identity sees them: where organizations and incidents lie. Not thread-safe.
class FakeOwners final : public rpc::Peer {
 public:
  std::map<std::string, std::string> organizations;  ///< id to district path
  std::map<std::string, std::string> incidents;
  std::vector<std::string> asked;  ///< ids, in order
  absl::Status failure;            ///< of every call, when not OK

  void Unary(const std::string& full_name, const rpc::Call& parent, const google::protobuf::Message& request,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override {
    if (parent.access_token != "service-token") {
      return done(Error(Reason::kAuthRequired));
    }
    if (!failure.ok()) {
      return done(failure);
    }
    if (full_name == "muster.registry.v1.RegistryService.GetOrganization") {
      const std::string& id = static_cast<const registry::v1::GetOrganizationRequest&>(request).id();
      return done(Answer(organizations, id, static_cast<registry::v1::Organization&>(*response)));
    }
    const std::string& id = static_cast<const dispatch::v1::GetIncidentRequest&>(request).id();
    done(Answer(incidents, id, static_cast<dispatch::v1::Incident&>(*response)));
  }
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string&, const rpc::Call&, const google::protobuf::Message&,
                                            std::shared_ptr<rpc::StreamConsumer>) override {
    return nullptr;
  }

 private:
  template <class Object>
  absl::Status Answer(const std::map<std::string, std::string>& districts, const std::string& id, Object& object) {
    asked.push_back(id);
    const auto found = districts.find(id);
    if (found == districts.end()) {
      return Error(Reason::kNotFound);
    }
    object.set_id(id);
    object.set_district_path(found->second);
    return absl::OkStatus();
  }
};

}  // namespace muster::identity

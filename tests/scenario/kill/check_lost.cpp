#include "tests/scenario/kill/evidence.h"

namespace muster::testing {
namespace {

using dispatch::v1::Offer;
using google::protobuf::FieldDescriptor;

/// What an object is and belongs to: no change of it touches these.
constexpr const char* kLasting[] = {"create_time", "incident_id",  "resource_request_id", "line_id",
                                    "offer_id",    "team_id",      "organization_id",     "mode",
                                    "event_id",    "event_type",   "subject_id",          "requester_organization_id",
                                    "capability",  "district_path"};

std::string ValueOf(const Message& object, const FieldDescriptor* field) {
  const std::unique_ptr<Message> only(object.New());
  only->CopyFrom(object);
  std::vector<const FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  for (const FieldDescriptor* other : fields) {
    if (other != field) {
      only->GetReflection()->ClearField(only.get(), other);
    }
  }
  return only->SerializeAsString();
}

void CheckLasting(const Message& told, const Message& found, Problems& problems) {
  for (const char* name : kLasting) {
    const FieldDescriptor* field = told.GetDescriptor()->FindFieldByName(name);
    if (field != nullptr && ValueOf(told, field) != ValueOf(found, field)) {
      problems.push_back(NameOf(found) + " has another " + name + " than was told: " + found.ShortDebugString());
    }
  }
}

/// What is there is not older than what was told last, and the same where it is that version.
void CheckKept(const Message& told, const Message& found, Problems& problems) {
  CheckLasting(told, found, problems);
  if (VersionOf(found) < VersionOf(told)) {
    problems.push_back(NameOf(told) + " is older than version " + std::to_string(VersionOf(told)));
  } else if (VersionOf(found) == VersionOf(told) && BytesOf(found) != BytesOf(told)) {
    problems.push_back(NameOf(told) + " differs from what was told: " + found.ShortDebugString());
  }
}

bool IsAudited(const Evidence& evidence, const std::string& id, int64_t version) {
  const auto records = evidence.changes.find(id);
  if (records == evidence.changes.end()) {
    return false;
  }
  for (const AuditRecord* record : records->second) {
    if (record->object_version() == version) {
      return true;
    }
  }
  return false;
}

void CheckAcknowledged(const Evidence& evidence, Problems& problems) {
  for (const auto& [kind, objects] : evidence.acknowledged) {
    for (const auto& [id, versions] : objects) {
      const auto found = evidence.objects.find(id);
      if (found == evidence.objects.end()) {
        problems.push_back(kind + " " + id + " is gone");
      } else {
        CheckKept(*versions.rbegin()->second, *found->second, problems);
      }
      for (const auto& [version, told] : versions) {
        if (!IsAudited(evidence, id, version)) {
          problems.push_back(kind + " " + id + " version " + std::to_string(version) + " is not in the audit trail");
        }
      }
    }
  }
}

/// What the audit trail tells of is there, and not older. Kinds that are not read are not looked for.
void CheckAudited(const Evidence& evidence, Problems& problems) {
  static const std::set<std::string> read{"incident", "resource_request", "request_line",
                                          "offer",    "assignment",       "delivery"};
  for (const auto& [id, records] : evidence.changes) {
    const AuditRecord& last = *records.back();
    const auto found = evidence.objects.find(id);
    if (found == evidence.objects.end()) {
      if (read.contains(last.object_type())) {
        problems.push_back(NameOf(last) + " was audited and is gone");
      }
    } else if (VersionOf(*found->second) < last.object_version()) {
      problems.push_back(NameOf(*found->second) + " is older than the audit trail: " + NameOf(last));
    }
  }
}

void CheckAcceptances(const Evidence& evidence, Problems& problems) {
  for (const auto& [id, offer] : evidence.found.offers) {
    if (offer.state() == dispatch::v1::OFFER_STATE_ACCEPTED &&
        !evidence.found.assignments.contains(offer.assignment_id())) {
      problems.push_back("Offer " + id + " was accepted and has no assignment");
    }
  }
}

}  // namespace

void CheckLost(const Evidence& evidence, Problems& problems) {
  CheckAcknowledged(evidence, problems);
  CheckAudited(evidence, problems);
  CheckAcceptances(evidence, problems);
  for (const std::string& id : evidence.heard) {
    if (!evidence.found.deliveries.contains(id)) {
      problems.push_back("Delivery " + id + " was heard and is gone");
    }
  }
  const Problems otherwise = evidence.ledger.told_otherwise();
  problems.insert(problems.end(), otherwise.begin(), otherwise.end());
  const Problems back = evidence.ledger.gone_back();
  problems.insert(problems.end(), back.begin(), back.end());
}

}  // namespace muster::testing

#include "services/dispatch/core/incident_parts.h"

#include <set>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/incident_category.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxSectors = 50;
constexpr size_t kMaxCommandPosts = 20;
constexpr size_t kMaxDepartments = 50;
constexpr size_t kMaxLinks = 50;

std::string Place(const std::string& list, size_t index) {
  return "incident." + list + "[" + std::to_string(index) + "]";
}

absl::Status CheckSize(size_t size, size_t most, const std::string& list) {
  return size <= most ? absl::OkStatus()
                      : Error(Reason::kOutOfRange, "incident." + list, {{"range", "0 - " + std::to_string(most)}});
}

/// Every part has a name of its own.
template <class Part>
absl::Status CheckNames(const std::vector<Part>& parts, size_t most, const std::string& list) {
  MUSTER_RETURN_IF_ERROR(CheckSize(parts.size(), most, list));
  std::set<std::string_view> names;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (TrimBlanks(parts[i].name).empty()) {
      return Error(Reason::kInvalidField, Place(list, i) + ".name");
    }
    if (!names.insert(TrimBlanks(parts[i].name)).second) {
      return Error(Reason::kDuplicate, Place(list, i) + ".name");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCategory(const Incident& incident) {
  if (incident.category.empty()) {
    return absl::OkStatus();
  }
  const IncidentCategory* category = FindIncidentCategory(incident.category);
  if (category == nullptr) {
    return ErrorWithTexts(Reason::kInvalidField, "incident.category",
                          "没有这个事件类别。请从 ListIncidentCategories 中选择。",
                          "No category has this code. Choose one of ListIncidentCategories.");
  }
  if (category->kind() != static_cast<int>(incident.kind)) {
    return ErrorWithTexts(Reason::kInvalidField, "incident.category",
                          "事件类别“" + std::string(category->name_zh) + "”与事件种类不一致。请改正其中之一。",
                          "The category " + std::string(category->name_en) +
                              " is of another kind than the incident. Correct one of them.");
  }
  return absl::OkStatus();
}

absl::Status CheckSectors(const Incident& incident) {
  MUSTER_RETURN_IF_ERROR(CheckNames(incident.sectors, kMaxSectors, "sectors"));
  for (size_t i = 0; i < incident.sectors.size(); ++i) {
    const std::string& path = incident.sectors[i].district_path;
    if (!path.empty() && !(IsDistrictPath(path) && DistrictCovers(incident.district_path, path))) {
      return ErrorWithTexts(Reason::kInvalidField, Place("sectors", i) + ".district_path",
                            "分区的区划须在事件的区划之内。请改正。",
                            "A sector lies in the incident's district. Correct its district.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsDistrictPath(const std::string& path) {
  bool after_digit = false;
  for (const char c : path) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c == '/' && after_digit)) {
      return false;
    }
    after_digit = digit;
  }
  return after_digit;
}

void FillKind(Incident& incident) {
  const IncidentCategory* category = FindIncidentCategory(incident.category);
  if (incident.kind == IncidentKind::kUnknown && category != nullptr) {
    incident.kind = static_cast<IncidentKind>(category->kind());
  }
}

absl::Status CheckParts(const Incident& incident) {
  MUSTER_RETURN_IF_ERROR(CheckCategory(incident));
  MUSTER_RETURN_IF_ERROR(CheckSectors(incident));
  MUSTER_RETURN_IF_ERROR(CheckNames(incident.command_posts, kMaxCommandPosts, "command_posts"));
  return CheckNames(incident.departments, kMaxDepartments, "departments");
}

absl::Status CheckLinks(const Incident& incident, const Facts& facts, const Context& context) {
  MUSTER_RETURN_IF_ERROR(CheckSize(incident.linked_incident_ids.size(), kMaxLinks, "linked_incident_ids"));
  std::set<IncidentId> seen;
  for (size_t i = 0; i < incident.linked_incident_ids.size(); ++i) {
    const IncidentId& id = incident.linked_incident_ids[i];
    const std::string place = Place("linked_incident_ids", i);
    const auto found = facts.linked_incidents.find(id);
    if (found == facts.linked_incidents.end() || !CoversIncident(context.principal, id, found->second, context.now)) {
      return Error(Reason::kNotFound, place);
    }
    if (id == incident.id) {
      return Error(Reason::kInvalidField, place);
    }
    if (!seen.insert(id).second) {
      return Error(Reason::kDuplicate, place);
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::dispatch

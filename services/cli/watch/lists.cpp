#include <thread>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/watch/changes.h"
#include "services/cli/watch/deadline.h"
#include "services/cli/watch/watch.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::Incident;
using dispatch::v1::Offer;
using dispatch::v1::ResourceRequest;

constexpr int kMostIncidents = 50;
constexpr Duration kEvery = std::chrono::seconds(1);

/// Looks at the lists of a mobilization and tells what is new in them.
class ListWatcher {
 public:
  ListWatcher(Session& session, Output& output) : session_(session), output_(output), names_(session) {}

  /// One look. The first only remembers what is there.
  absl::Status Look(const std::string& incident_id) {
    if (!incident_id.empty()) {
      MUSTER_ASSIGN_OR_RETURN(const Incident incident, FindIncident(session_, incident_id));
      MUSTER_RETURN_IF_ERROR(LookAt(incident));
    } else {
      dispatch::v1::ListIncidentsRequest request;
      MUSTER_ASSIGN_OR_RETURN(const auto reply,
                              CollectPages<dispatch::v1::ListIncidentsResponse>(session_, request, kMostIncidents));
      for (const Incident& incident : reply.incidents()) {
        MUSTER_RETURN_IF_ERROR(LookAt(incident));
      }
    }
    first_ = false;
    return absl::OkStatus();
  }

 private:
  absl::Status LookAt(const Incident& incident) {
    // A closed incident moves on only by its teams going home: what was seen of it is enough while it does not change.
    const bool news = seen_.IsNews(incident.id(), incident.version());
    if (news) {
      Tell(incident, incident.update_time(), {"事件", "incident"}, Readable(incident.state(), output_.language()),
           incident.title());
    }
    if (first_ && incident.state() == dispatch::v1::INCIDENT_STATE_CLOSED) {
      return absl::OkStatus();
    }
    MUSTER_RETURN_IF_ERROR(LookAtRequests(incident.id()));
    MUSTER_RETURN_IF_ERROR(LookAtOffers(incident.id()));
    return LookAtAssignments(incident.id());
  }

  absl::Status LookAtRequests(const std::string& incident_id) {
    dispatch::v1::ListRequestsRequest request;
    request.set_incident_id(incident_id);
    MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<dispatch::v1::ListRequestsResponse>(session_, request, 100));
    for (const ResourceRequest& wanted : reply.resource_requests()) {
      for (const auto& line : wanted.lines()) {
        if (seen_.IsNews(line.id(), line.version())) {
          Tell(line, wanted.update_time(), {"需求行", "line"}, Readable(line.state(), output_.language()),
               DescribeLine(line, output_.language()) + "  " + std::to_string(line.filled()) + "/" +
                   std::to_string(line.quantity()));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status LookAtOffers(const std::string& incident_id) {
    dispatch::v1::ListOffersRequest request;
    request.set_incident_id(incident_id);
    MUSTER_ASSIGN_OR_RETURN(const auto reply,
                            CollectPages<dispatch::v1::ListOffersResponse>(session_, request, kLargestPage));
    for (const Offer& offer : reply.offers()) {
      if (seen_.IsNews(offer.id(), offer.version())) {
        Tell(offer, offer.update_time(), {"邀请", "offer"}, Readable(offer.state(), output_.language()),
             TeamName(offer.team_id()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status LookAtAssignments(const std::string& incident_id) {
    dispatch::v1::ListAssignmentsRequest request;
    request.set_incident_id(incident_id);
    MUSTER_ASSIGN_OR_RETURN(const auto reply,
                            CollectPages<dispatch::v1::ListAssignmentsResponse>(session_, request, kLargestPage));
    for (const Assignment& assignment : reply.assignments()) {
      if (seen_.IsNews(assignment.id(), assignment.version())) {
        Tell(assignment, assignment.update_time(), {"任务", "assignment"},
             Readable(assignment.state(), output_.language()), TeamName(assignment.team_id()));
      }
    }
    return absl::OkStatus();
  }

  std::string TeamName(const std::string& id) { return first_ || output_.json() ? "" : names_.TeamName(id); }

  void Tell(const google::protobuf::Message& object, const google::protobuf::Timestamp& time, const Text& kind,
            const std::string& state, const std::string& text) {
    if (first_) {
      return;
    }
    if (output_.json()) {
      output_.JsonLine(object);
      return;
    }
    output_.Line(FormatTime(time) + "  " + output_.In(kind) + "  " + output_.Paint(Color::kBold, state) + "  " + text);
    output_.Flush();
  }

  Session& session_;
  Output& output_;
  Directory names_;
  SeenVersions seen_;
  bool first_ = true;
};

}  // namespace

absl::StatusOr<ExitCode> WatchLists(Context& context, Session& session, const WatchOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(const std::string incident, ResolveIncidentId(session, options.incident));
  ListWatcher watcher(session, context.output());
  const Deadline deadline(context.clock(), options.seconds);
  while (!Interrupted() && !deadline.HasPassed()) {
    MUSTER_RETURN_IF_ERROR(watcher.Look(incident));
    std::this_thread::sleep_for(kEvery);
  }
  return ExitCode::kOk;
}

}  // namespace muster::cli

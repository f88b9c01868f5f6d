#include "services/registry/rpc/import_handler.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "services/registry/core/person_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/import_records.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

constexpr int kMaxRows = 5000;

/// One batch: its rows, one audit row, one event.
class ImportCommand final : public storage::Command {
 public:
  ImportCommand(Origin origin, ImportBatch batch, Random& random)
      : origin_(std::move(origin)), batch_(std::move(batch)), random_(random) {}

  std::vector<storage::Read> Reads() override {
    facts_ = ImportFacts();
    std::vector<storage::Read> reads;
    ReadImportFacts(batch_, facts_, reads);
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    MUSTER_ASSIGN_OR_RETURN(const ImportChanges decided,
                            registry::Decide(batch_, facts_, Context{now, origin_.principal, &random_}));
    AppendImported(decided, batch_.source, origin_, NewUuid(now, random_), now, random_, changes);
    v1::ImportBatchResponse response;
    response.set_stored(decided.stored());
    response.set_skipped(decided.skipped);
    changes.reply = response.SerializeAsString();
    return absl::OkStatus();
  }

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  const Origin origin_;
  const ImportBatch batch_;
  Random& random_;
  ImportFacts facts_;
};

/// Waits for parts of work that run on a pool, and keeps the first error.
class Parts {
 public:
  void Start() {
    MutexLock lock(mutex_);
    ++running_;
  }
  void Done(absl::Status status) {
    MutexLock lock(mutex_);
    result_.Update(std::move(status));
    --running_;
    changed_.NotifyAll();
  }
  absl::Status Wait() {
    MutexLock lock(mutex_);
    while (running_ > 0) {
      changed_.Wait(mutex_);
    }
    return result_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int running_ MUSTER_GUARDED_BY(mutex_) = 0;
  absl::Status result_ MUSTER_GUARDED_BY(mutex_);
};

absl::StatusOr<Organization> ImportedOrganization(const v1::Organization& message, const std::string& at,
                                                  const PersonSealer& sealer) {
  MUSTER_ASSIGN_OR_RETURN(Organization organization, OrganizationFromProto(message, at));
  organization.state = OrganizationState::kApproved;
  if (message.has_blacklisted_until_time()) {
    MUSTER_ASSIGN_OR_RETURN(organization.blacklisted_until,
                            FromProto(message.blacklisted_until_time(), at + ".blacklisted_until_time"));
  }
  MUSTER_ASSIGN_OR_RETURN(const Person contact, ContactFromProto(message, at));
  MUSTER_RETURN_IF_ERROR(sealer.SealContact(contact, organization));
  return organization;
}

absl::StatusOr<Availability> ImportedAvailability(const v1::Availability& message, const std::string& at) {
  MUSTER_ASSIGN_OR_RETURN(const Window window, FromProto(message.window(), at + ".window"));
  return Availability{AvailabilityId(message.id()), TeamId(message.team_id()), window, {}};
}

std::string At(const char* field, int index) { return std::string(field) + "[" + std::to_string(index) + "]"; }

}  // namespace

ImportHandler::ImportHandler(const Tools& tools, int seal_threads)
    : tools_(tools), threads_(std::max(seal_threads, 1)), pool_(threads_, 1024) {}

void ImportHandler::Register(rpc::MethodTable& table) {
  table.Unary<v1::ImportBatchRequest, v1::ImportBatchResponse>(
      "muster.registry.v1.RegistryService.ImportBatch",
      [this](const rpc::Call& call, const v1::ImportBatchRequest& request, rpc::Reply<v1::ImportBatchResponse> reply) {
        Import(call, request, std::move(reply));
      });
}

void ImportHandler::Import(const rpc::Call& call, const v1::ImportBatchRequest& request,
                           rpc::Reply<v1::ImportBatchResponse> reply) {
  absl::StatusOr<ImportBatch> batch = Convert(request);
  if (!batch.ok()) {
    return reply(batch.status());
  }
  tools_.database.Submit(
      std::make_unique<ImportCommand>(OriginOf(call, request.request_id(), request), *std::move(batch), tools_.random),
      ReplyStored<v1::ImportBatchResponse>(std::move(reply)));
}

absl::StatusOr<ImportBatch> ImportHandler::Convert(const v1::ImportBatchRequest& request) {
  const int rows =
      request.organizations_size() + request.teams_size() + request.members_size() + request.availabilities_size();
  if (rows > kMaxRows) {
    return Error(Reason::kOutOfRange, "rows", {{"range", "0 - " + std::to_string(kMaxRows)}});
  }
  ImportBatch batch;
  batch.source = request.source();
  for (int i = 0; i < request.organizations_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(Organization organization,
                            ImportedOrganization(request.organizations(i), At("organizations", i), tools_.sealer));
    batch.organizations.push_back(std::move(organization));
  }
  const Time now = tools_.clock.Now();
  for (int i = 0; i < request.teams_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(Team team, TeamFromProto(request.teams(i), now, At("teams", i)));
    batch.teams.push_back(std::move(team));
  }
  for (int i = 0; i < request.availabilities_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(Availability availability,
                            ImportedAvailability(request.availabilities(i), At("availabilities", i)));
    batch.availabilities.push_back(std::move(availability));
  }
  MUSTER_RETURN_IF_ERROR(SealMembers(request, batch.members));
  return batch;
}

absl::Status ImportHandler::SealMembers(const v1::ImportBatchRequest& request, std::vector<Member>& into) {
  into.resize(static_cast<size_t>(request.members_size()));
  const auto seal = [&](int from, int until) -> absl::Status {
    for (int i = from; i < until; ++i) {
      Member& member = into[static_cast<size_t>(i)];
      MUSTER_ASSIGN_OR_RETURN(member, MemberFromProto(request.members(i), At("members", i)));
      MUSTER_ASSIGN_OR_RETURN(const Person person,
                              NormalizePerson(PersonFromProto(request.members(i)), At("members", i)));
      MUSTER_RETURN_IF_ERROR(CheckAge(person, member.guardian_consent, tools_.clock.Now(), At("members", i)));
      MUSTER_RETURN_IF_ERROR(tools_.sealer.Seal(person, member));
    }
    return absl::OkStatus();
  };
  const int step = std::max(request.members_size() / threads_ + 1, 50);
  Parts parts;
  for (int from = 0; from < request.members_size(); from += step) {
    const int until = std::min(from + step, request.members_size());
    parts.Start();
    if (!pool_.TryPost([&, from, until] { parts.Done(seal(from, until)); })) {
      parts.Done(seal(from, until));
    }
  }
  return parts.Wait();
}

}  // namespace muster::registry

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/paging.h"
#include "muster/security/bytes.h"
#include "services/registry/core/duplicates.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/merge_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/search_fields.h"

namespace muster::registry {
namespace {

constexpr size_t kUuidLength = 36;

std::string KeyOf(const DuplicatePair& pair) { return pair.first.value() + pair.second.value(); }

/// The key of the last pair of the page before; empty: from the beginning.
absl::StatusOr<std::string> KeyOfPageToken(const std::string& token) {
  if (token.empty()) {
    return std::string();
  }
  const std::optional<std::string> key = security::Base64UrlDecode(token);
  if (!key || key->size() != 2 * kUuidLength || !IsUuid(key->substr(0, kUuidLength)) ||
      !IsUuid(key->substr(kUuidLength))) {
    return Error(Reason::kBadCursor, "page_token");
  }
  return *key;
}

absl::StatusOr<v1::DuplicatePair> SideBySide(const Tools& tools, const Principal& principal,
                                             const DuplicatePair& pair) {
  v1::DuplicatePair out;
  MUSTER_ASSIGN_OR_RETURN(const Organization first, tools.store.GetOrganization(principal, pair.first));
  MUSTER_ASSIGN_OR_RETURN(const Organization second, tools.store.GetOrganization(principal, pair.second));
  MUSTER_ASSIGN_OR_RETURN(*out.mutable_first(), Masked(tools, first));
  MUSTER_ASSIGN_OR_RETURN(*out.mutable_second(), Masked(tools, second));
  for (const DuplicateReason reason : pair.reasons) {
    out.add_reasons(static_cast<v1::DuplicateReason>(static_cast<int>(reason) + 1));
  }
  return out;
}

absl::StatusOr<v1::ListDuplicatesResponse> List(const Tools& tools, const rpc::Call& call,
                                                const v1::ListDuplicatesRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, KeyOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const std::string district, DistrictFilterFrom(request.district_path(), "district_path"));
  MUSTER_ASSIGN_OR_RETURN(const std::vector<DuplicatePair> pairs,
                          tools.store.FindDuplicatesIn(call.principal, district));
  auto next = std::find_if(pairs.begin(), pairs.end(), [&](const DuplicatePair& pair) { return KeyOf(pair) > after; });
  v1::ListDuplicatesResponse response;
  for (; next != pairs.end() && response.pairs_size() < limit; ++next) {
    MUSTER_ASSIGN_OR_RETURN(*response.add_pairs(), SideBySide(tools, call.principal, *next));
  }
  if (next != pairs.end() && next != pairs.begin()) {
    response.set_next_page_token(security::Base64UrlEncode(KeyOf(*std::prev(next))));
  }
  return response;
}

absl::StatusOr<Mutation> PrepareDismiss(const Tools& tools, const rpc::Call& call,
                                        const v1::DismissDuplicateRequest& request) {
  const DismissDuplicate command{DismissalId(NewUuid(tools.clock.Now(), tools.random)),
                                 OrganizationId(request.first_id()), OrganizationId(request.second_id()),
                                 request.reason()};
  Mutation mutation;
  mutation.read = [command, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, command.first_id, facts.organization, reads);
    ReadOrganization(principal, command.second_id, facts.other_organization, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = [](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    v1::DismissDuplicateResponse reply;
    reply.set_first_id(changes.dismissals.front().after.first_id.value());
    reply.set_second_id(changes.dismissals.front().after.second_id.value());
    return reply.SerializeAsString();
  };
  return mutation;
}

/// The members of the merged organization, sealed anew as the survivor's. An organization that the caller may not see
/// has none: the command answers for it.
absl::StatusOr<std::vector<Member>> SealedAnew(const Tools& tools, const Principal& principal,
                                               const OrganizationId& survivor, const OrganizationId& merged) {
  absl::StatusOr<std::vector<Member>> members = tools.store.MembersOf(principal, merged, kMaxMergedMembers + 1);
  if (!members.ok() && GetErrorInfo(members.status()).reason == Reason::kNotFound) {
    return std::vector<Member>();
  }
  MUSTER_RETURN_IF_ERROR(members.status());
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(members->size()), 0, kMaxMergedMembers, "merged_id"));
  for (Member& member : *members) {
    if (member.erase_time) {
      member.organization_id = survivor;
      continue;
    }
    MUSTER_ASSIGN_OR_RETURN(const Person person, tools.sealer.Open(member));
    member.organization_id = survivor;
    MUSTER_RETURN_IF_ERROR(tools.sealer.Seal(person, member));
  }
  return members;
}

absl::StatusOr<Mutation> PrepareMerge(const Tools& tools, const rpc::Call& call,
                                      const v1::MergeOrganizationsRequest& request) {
  MergeOrganizations command{
      OrganizationId(request.survivor_id()), request.expected_version(), OrganizationId(request.merged_id()),
      request.merged_expected_version(),     request.reason(),           {}};
  MUSTER_ASSIGN_OR_RETURN(command.members, SealedAnew(tools, call.principal, command.survivor_id, command.merged_id));
  Mutation mutation;
  mutation.read = [survivor = command.survivor_id, merged = command.merged_id, principal = call.principal](
                      Facts& facts, Reads& reads) {
    ReadOrganization(principal, survivor, facts.organization, reads);
    ReadTeamsOf(survivor, facts.teams, reads);
    ReadOrganization(principal, merged, facts.other_organization, reads);
    ReadTeamsOf(merged, facts.other_teams, reads);
    ReadMembersOf(merged, kMaxMergedMembers + 1, facts.other_members, reads);
    ReadBelongingsOf(merged, kMaxMergedMembers + 1, facts.other_belongings, reads);
    ReadOpenChange(merged, facts.change, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerOrganization(tools);
  return mutation;
}

}  // namespace

void ServeDuplicates(rpc::MethodTable& table, const Tools& tools) {
  ServeRead<v1::ListDuplicatesRequest, v1::ListDuplicatesResponse>(
      table, "ListDuplicates", [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
  ServeChange<v1::DismissDuplicateRequest, v1::DismissDuplicateResponse>(
      table, tools, "DismissDuplicate",
      [&tools](const auto& call, const auto& request) { return PrepareDismiss(tools, call, request); });
  ServeChange<v1::MergeOrganizationsRequest, v1::Organization>(
      table, tools, "MergeOrganizations",
      [&tools](const auto& call, const auto& request) { return PrepareMerge(tools, call, request); });
}

}  // namespace muster::registry

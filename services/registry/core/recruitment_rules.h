#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

inline constexpr int64_t kMaxPlaces = 100'000;

/// Opens a drive: of an approved organization by its manager, or of the authority by an officer of the district. Reads
/// organization (unless it is empty). Errors: NOT_FOUND (recruitment.organization_id), FORBIDDEN, ILLEGAL_TRANSITION
/// (the organization is not approved), those of CheckRecruitment.
struct CreateRecruitment {
  Recruitment values;  ///< with an id; version, times, filled and state are set here
};

/// Changes the fields named in `paths`. Reads people.recruitment. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN,
/// UNKNOWN_FIELD, READ_ONLY_FIELD, ILLEGAL_TRANSITION (closed), those of CheckRecruitment.
struct UpdateRecruitment {
  int64_t expected_version = 0;
  Recruitment values;
  std::vector<std::string> paths;
};

/// Ends a drive; who has a place keeps it, nobody else gets one. Reads people.recruitment. Errors: NOT_FOUND,
/// VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION, INVALID_FIELD (no reason).
struct CloseRecruitment {
  int64_t expected_version = 0;
  std::string reason;
};

/// Applies for a place. Reads people.recruitment, member, people.applications. Errors: NOT_FOUND (recruitment_id,
/// member_id), FORBIDDEN (who may not consent for the person), ILLEGAL_TRANSITION (closed, forgotten), EXPIRED (over),
/// NOT_ELIGIBLE (no consent to be dispatched), DUPLICATE.
struct ApplyToRecruitment {
  ApplicationId id;
};

/// Gives a place or declines, for a reason. Reads people.application, people.recruitment, member. Errors: NOT_FOUND,
/// VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION, INVALID_FIELD (a no needs a reason), LINE_FULL, NOT_ELIGIBLE.
struct ReviewApplication {
  int64_t expected_version = 0;
  bool accept = false;
  std::string reason;
};

/// Takes an application back; its place is free again. Reads people.application, people.recruitment, member. Errors:
/// NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, ILLEGAL_TRANSITION.
struct WithdrawApplication {
  int64_t expected_version = 0;
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const CreateRecruitment& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const UpdateRecruitment& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const CloseRecruitment& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const ApplyToRecruitment& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const ReviewApplication& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const WithdrawApplication& command, const Facts& facts, const Context& context);

/// What holds for every drive, with the fields named below "recruitment". Errors: INVALID_FIELD, OUT_OF_RANGE,
/// BAD_TIME.
absl::Status CheckRecruitment(const Recruitment& recruitment);

/// Takes back all applications of one person, with the places that they had.
void WithdrawApplications(const PeopleFacts& facts, const std::string& reason, Time now, RegistryChanges& changes);

}  // namespace muster::registry

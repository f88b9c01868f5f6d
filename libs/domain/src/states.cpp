#include "muster/domain/states.h"

#include <array>
#include <utility>

#include "muster/domain/reason.h"

namespace muster {
namespace {

constexpr std::array<std::string_view, 4> kIncidentNames{"pre_alert", "active", "standing_down", "closed"};
constexpr auto kIncidentMoves = std::to_array<StateMachine<IncidentState>::Move>({
    {IncidentState::kPreAlert, IncidentState::kActive},
    {IncidentState::kPreAlert, IncidentState::kClosed},
    {IncidentState::kActive, IncidentState::kStandingDown},
    {IncidentState::kActive, IncidentState::kClosed},
    {IncidentState::kStandingDown, IncidentState::kActive},
    {IncidentState::kStandingDown, IncidentState::kClosed},
});

constexpr std::array<std::string_view, 5> kLineNames{"open", "partly_filled", "filled", "closed", "cancelled"};
constexpr auto kLineMoves = std::to_array<StateMachine<LineState>::Move>({
    {LineState::kOpen, LineState::kPartlyFilled},
    {LineState::kOpen, LineState::kFilled},
    {LineState::kOpen, LineState::kClosed},
    {LineState::kOpen, LineState::kCancelled},
    {LineState::kPartlyFilled, LineState::kOpen},
    {LineState::kPartlyFilled, LineState::kFilled},
    {LineState::kPartlyFilled, LineState::kClosed},
    {LineState::kPartlyFilled, LineState::kCancelled},
    {LineState::kFilled, LineState::kOpen},
    {LineState::kFilled, LineState::kPartlyFilled},
    {LineState::kFilled, LineState::kClosed},
    {LineState::kFilled, LineState::kCancelled},
});

constexpr std::array<std::string_view, 7> kOfferNames{"invited", "accepted",  "provisional", "declined",
                                                      "expired", "withdrawn", "stood_down"};
constexpr auto kOfferMoves = std::to_array<StateMachine<OfferState>::Move>({
    {OfferState::kInvited, OfferState::kAccepted},
    {OfferState::kInvited, OfferState::kProvisional},
    {OfferState::kInvited, OfferState::kDeclined},
    {OfferState::kInvited, OfferState::kExpired},
    {OfferState::kInvited, OfferState::kWithdrawn},
    {OfferState::kInvited, OfferState::kStoodDown},
    {OfferState::kProvisional, OfferState::kAccepted},
    {OfferState::kProvisional, OfferState::kDeclined},
    {OfferState::kProvisional, OfferState::kExpired},
    {OfferState::kProvisional, OfferState::kWithdrawn},
    {OfferState::kProvisional, OfferState::kStoodDown},
    {OfferState::kAccepted, OfferState::kWithdrawn},
});

constexpr std::array<std::string_view, 5> kDeliveryNames{"queued", "sent", "delivered", "read", "failed"};
constexpr auto kDeliveryMoves = std::to_array<StateMachine<DeliveryState>::Move>({
    {DeliveryState::kQueued, DeliveryState::kSent},
    {DeliveryState::kQueued, DeliveryState::kDelivered},
    {DeliveryState::kQueued, DeliveryState::kRead},
    {DeliveryState::kQueued, DeliveryState::kFailed},
    {DeliveryState::kSent, DeliveryState::kDelivered},
    {DeliveryState::kSent, DeliveryState::kRead},
    {DeliveryState::kSent, DeliveryState::kFailed},
    {DeliveryState::kDelivered, DeliveryState::kRead},
    {DeliveryState::kFailed, DeliveryState::kDelivered},
    {DeliveryState::kFailed, DeliveryState::kRead},
});

constexpr std::array<std::string_view, 11> kAssignmentNames{"reserved",  "mobilizing", "en_route",  "on_scene",
                                                            "working",   "released",   "returning", "home",
                                                            "cancelled", "no_show",    "recalled"};
constexpr auto kAssignmentMoves = std::to_array<StateMachine<AssignmentState>::Move>({
    {AssignmentState::kReserved, AssignmentState::kMobilizing},
    {AssignmentState::kReserved, AssignmentState::kCancelled},
    {AssignmentState::kReserved, AssignmentState::kNoShow},
    {AssignmentState::kMobilizing, AssignmentState::kEnRoute},
    {AssignmentState::kMobilizing, AssignmentState::kCancelled},
    {AssignmentState::kMobilizing, AssignmentState::kNoShow},
    {AssignmentState::kMobilizing, AssignmentState::kRecalled},
    {AssignmentState::kEnRoute, AssignmentState::kOnScene},
    {AssignmentState::kEnRoute, AssignmentState::kNoShow},
    {AssignmentState::kEnRoute, AssignmentState::kRecalled},
    {AssignmentState::kOnScene, AssignmentState::kWorking},
    {AssignmentState::kOnScene, AssignmentState::kReleased},
    {AssignmentState::kOnScene, AssignmentState::kRecalled},
    {AssignmentState::kWorking, AssignmentState::kReleased},
    {AssignmentState::kWorking, AssignmentState::kRecalled},
    {AssignmentState::kReleased, AssignmentState::kReturning},
    {AssignmentState::kRecalled, AssignmentState::kReturning},
    {AssignmentState::kReturning, AssignmentState::kHome},
});

constexpr std::array<std::string_view, 7> kOrganizationNames{"draft",     "submitted", "under_review", "approved",
                                                             "suspended", "revoked",   "withdrawn"};
constexpr auto kOrganizationMoves = std::to_array<StateMachine<OrganizationState>::Move>({
    {OrganizationState::kDraft, OrganizationState::kSubmitted},
    {OrganizationState::kDraft, OrganizationState::kWithdrawn},
    {OrganizationState::kSubmitted, OrganizationState::kUnderReview},
    {OrganizationState::kSubmitted, OrganizationState::kDraft},
    {OrganizationState::kSubmitted, OrganizationState::kWithdrawn},
    {OrganizationState::kUnderReview, OrganizationState::kApproved},
    {OrganizationState::kUnderReview, OrganizationState::kDraft},
    {OrganizationState::kUnderReview, OrganizationState::kWithdrawn},
    {OrganizationState::kApproved, OrganizationState::kSuspended},
    {OrganizationState::kApproved, OrganizationState::kRevoked},
    {OrganizationState::kApproved, OrganizationState::kWithdrawn},
    {OrganizationState::kSuspended, OrganizationState::kApproved},
    {OrganizationState::kSuspended, OrganizationState::kRevoked},
    {OrganizationState::kSuspended, OrganizationState::kWithdrawn},
});

constexpr std::array<std::string_view, 3> kCertificateNames{"unverified", "verified", "revoked"};
constexpr auto kCertificateMoves = std::to_array<StateMachine<CertificateState>::Move>({
    {CertificateState::kUnverified, CertificateState::kVerified},
    {CertificateState::kUnverified, CertificateState::kRevoked},
    {CertificateState::kVerified, CertificateState::kRevoked},
});

constexpr std::array<std::string_view, 4> kMembershipNames{"asked", "accepted", "declined", "left"};
constexpr auto kMembershipMoves = std::to_array<StateMachine<MembershipState>::Move>({
    {MembershipState::kAsked, MembershipState::kAccepted},
    {MembershipState::kAsked, MembershipState::kDeclined},
    {MembershipState::kAsked, MembershipState::kLeft},
    {MembershipState::kAccepted, MembershipState::kLeft},
});

constexpr std::array<std::string_view, 2> kRecruitmentNames{"open", "closed"};
constexpr auto kRecruitmentMoves = std::to_array<StateMachine<RecruitmentState>::Move>({
    {RecruitmentState::kOpen, RecruitmentState::kClosed},
});

constexpr std::array<std::string_view, 4> kApplicationNames{"applied", "accepted", "declined", "withdrawn"};
constexpr auto kApplicationMoves = std::to_array<StateMachine<ApplicationState>::Move>({
    {ApplicationState::kApplied, ApplicationState::kAccepted},
    {ApplicationState::kApplied, ApplicationState::kDeclined},
    {ApplicationState::kApplied, ApplicationState::kWithdrawn},
    {ApplicationState::kAccepted, ApplicationState::kWithdrawn},
});

constexpr std::array<std::string_view, 6> kRequestNames{"submitted", "accepted",  "merged",
                                                        "refused",   "cancelled", "closed"};
constexpr auto kRequestMoves = std::to_array<StateMachine<RequestState>::Move>({
    {RequestState::kSubmitted, RequestState::kAccepted},
    {RequestState::kSubmitted, RequestState::kMerged},
    {RequestState::kSubmitted, RequestState::kRefused},
    {RequestState::kSubmitted, RequestState::kCancelled},
    {RequestState::kAccepted, RequestState::kMerged},
    {RequestState::kAccepted, RequestState::kCancelled},
    {RequestState::kAccepted, RequestState::kClosed},
});

constexpr std::array<std::string_view, 5> kHelpNames{"offered", "matched", "standby", "thanked", "withdrawn"};
constexpr auto kHelpMoves = std::to_array<StateMachine<HelpState>::Move>({
    {HelpState::kOffered, HelpState::kMatched},
    {HelpState::kOffered, HelpState::kStandby},
    {HelpState::kOffered, HelpState::kThanked},
    {HelpState::kOffered, HelpState::kWithdrawn},
    {HelpState::kStandby, HelpState::kMatched},
    {HelpState::kStandby, HelpState::kThanked},
    {HelpState::kStandby, HelpState::kWithdrawn},
});

}  // namespace

template <>
const StateMachine<IncidentState>& MachineOf() {
  static constexpr StateMachine<IncidentState> machine{"incident", kIncidentNames, kIncidentMoves};
  return machine;
}
template <>
const StateMachine<LineState>& MachineOf() {
  static constexpr StateMachine<LineState> machine{"request_line", kLineNames, kLineMoves};
  return machine;
}
template <>
const StateMachine<OfferState>& MachineOf() {
  static constexpr StateMachine<OfferState> machine{"offer", kOfferNames, kOfferMoves};
  return machine;
}
template <>
const StateMachine<DeliveryState>& MachineOf() {
  static constexpr StateMachine<DeliveryState> machine{"delivery", kDeliveryNames, kDeliveryMoves};
  return machine;
}
template <>
const StateMachine<AssignmentState>& MachineOf() {
  static constexpr StateMachine<AssignmentState> machine{"assignment", kAssignmentNames, kAssignmentMoves};
  return machine;
}
template <>
const StateMachine<OrganizationState>& MachineOf() {
  static constexpr StateMachine<OrganizationState> machine{"organization", kOrganizationNames, kOrganizationMoves};
  return machine;
}
template <>
const StateMachine<CertificateState>& MachineOf() {
  static constexpr StateMachine<CertificateState> machine{"certificate", kCertificateNames, kCertificateMoves};
  return machine;
}
template <>
const StateMachine<MembershipState>& MachineOf() {
  static constexpr StateMachine<MembershipState> machine{"membership", kMembershipNames, kMembershipMoves};
  return machine;
}
template <>
const StateMachine<RecruitmentState>& MachineOf() {
  static constexpr StateMachine<RecruitmentState> machine{"recruitment", kRecruitmentNames, kRecruitmentMoves};
  return machine;
}
template <>
const StateMachine<ApplicationState>& MachineOf() {
  static constexpr StateMachine<ApplicationState> machine{"application", kApplicationNames, kApplicationMoves};
  return machine;
}

template <>
const StateMachine<RequestState>& MachineOf() {
  static constexpr StateMachine<RequestState> machine{"resource_request", kRequestNames, kRequestMoves};
  return machine;
}
template <>
const StateMachine<HelpState>& MachineOf() {
  static constexpr StateMachine<HelpState> machine{"help", kHelpNames, kHelpMoves};
  return machine;
}

absl::Status IllegalMove(std::string_view object, std::string_view from, std::string_view to, std::string allowed) {
  return Error(Reason::kIllegalTransition, std::string(object),
               {{"from", std::string(from)}, {"to", std::string(to)}, {"allowed", std::move(allowed)}});
}

bool IsActive(AssignmentState state) {
  return state != AssignmentState::kHome && state != AssignmentState::kCancelled && state != AssignmentState::kNoShow;
}

bool IsOpen(OfferState state) { return state == OfferState::kInvited || state == OfferState::kProvisional; }

}  // namespace muster

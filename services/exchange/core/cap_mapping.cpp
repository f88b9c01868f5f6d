#include "services/exchange/core/cap_mapping.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/exchange/core/cap_time.h"
#include "services/exchange/core/incident_draft.h"

namespace muster::exchange {
namespace {

constexpr std::array<std::string_view, 5> kOutcomes{"applied", "duplicate", "expired", "unmatched", "kept_only"};
constexpr std::array<std::string_view, 4> kActions{"none", "create", "update", "stand_down"};

template <class Enum, size_t kSize>
std::optional<Enum> FromName(std::string_view name, const std::array<std::string_view, kSize>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

absl::Status SentAhead() {
  return ErrorWithTexts(Reason::kBadTime, "alert/sent", "alert/sent 比现在晚 5 分钟以上。请检查发送方的时钟。",
                        "alert/sent is more than 5 minutes ahead. Check the sender's clock.", {{"why", "future"}});
}

absl::Status Foreign() {
  return ErrorWithTexts(Reason::kForbidden, "alert/references", "只能更新或取消同一来源、同一发送者发出的警报。",
                        "Only the source and sender of an alert may update or cancel it.",
                        {{"action", "update or cancel another sender's alert"}});
}

absl::Status OtherMode() {
  return ErrorWithTexts(Reason::kForbidden, "alert/status", "实战、演练和测试的消息不能互相更新或取消。",
                        "A real message, an exercise and a test cannot update or cancel each other.",
                        {{"action", "change the mode of an incident"}});
}

class Decider {
 public:
  Decider(const CapMessage& message, const CapFacts& facts)
      : message_(message), facts_(facts), faults_(facts.strictness) {}

  absl::StatusOr<CapDecision> Decide() {
    MUSTER_RETURN_IF_ERROR(Run());
    decision_.faults = std::move(faults_).Take();
    return decision_;
  }

 private:
  absl::Status Run() {
    const bool second_look =
        facts_.same.has_value() && facts_.same->outcome == Outcome::kExpired && facts_.accept_expired;
    if (facts_.same.has_value() && !second_look) {
      return Duplicate(*facts_.same);
    }
    if (message_.identity.sent > facts_.now + kMaxAhead) {
      return SentAhead();
    }
    if (!facts_.identifier.empty()) {
      MUSTER_RETURN_IF_ERROR(faults_.Add("alert/identifier", FaultCode::kIdentifierReused, "同一发送者已用过这个编号",
                                         "the sender used this identifier before"));
    }
    switch (message_.type) {
      case CapMessageType::kAck:
      case CapMessageType::kError:
        return absl::OkStatus();
      case CapMessageType::kCancel:
        return Cancel();
      case CapMessageType::kUpdate:
        return Update();
      case CapMessageType::kAlert:
        return Alert();
    }
    return absl::OkStatus();
  }

  absl::Status Duplicate(const KnownMessage& earlier) {
    decision_.outcome = Outcome::kDuplicate;
    decision_.duplicate_of = earlier.document_id;
    decision_.origin_id = earlier.origin_id;
    decision_.incident_id = earlier.incident_id;
    if (earlier.sha256 == facts_.sha256) {
      return absl::OkStatus();
    }
    return faults_.Add("alert/identifier", FaultCode::kOtherContent, "编号相同但内容不同",
                       "the same identity with other content");
  }

  /// Operators share a source, but not a district.
  bool IsVisible(const KnownMessage& known) const {
    const auto& grants = facts_.caller.incident_grants;
    return DistrictCovers(facts_.caller.district_path, known.district_path) ||
           std::any_of(grants.begin(), grants.end(), [&](const IncidentGrant& grant) {
             return grant.incident_id == known.incident_id && grant.expire_time > facts_.now;
           });
  }

  /// What the message refers to and may change: the latest message that made or changed an incident, else the latest.
  absl::StatusOr<const KnownMessage*> Target() const {
    const KnownMessage* target = nullptr;
    for (const KnownMessage& known : facts_.referenced) {
      if (known.identity == message_.identity) {
        continue;  // itself, kept as expired before
      }
      if (!IsVisible(known)) {
        continue;
      }
      if (known.source != SourceOf(facts_.caller) || known.identity.sender != message_.identity.sender) {
        return Foreign();
      }
      if (known.mode != ModeOf(message_.status)) {
        return OtherMode();
      }
      const bool better = target == nullptr || (target->origin_id.empty() && !known.origin_id.empty());
      const bool equal = target != nullptr && target->origin_id.empty() == known.origin_id.empty();
      if (better || (equal && known.identity.sent > target->identity.sent)) {
        target = &known;
      }
    }
    return target;
  }

  absl::Status Cancel() {
    MUSTER_ASSIGN_OR_RETURN(const KnownMessage* target, Target());
    if (target == nullptr) {
      decision_.outcome = Outcome::kUnmatched;
      return absl::OkStatus();
    }
    if (!target->origin_id.empty()) {
      Act(IncidentAction::kStandDown, *target);
    }
    return absl::OkStatus();
  }

  absl::Status Update() {
    MUSTER_ASSIGN_OR_RETURN(const KnownMessage* target, Target());
    if (target == nullptr) {
      MUSTER_RETURN_IF_ERROR(NoteUnknownReference());
      return Alert();
    }
    if (target->origin_id.empty()) {
      return Alert();
    }
    if (IsCurrent()) {
      Act(IncidentAction::kUpdate, *target);
    }
    return absl::OkStatus();
  }

  absl::Status Alert() {
    if (IsCurrent()) {
      Act(IncidentAction::kCreate, KnownMessage());
    }
    return absl::OkStatus();
  }

  absl::Status NoteUnknownReference() {
    const auto& references = message_.references;
    const bool self = std::find(references.begin(), references.end(), message_.identity) != references.end();
    if (facts_.strictness == Strictness::kLenient) {
      return self ? faults_.Add("alert/references", FaultCode::kSelfReference, "更新引用了自己", "an Update of itself")
                  : faults_.Add("alert/references", FaultCode::kUnknownReference, "引用的消息没有收到过",
                                "refers to a message that never came");
    }
    const std::string reference = references.empty() ? "-" : references.front().identifier;
    return Error(Reason::kUnknownReference, "alert/references", {{"reference", reference}});
  }

  /// False, with the outcome set, when there is nothing to say or it is too late to say it.
  bool IsCurrent() {
    const bool current =
        facts_.accept_expired || std::any_of(message_.infos.begin(), message_.infos.end(),
                                             [&](const CapInfo& info) { return EndOf(info, message_) > facts_.now; });
    if (!message_.infos.empty() && !current) {
      decision_.outcome = Outcome::kExpired;
    }
    return !message_.infos.empty() && current;
  }

  void Act(IncidentAction action, const KnownMessage& target) {
    decision_.outcome = Outcome::kApplied;
    decision_.action = action;
    decision_.origin_id = target.origin_id;
    decision_.district_path = target.district_path;
  }

  const CapMessage& message_;
  const CapFacts& facts_;
  FaultList faults_;
  CapDecision decision_;
};

}  // namespace

std::string_view Name(Outcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }
std::optional<Outcome> OutcomeFromName(std::string_view name) { return FromName<Outcome>(name, kOutcomes); }
std::string_view Name(IncidentAction action) { return kActions[static_cast<size_t>(action)]; }
std::optional<IncidentAction> IncidentActionFromName(std::string_view name) {
  return FromName<IncidentAction>(name, kActions);
}

std::string SourceOf(const Principal& principal) {
  return principal.IsOperator() ? "desk" : principal.account_id.value();
}

absl::StatusOr<CapDecision> DecideCap(const CapMessage& message, const CapFacts& facts) {
  return Decider(message, facts).Decide();
}

}  // namespace muster::exchange

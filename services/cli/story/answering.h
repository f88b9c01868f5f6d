#pragma once

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/story/stage.h"

namespace muster::cli {

// How organizations answer in the story. Each tells what it did; acceptances add to the stage's assignments.

/// The organization's manager accepts and declares a policy of its own.
absl::Status AcceptWithCover(Stage& stage, const dispatch::v1::Offer& offer);
/// The organization's manager accepts; nothing is said about insurance.
absl::Status AcceptWithoutCover(Stage& stage, const dispatch::v1::Offer& offer);
/// The operator enters what was said on the phone.
absl::Status AcceptByPhone(Stage& stage, const dispatch::v1::Offer& offer);
absl::Status AnswerProvisionally(Stage& stage, const dispatch::v1::Offer& offer);
absl::Status Decline(Stage& stage, const dispatch::v1::Offer& offer);
/// The manager settles the provisional answer: they come.
absl::Status ConfirmProvisional(Stage& stage, const dispatch::v1::Offer& offer);

/// Waits; the story runs in the real time of real waves.
void Sleep(Duration duration);

}  // namespace muster::cli

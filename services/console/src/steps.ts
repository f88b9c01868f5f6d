// What a team does next along its duty.
import { AssignmentState } from "./generated/muster/dispatch/v1/dispatch_pb";

export type Step = { kind: "advance"; to: AssignmentState } | { kind: "check_in" } | { kind: "check_out" } | { kind: "wait" } | { kind: "over" };

const { RESERVED, MOBILIZING, EN_ROUTE, ON_SCENE, WORKING, RELEASED, RETURNING, RECALLED } = AssignmentState;

export function nextStep(state: AssignmentState): Step {
  switch (state) {
    case RESERVED:
      return { kind: "advance", to: MOBILIZING };
    case MOBILIZING:
      return { kind: "advance", to: EN_ROUTE };
    case EN_ROUTE:
      return { kind: "check_in" };
    case ON_SCENE:
      return { kind: "advance", to: WORKING };
    case WORKING:
      return { kind: "wait" };
    case RELEASED:
    case RECALLED:
      return { kind: "advance", to: RETURNING };
    case RETURNING:
      return { kind: "check_out" };
    default:
      return { kind: "over" };
  }
}

import { ref, type Ref } from "vue";
import { change, type Problem, problemOf } from "../api/problem";

export interface Action {
  busy: Ref<boolean>;
  problem: Ref<Problem | undefined>;
  /** Makes a change; undefined where it was refused, and `problem` says why. */
  run<Answer>(send: (requestId: string) => Promise<Answer>, requestId?: string): Promise<Answer | undefined>;
}

/** A change that a person makes. After it, refused or not, what is shown is read again: it may have changed meanwhile. */
export function useAction(reload?: () => Promise<void>): Action {
  const busy = ref(false);
  const problem = ref<Problem>();

  async function run<Answer>(send: (requestId: string) => Promise<Answer>, requestId?: string): Promise<Answer | undefined> {
    if (busy.value) {
      return undefined;
    }
    busy.value = true;
    problem.value = undefined;
    try {
      return await change(send, requestId);
    } catch (error) {
      problem.value = problemOf(error);
      return undefined;
    } finally {
      await reload?.();
      busy.value = false;
    }
  }

  return { busy, problem, run };
}

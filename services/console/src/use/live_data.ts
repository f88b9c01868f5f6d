import { onMounted, onUnmounted, ref, type Ref, shallowRef } from "vue";
import { type Problem, problemOf } from "../api/problem";
import type { LiveEvent } from "../live/feed";
import { useLive } from "../stores/live";

const pause = 150;

export interface LiveData<Data> {
  data: Ref<Data | undefined>;
  problem: Ref<Problem | undefined>;
  reload(): Promise<void>;
}

/** Reads data and reads it again whenever an event concerns it: nothing is refreshed by hand. One read at a time. */
export function useLiveData<Data>(read: () => Promise<Data>, concerns: (event: LiveEvent) => boolean): LiveData<Data> {
  const data = shallowRef<Data>();
  const problem = ref<Problem>();
  let running: Promise<void> | undefined;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function readOnce(): Promise<void> {
    try {
      data.value = await read();
      problem.value = undefined;
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  async function run(): Promise<void> {
    do {
      again = false;
      await readOnce();
    } while (again);
    running = undefined;
  }

  function reload(): Promise<void> {
    again = running !== undefined;
    running ??= run();
    return running;
  }

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void reload();
    }, pause);
  }

  const leave = useLive().follow({ onEvent: (event) => void (concerns(event) && soon()), onResync: soon });
  onMounted(() => void reload());
  onUnmounted(() => {
    leave();
    clearTimeout(timer);
  });
  return { data, problem, reload };
}

import { defineStore } from "pinia";
import { ref } from "vue";
import { caller } from "../api/clients";
import { type LiveEvent, LiveFeed, type LiveState } from "../live/feed";
import { useSession } from "./session";

type Interest = { onEvent(event: LiveEvent): void; onResync(): void };

function open(cursor: string): WebSocket {
  const url = new URL("/live", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  if (cursor !== "") {
    url.searchParams.set("cursor", cursor);
  }
  return new WebSocket(url, ["muster.live.v1", `muster.bearer.${caller.key}`]);
}

async function probe(): Promise<boolean> {
  const answer = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.ok === true;
}

/** The live feed of who is signed in, and how fresh what is shown is. */
export const useLive = defineStore("live", () => {
  const state = ref<LiveState>("connecting");
  /** When what is shown was last known to be so; undefined while it is. */
  const since = ref<Date>();
  const interests = new Set<Interest>();
  let feed: LiveFeed | undefined;

  function start(): void {
    stop();
    feed = new LiveFeed({ open, probe }, {
      onState: (next) => {
        since.value = next === "live" ? undefined : (since.value ?? new Date());
        state.value = next;
      },
      onEvent: (event) => interests.forEach((interest) => interest.onEvent(event)),
      onResync: () => interests.forEach((interest) => interest.onResync()),
      onRefused: () => void useSession().check(),
    });
    feed.start();
  }

  function stop(): void {
    feed?.stop();
    feed = undefined;
    state.value = "connecting";
    since.value = undefined;
  }

  function follow(interest: Interest): () => void {
    interests.add(interest);
    return () => interests.delete(interest);
  }

  addEventListener("online", () => feed?.networkChanged(true));
  addEventListener("offline", () => feed?.networkChanged(false));

  return { state, since, start, stop, follow };
});

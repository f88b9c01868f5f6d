import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LiveEvent, LiveFeed, type LiveState } from "../src/live/feed";

/** A socket that does what the test says. */
class FakeSocket {
  onmessage: ((message: MessageEvent<string>) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  closed = false;
  constructor(readonly cursor: string) {}
  close(): void {
    this.closed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent<string>);
  }
  break(code = 1006): void {
    this.onclose?.({ code } as CloseEvent);
  }
}

const event = (feedseq: string): LiveEvent => ({ id: feedseq, type: "t", owner: "dispatch", feedseq, subject: "s", dataschema: "d" });
const hello = { control: "hello", cursor: { dispatch: "5", registry: "2" } };

let sockets: FakeSocket[];
let states: LiveState[];
let events: string[];
let resyncs: number;
let refusals: number;
let answers: boolean;
let feed: LiveFeed;
const last = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, states, events, resyncs, refusals, answers] = [[], [], [], 0, 0, true];
  feed = new LiveFeed(
    {
      open: (cursor) => {
        sockets.push(new FakeSocket(cursor));
        return last() as unknown as WebSocket;
      },
      probe: async () => answers,
    },
    {
      onState: (state) => states.push(state),
      onEvent: ({ feedseq }) => events.push(feedseq),
      onResync: () => (resyncs += 1),
      onRefused: () => (refusals += 1),
    },
  );
  feed.start();
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

test("It is live once it was greeted, and then everything is read", () => {
  expect(states).toEqual([]);
  last().say(hello);
  expect(states).toEqual(["live"]);
  expect(resyncs).toBe(1);
});

test("It comes back by itself and goes on after the last event", async () => {
  last().say(hello);
  last().say(event("6"));
  last().break();
  expect(states).toEqual(["live", "stale"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets.length).toBe(2);
  expect(last().cursor).toBe("dispatch:6,registry:2");
  last().say({ control: "hello", cursor: { dispatch: "6", registry: "2" } });
  last().say(event("7"));
  expect(states).toEqual(["live", "stale", "live"]);
  expect(events).toEqual(["6", "7"]);
  expect(refusals).toBe(0);
});

test("What is no longer kept is read anew, from the cursor that is named", () => {
  last().say(hello);
  last().say({ control: "snapshot_needed", owner: "dispatch", cursor: "90" });
  expect(resyncs).toBe(2);
  expect(feed.cursorText).toBe("dispatch:90,registry:2");
});

test("After 15 s without a connection it says that it is disconnected", async () => {
  last().say(hello);
  last().break();
  for (let second = 0; second < 16; ++second) {
    await vi.advanceTimersByTimeAsync(1_000);
    if (!last().closed) {
      last().break();
    }
  }
  expect(states).toEqual(["live", "stale", "disconnected"]);
});

test("A gateway that no longer answers is noticed though the socket stays open", async () => {
  last().say(hello);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(states).toEqual(["live"]);
  answers = false;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(states.slice(0, 2)).toEqual(["live", "stale"]);
  expect(sockets[0]?.closed).toBe(true);
});

test("A machine without a network is told at once, and tries at once when it has one again", () => {
  last().say(hello);
  feed.networkChanged(false);
  expect(states).toEqual(["live", "stale", "disconnected"]);
  feed.networkChanged(true);
  expect(sockets.length).toBe(2);
});

test("A socket that is refused or closed for who we are asks whether the key is still good", async () => {
  last().break();
  expect(refusals).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  last().say(hello);
  last().break(1008);
  expect(refusals).toBe(2);
});

test("After the end nothing is opened any more", async () => {
  last().say(hello);
  feed.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets.length).toBe(1);
  expect(last().closed).toBe(true);
});

import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { IncidentSchema, LineState, OfferSchema, RequestLineSchema, ResourceRequestSchema } from "../src/generated/muster/dispatch/v1/dispatch_pb";
import { queueOf, shortOf, unaskedOf } from "../src/lines";

const line = (numbers: { filled?: number; held?: number; asked?: number; state?: LineState; priority?: number }) =>
  create(RequestLineSchema, { quantity: 10, priority: 3, state: LineState.OPEN, ...numbers });

test("What is held or filled is not short, what is asked is not unasked", () => {
  const one = line({ filled: 3, held: 2, asked: 4 });
  expect(shortOf(one)).toBe(5);
  expect(unaskedOf(one)).toBe(1);
});

test("A line that is over-filled, filled or over is not short", () => {
  expect(shortOf(line({ filled: 12 }))).toBe(0);
  expect(shortOf(line({ state: LineState.FILLED }))).toBe(0);
  expect(shortOf(line({ state: LineState.CANCELLED }))).toBe(0);
});

const incident = (id: string, seconds: number) => create(IncidentSchema, { id, createTime: { seconds: BigInt(seconds) } });
const request = (incidentId: string, ...lines: ReturnType<typeof line>[]) => create(ResourceRequestSchema, { incidentId, lines });

test("What waits for a person comes first, then by priority, then the oldest", () => {
  const incidents = [incident("filled", 1), incident("low", 2), incident("young", 4), incident("old", 3), incident("provisional", 9)];
  const requests = [
    request("filled", line({ state: LineState.FILLED })),
    request("low", line({ priority: 4 })),
    request("young", line({ priority: 1 })),
    request("old", line({ priority: 1 })),
    request("provisional", line({ priority: 2, held: 4, asked: 6 })),
  ];
  const queue = queueOf(incidents, requests, [create(OfferSchema, { incidentId: "provisional" })]);
  expect(queue.map((entry) => entry.incident.id)).toEqual(["old", "young", "provisional", "low", "filled"]);
  expect(queue[2]).toMatchObject({ provisional: 1, shortLines: 1, unaskedLines: 0 });
});

test("A request that was cancelled waits for nothing, and an incident without a request waits", () => {
  const cancelled = create(ResourceRequestSchema, { incidentId: "a", cancelled: true, lines: [line({})] });
  const [entry] = queueOf([incident("a", 1)], [cancelled], []);
  expect(entry).toMatchObject({ shortLines: 0, requests: [] });
});

// A line while it is written.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Place } from "../generated/muster/common/v1/types_pb";
import { QuantityUnit, type RequestLineSchema } from "../generated/muster/dispatch/v1/dispatch_pb";

export interface DraftLine {
  key: number;
  capability: string;
  lowestLevel: number;
  quantity: number;
  unit: QuantityUnit;
  place: Place;
  /** As an input of type datetime-local holds it. */
  start: string;
  end: string;
  priority: number;
  instructions: string;
}

/** "2026-11-27T20:00" of a time, in the person's own time zone. */
export function toLocalInput(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

let lastKey = 0;

export function newDraftLine(now = new Date()): DraftLine {
  const start = new Date(Math.ceil((now.getTime() + 15 * 60_000) / (15 * 60_000)) * 15 * 60_000);
  lastKey += 1;
  return {
    key: lastKey,
    capability: "",
    lowestLevel: 0,
    quantity: 1,
    unit: QuantityUnit.PEOPLE,
    place: Place.ON_SITE,
    start: toLocalInput(start),
    end: toLocalInput(new Date(start.getTime() + 8 * 3_600_000)),
    priority: 3,
    instructions: "",
  };
}

export function lineOf(draft: DraftLine): MessageInitShape<typeof RequestLineSchema> {
  const { capability, lowestLevel, quantity, unit, place, priority, instructions } = draft;
  const window = { startTime: timestampFromDate(new Date(draft.start)), endTime: timestampFromDate(new Date(draft.end)) };
  return { capability, lowestLevel, quantity, unit, place, priority, instructions, windows: [window] };
}

// What the numbers of a line mean for the desk.
import { type Incident, LineState, type Offer, type RequestLine, type ResourceRequest } from "./generated/muster/dispatch/v1/dispatch_pb";

export function isOpen(line: RequestLine): boolean {
  return line.state === LineState.OPEN || line.state === LineState.PARTLY_FILLED;
}

/** What nobody has promised yet, in the line's unit. */
export function shortOf(line: RequestLine): number {
  return isOpen(line) ? Math.max(0, line.quantity - line.filled - line.held) : 0;
}

/** What is short and not even asked for: here the desk has to act. */
export function unaskedOf(line: RequestLine): number {
  return Math.max(0, shortOf(line) - line.asked);
}

export interface Waiting {
  incident: Incident;
  requests: ResourceRequest[];
  shortLines: number;
  unaskedLines: number;
  provisional: number;
  /** The most urgent priority of what is short; 9: nothing is. */
  priority: number;
}

function waitingOf(incident: Incident, requests: ResourceRequest[], provisional: Offer[]): Waiting {
  const own = requests.filter((request) => request.incidentId === incident.id && !request.cancelled);
  const lines = own.flatMap((request) => request.lines);
  const short = lines.filter((line) => shortOf(line) > 0);
  return {
    incident,
    requests: own,
    shortLines: short.length,
    unaskedLines: lines.filter((line) => unaskedOf(line) > 0).length,
    provisional: provisional.filter((offer) => offer.incidentId === incident.id).length,
    priority: Math.min(9, ...short.map((line) => line.priority)),
  };
}

function needsAPerson(entry: Waiting): boolean {
  return entry.unaskedLines > 0 || entry.provisional > 0 || entry.requests.length === 0;
}

/** What waits for a person comes first, then by priority, then the oldest. */
export function queueOf(incidents: Incident[], requests: ResourceRequest[], provisional: Offer[]): Waiting[] {
  const entries = incidents.map((incident) => waitingOf(incident, requests, provisional));
  const age = (entry: Waiting): bigint => entry.incident.createTime?.seconds ?? 0n;
  return entries.sort(
    (a, b) => Number(needsAPerson(b)) - Number(needsAPerson(a)) || a.priority - b.priority || Number(age(a) - age(b)),
  );
}

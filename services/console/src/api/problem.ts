// What went wrong, for the person who reads it.
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../generated/muster/common/v1/error_pb";

export interface Problem {
  /** A reason of the server's table, or "UNREACHABLE" where there was no answer. */
  reason: string;
  /** The server's own sentences; empty where there was no answer. */
  zh: string;
  en: string;
  field: string;
  metadata: Record<string, string>;
}

export function problemOf(error: unknown): Problem {
  const failure = ConnectError.from(error);
  const [detail] = failure.findDetails(ErrorDetailSchema);
  if (detail === undefined) {
    return { reason: "UNREACHABLE", zh: "", en: "", field: "", metadata: {} };
  }
  return { reason: detail.reason, zh: detail.messageZh, en: detail.messageEn, field: detail.field, metadata: detail.metadata };
}

/** Whether the outcome is unknown or nothing was done, so that the same call with the same request_id may be repeated. */
export function mayRepeat(error: unknown): boolean {
  const failure = ConnectError.from(error);
  const { code } = failure;
  return code === Code.Unavailable || code === Code.DeadlineExceeded || failure.findDetails(ErrorDetailSchema).length === 0;
}

/** A request_id. randomUUID exists in secure contexts only; a command center's network may be plain HTTP. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const delays = [400, 1_500];

/** Makes a change: what is lost on the way is sent again under the same request_id, which has one effect. */
export async function change<Answer>(send: (requestId: string) => Promise<Answer>, requestId = newRequestId()): Promise<Answer> {
  for (const delay of delays) {
    try {
      return await send(requestId);
    } catch (error) {
      if (!mayRepeat(error)) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
  return send(requestId);
}

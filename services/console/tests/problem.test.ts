import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { change, newRequestId, problemOf } from "../src/api/problem";
import { ErrorDetailSchema } from "../src/generated/muster/common/v1/error_pb";

function refusal(code: Code, reason: string): ConnectError {
  const detail = create(ErrorDetailSchema, { reason, messageZh: "中", messageEn: "en", field: "lines[0]" });
  return new ConnectError("refused", code, undefined, [{ desc: ErrorDetailSchema, value: detail }]);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("A refusal tells the server's reason, sentences and field", () => {
  expect(problemOf(refusal(Code.Aborted, "LINE_FULL"))).toMatchObject({ reason: "LINE_FULL", zh: "中", en: "en", field: "lines[0]" });
  expect(problemOf(new TypeError("fetch failed")).reason).toBe("UNREACHABLE");
});

test("What was lost on the way is sent again under the same request_id", async () => {
  const ids: string[] = [];
  const answer = change(async (id) => {
    ids.push(id);
    if (ids.length < 3) {
      throw ids.length === 1 ? new TypeError("fetch failed") : refusal(Code.Unavailable, "STORE_BUSY");
    }
    return "done";
  });
  await vi.runAllTimersAsync();
  expect(await answer).toBe("done");
  expect(new Set(ids).size).toBe(1);
  expect(ids.length).toBe(3);
});

test("What was refused is not sent again", async () => {
  let calls = 0;
  const answer = change(async () => {
    calls += 1;
    throw refusal(Code.Aborted, "VERSION_CONFLICT");
  });
  await expect(answer).rejects.toThrow("refused");
  expect(calls).toBe(1);
});

test("Request ids are UUIDs of version 4, each another", () => {
  const ids = Array.from({ length: 100 }, () => newRequestId());
  expect(new Set(ids).size).toBe(100);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
});

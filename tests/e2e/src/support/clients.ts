import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ErrorDetailSchema, type ErrorDetail } from "../generated/muster/common/v1/error_pb.js";

function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run the tests by "npm test"`);
  }
  return value;
}

export const url = environment("MUSTER_URL");
export const grpcTarget = environment("MUSTER_GRPC");

/** The API key of one of the accounts that musterd makes at its first start. */
export function keyOf(account: "operator" | "officer" | "auditor" | "admin"): string {
  return readFileSync(join(environment("MUSTER_TOKENS"), account), "utf8").trim();
}

function bearer(key: string): Interceptor {
  return (next) => (request) => {
    request.header.set("Authorization", `Bearer ${key}`);
    return next(request);
  };
}

export function transport(key: string | undefined, useBinaryFormat: boolean): Transport {
  return createConnectTransport({
    baseUrl: url,
    httpVersion: "1.1",
    useBinaryFormat,
    interceptors: key === undefined ? [] : [bearer(key)],
  });
}

export function client<Service extends DescService>(
  service: Service,
  key: string | undefined,
  useBinaryFormat = true,
): Client<Service> {
  return createClient(service, transport(key, useBinaryFormat));
}

/** What an error of Muster tells; fails when it is not one. */
export function detailOf(error: unknown): ErrorDetail {
  if (!(error instanceof ConnectError)) {
    throw error;
  }
  const [detail] = error.findDetails(ErrorDetailSchema);
  if (detail === undefined) {
    throw new Error(`no ErrorDetail in: ${error.message}`);
  }
  return detail;
}

/** Runs a call that must be refused, and answers the code and the detail. */
export async function refusal(call: Promise<unknown>): Promise<{ code: Code; detail: ErrorDetail }> {
  try {
    await call;
  } catch (error) {
    return { detail: detailOf(error), code: (error as ConnectError).code };
  }
  throw new Error("the call was not refused");
}

/** Asks again until `check` holds. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  check: (answer: T) => boolean,
  seconds = 20,
): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    try {
      const answer = await ask();
      if (check(answer)) {
        return answer;
      }
      last = answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const shown = last instanceof Error ? last.message : JSON.stringify(last, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  throw new Error(`${what}: not within ${seconds} s; last: ${shown?.slice(0, 600)}`);
}

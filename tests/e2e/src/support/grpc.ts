// gRPC as grpc-js speaks it, from the .proto files.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import * as loader from "@grpc/proto-loader";
import { ErrorDetailSchema, RpcStatusSchema } from "../generated/muster/common/v1/error_pb.js";
import { eventually, grpcTarget } from "./clients.js";

/** A message as proto-loader gives it: enums by name, 64-bit integers as text; what is at its default is absent. */
export type Answer = Record<string, unknown> & { id?: string; version?: string; state?: string };
/** A delivery, as far as the tests look into it. */
export type Delivery = Answer & { organizationId: string; subjectId: string; text: { zh: string } };

type Call = (request: object, metadata: grpc.Metadata, options: grpc.CallOptions, done: (error: grpc.ServiceError | null, answer: Answer) => void) => void;
type Subscribe = (request: object, metadata: grpc.Metadata) => grpc.ClientReadableStream<{ delivery: Delivery }>;

const protos = join(dirname(fileURLToPath(import.meta.url)), "../../../../proto");
const definition = loader.loadSync(
  ["common/v1/audit", "common/v1/invariant", "dispatch/v1/dispatch", "exchange/v1/exchange", "identity/v1/identity", "matching/v1/matching", "notify/v1/notify", "registry/v1/registry"].map(
    (name) => join(protos, `muster/${name}.proto`),
  ),
  { includeDirs: [protos], keepCase: false, longs: String, enums: String, defaults: false },
);
const root = grpc.loadPackageDefinition(definition) as unknown as {
  muster: Record<string, Record<string, Record<string, grpc.ServiceClientConstructor>>>;
};

function clientOf(area: string, service: string): grpc.Client & Record<string, unknown> {
  const constructor = root.muster[area]?.v1?.[service];
  assert.ok(constructor);
  return new constructor(grpcTarget, grpc.credentials.createInsecure());
}

function metadataOf(token?: string): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (token !== undefined) {
    metadata.set("authorization", `Bearer ${token}`);
  }
  return metadata;
}

/** One unary call of muster.<area>.v1.<service>; rejects with grpc-js's ServiceError. */
export function call(area: string, service: string, method: string, request: object, token?: string, options: grpc.CallOptions = { deadline: Date.now() + 10_000 }): Promise<Answer> {
  const client = clientOf(area, service);
  const bound = (client[method] as Call).bind(client);
  return new Promise((resolve, reject) =>
    bound(request, metadataOf(token), options, (error, answer) => {
      client.close();
      error === null ? resolve(answer) : reject(error);
    }),
  );
}

/** Code, reason and field of a refused call, out of grpc-status-details-bin. */
export async function refused(promise: Promise<Answer>): Promise<[grpc.status, string, string]> {
  try {
    await promise;
  } catch (error) {
    const failure = error as grpc.ServiceError;
    const [bytes] = failure.metadata.get("grpc-status-details-bin");
    assert.ok(bytes instanceof Buffer, "no details");
    const [any] = fromBinary(RpcStatusSchema, bytes).details;
    assert.equal(any?.typeUrl, "type.googleapis.com/muster.common.v1.ErrorDetail");
    const detail = fromBinary(ErrorDetailSchema, any.value);
    return [failure.code, detail.reason, detail.field];
  }
  throw new Error("the call was not refused");
}

/** The access token that an API key is exchanged for. */
export async function exchange(apiKey: string): Promise<string> {
  const answer = await call("identity", "IdentityService", "ExchangeKey", { apiKey });
  return String(answer.accessToken);
}

/** Follows the deliveries of the caller's organization on a stream, and keeps what has come. */
export class Subscription {
  readonly deliveries: Delivery[] = [];
  private readonly client = clientOf("notify", "NotifyService");
  private readonly stream: grpc.ClientReadableStream<{ delivery: Delivery }>;
  private failure: grpc.ServiceError | undefined;

  constructor(token: string) {
    this.stream = (this.client.subscribe as Subscribe).bind(this.client)({}, metadataOf(token));
    this.stream.on("data", (item) => this.deliveries.push(item.delivery));
    this.stream.on("error", (error: grpc.ServiceError) => {
      this.failure = error;
    });
  }

  /** Waits for the delivery that is about this offer or assignment. */
  about(subjectId: string): Promise<Delivery> {
    const look = async () => {
      const found = this.deliveries.find((delivery) => delivery.subjectId === subjectId);
      if (found === undefined) {
        throw this.failure ?? new Error(`none among ${this.deliveries.length} deliveries`);
      }
      return found;
    };
    return eventually(`the delivery about ${subjectId}`, look, () => true);
  }

  close(): void {
    this.stream.cancel();
    this.client.close();
  }
}

// gRPC as grpc-js speaks it, from the .proto files and from reflection.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import * as loader from "@grpc/proto-loader";
import reflection from "grpc-reflection-js";
import { ErrorDetailSchema, RpcStatusSchema } from "../generated/muster/common/v1/error_pb.js";
import { eventually, grpcTarget, keyOf } from "../support/clients.js";
import { capability, place, registerHelper, windowFromNow } from "../support/town.js";

type Answer = Record<string, unknown> & { id?: string; version?: string };
type Call = (request: object, metadata: grpc.Metadata, options: grpc.CallOptions, done: (error: grpc.ServiceError | null, answer: Answer) => void) => void;

const protos = join(dirname(fileURLToPath(import.meta.url)), "../../../../proto");
const definition = loader.loadSync(
  ["identity/v1/identity", "registry/v1/registry", "dispatch/v1/dispatch", "matching/v1/matching"].map((name) =>
    join(protos, `muster/${name}.proto`),
  ),
  { includeDirs: [protos], keepCase: false, longs: String, enums: String, defaults: false },
);
const root = grpc.loadPackageDefinition(definition) as unknown as {
  muster: Record<string, Record<string, Record<string, grpc.ServiceClientConstructor>>>;
};

function call(area: string, service: string, method: string, request: object, token?: string, options: grpc.CallOptions = { deadline: Date.now() + 10_000 }): Promise<Answer> {
  const constructor = root.muster[area]?.v1?.[service];
  assert.ok(constructor);
  const client = new constructor(grpcTarget, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  if (token !== undefined) {
    metadata.set("authorization", `Bearer ${token}`);
  }
  const bound = (client[method] as Call).bind(client);
  return new Promise((resolve, reject) =>
    bound(request, metadata, options, (error, answer) => {
      client.close();
      error === null ? resolve(answer) : reject(error);
    }),
  );
}

/** Code and reason of a refused call, the reason out of grpc-status-details-bin. */
async function refused(promise: Promise<Answer>): Promise<[grpc.status, string, string]> {
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

let token = "";

async function exchange(apiKey: string): Promise<string> {
  const answer = await call("identity", "IdentityService", "ExchangeKey", { apiKey });
  return String(answer.accessToken);
}

before(async () => {
  token = await exchange(keyOf("operator"));
});

test("calls with a token that a key was exchanged for", async () => {
  const answer = await call("identity", "IdentityService", "WhoAmI", {}, token);
  assert.equal((answer.account as { login: string }).login, "operator");
});

test("carries reason and field in grpc-status-details-bin", async () => {
  assert.deepEqual(await refused(call("identity", "IdentityService", "WhoAmI", {})), [grpc.status.UNAUTHENTICATED, "AUTH_REQUIRED", ""]);
  assert.deepEqual(await refused(call("registry", "RegistryService", "GetTeam", { id: randomUUID() }, token)), [grpc.status.NOT_FOUND, "NOT_FOUND", ""]);
  const incident = { title: "零宽\u200b字符", kind: "INCIDENT_KIND_ACCIDENT", districtPath: "3205/320508" };
  assert.deepEqual(await refused(call("dispatch", "DispatchService", "CreateIncident", { requestId: randomUUID(), incident }, token)), [
    grpc.status.INVALID_ARGUMENT,
    "ILLEGAL_CHAR",
    "incident.title",
  ]);
});

test("refuses a call without a deadline, or with too long a one", async () => {
  for (const options of [{}, { deadline: Date.now() + 60_000 }]) {
    const [code, reason] = await refused(call("identity", "IdentityService", "WhoAmI", {}, token, options));
    assert.deepEqual([code, reason], [grpc.status.INVALID_ARGUMENT, "DEADLINE_REQUIRED"]);
  }
});

test("refuses a message that is too large", async () => {
  await assert.rejects(call("identity", "IdentityService", "ExchangeKey", { apiKey: "a".repeat(6 * 1024 * 1024) }), {
    code: grpc.status.RESOURCE_EXHAUSTED,
  });
});

test("answers reflection and health", async () => {
  const client = new reflection.Client(grpcTarget, grpc.credentials.createInsecure());
  const services = await client.listServices();
  assert.ok(services.includes("muster.dispatch.v1.DispatchService"));
  assert.ok(services.includes("grpc.health.v1.Health"));
  const described = await client.fileContainingSymbol("muster.dispatch.v1.DispatchService");
  assert.ok(described.lookupService("muster.dispatch.v1.DispatchService").methods.AnswerOffer);

  const bytes = (value: Buffer) => value;
  const health = new grpc.Client(grpcTarget, grpc.credentials.createInsecure());
  const status = await new Promise<Buffer>((resolve, reject) =>
    health.makeUnaryRequest("/grpc.health.v1.Health/Check", bytes, bytes, Buffer.alloc(0), { deadline: Date.now() + 5_000 }, (error, answer) =>
      error === null && answer !== undefined ? resolve(answer) : reject(error),
    ),
  );
  health.close();
  assert.deepEqual(status, Buffer.from([0x08, 0x01]), "SERVING");
});

test("plays a mobilization: request, direct dispatch, to the scene and home", async () => {
  const helper = await registerHelper(`集结志愿服务队-${randomUUID().slice(0, 8)}`, 8, 2);
  const leader = await exchange(helper.managerKey);
  const dispatch = (method: string, request: object, as = token) => call("dispatch", "DispatchService", method, { requestId: randomUUID(), ...request }, as);
  let incident = await dispatch("CreateIncident", {
    incident: { title: "gRPC 集结", kind: "INCIDENT_KIND_ACCIDENT", event: "e2e", districtPath: "3205/320508", position: place },
  });
  const request = await dispatch("CreateRequest", {
    resourceRequest: {
      incidentId: incident.id,
      requester: "平江街道",
      lines: [{ capability, quantity: 8, unit: "QUANTITY_UNIT_PEOPLE", position: place, windows: [windowFromNow(6)] }],
    },
  });
  const [line] = request.lines as { id: string }[];
  assert.ok(line);
  await eventually(
    "the team in the ranking",
    () => call("matching", "MatchingService", "RankTeams", { lineId: line.id, limit: 200 }, token),
    (answer) => (answer.teams as { teamId: string }[] | undefined)?.some((team) => team.teamId === helper.team.id) ?? false,
  );
  const plan = { resourceRequestId: request.id, expectedVersion: request.version, how: "DISPATCH_HOW_DIRECT", lines: [{ lineId: line.id, teamIds: [helper.team.id] }] };
  const dispatched = await eventually("the dispatch", () => dispatch("Dispatch", plan), (answer) => Array.isArray(answer.assignments));
  let [assignment] = dispatched.assignments as Answer[];
  assert.ok(assignment);
  assert.deepEqual((await refused(dispatch("CheckIn", { id: assignment.id }, leader))).slice(0, 2), [grpc.status.ABORTED, "ILLEGAL_TRANSITION"]);

  const advance = async (state: string, extra: object = {}, as = leader) => {
    assignment = await dispatch("AdvanceAssignment", { id: assignment?.id, expectedVersion: assignment?.version, state, ...extra }, as);
    assert.equal(assignment.state, state);
  };
  await advance("ASSIGNMENT_STATE_MOBILIZING");
  await advance("ASSIGNMENT_STATE_EN_ROUTE", { coverOverrideReason: "已电话确认投保" }, token);
  assignment = await dispatch("CheckIn", { id: assignment.id, headcount: 8, position: place }, leader);
  assert.equal(assignment.state, "ASSIGNMENT_STATE_ON_SCENE");
  await advance("ASSIGNMENT_STATE_WORKING");
  assignment = await dispatch("ReleaseAssignment", { id: assignment.id, expectedVersion: assignment.version, reason: "完成" });
  await advance("ASSIGNMENT_STATE_RETURNING");
  assignment = await dispatch("CheckOut", { id: assignment.id, headcount: 8 }, leader);
  assert.equal(assignment.state, "ASSIGNMENT_STATE_HOME");

  incident = await call("dispatch", "DispatchService", "GetIncident", { id: incident.id }, token);
  const closed = await dispatch("CloseIncident", { id: incident.id, expectedVersion: incident.version, reason: "完成" });
  assert.equal((closed.incident as { state: string }).state, "INCIDENT_STATE_CLOSED");
});

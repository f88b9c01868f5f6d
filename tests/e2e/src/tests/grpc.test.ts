// gRPC as grpc-js speaks it, from the .proto files and from reflection.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import reflection from "grpc-reflection-js";
import { eventually, grpcTarget, keyOf } from "../support/clients.js";
import { call, exchange, refused, type Answer } from "../support/grpc.js";
import { capability, place, registerHelper, windowFromNow } from "../support/town.js";

let token = "";

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

test("books a team at once by direct dispatch, and lets nobody skip a step", async () => {
  const helper = await registerHelper(`集结志愿服务队-${randomUUID().slice(0, 8)}`, 8, 2);
  const dispatch = (method: string, request: object, as = token) => call("dispatch", "DispatchService", method, { requestId: randomUUID(), ...request }, as);
  const incident = await dispatch("CreateIncident", {
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
  const plan = { resourceRequestId: request.id, expectedVersion: request.version, how: "DISPATCH_HOW_DIRECT", lines: [{ lineId: line.id, teamIds: [helper.team.id] }] };
  const dispatched = await eventually("the dispatch", () => dispatch("Dispatch", plan), (answer) => Array.isArray(answer.assignments));
  const [assignment] = dispatched.assignments as Answer[];
  assert.equal(assignment?.state, "ASSIGNMENT_STATE_RESERVED");
  const leader = await exchange(helper.managerKey);
  assert.deepEqual((await refused(dispatch("CheckIn", { id: assignment.id }, leader))).slice(0, 2), [grpc.status.ABORTED, "ILLEGAL_TRANSITION"]);

  const closed = await dispatch("CloseIncident", { id: incident.id, expectedVersion: incident.version, reason: "完成" });
  assert.equal((closed.incident as Answer).state, "INCIDENT_STATE_CLOSED");
  const ended = await dispatch("GetAssignment", { id: assignment.id }, leader);
  assert.equal(ended.state, "ASSIGNMENT_STATE_CANCELLED");
});

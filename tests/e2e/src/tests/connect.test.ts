// The Connect protocol as the ecosystem's own client speaks it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { AuditService } from "../generated/muster/common/v1/audit_pb.js";
import { EventFeedService } from "../generated/muster/common/v1/feed_pb.js";
import { DispatchService, IncidentKind } from "../generated/muster/dispatch/v1/dispatch_pb.js";
import { IdentityService } from "../generated/muster/identity/v1/identity_pb.js";
import { RegistryService } from "../generated/muster/registry/v1/registry_pb.js";
import { client, keyOf, refusal, transport } from "../support/clients.js";

for (const [format, binary] of [["binary", true], ["JSON", false]] as const) {
  test(`calls in ${format} and tells who is asking`, async () => {
    const answer = await client(IdentityService, keyOf("operator"), binary).whoAmI({});
    assert.deepEqual(answer.account?.roles, ["city_operator"]);
    assert.ok(answer.account?.id);
  });

  test(`brings an error with reason, field and both languages in ${format}`, async () => {
    const { code, detail } = await refusal(client(RegistryService, keyOf("operator"), binary).getTeam({ id: randomUUID() }));
    assert.equal(code, Code.NotFound);
    assert.equal(detail.reason, "NOT_FOUND");
    assert.match(detail.messageZh, /没有找到/);
    assert.match(detail.messageEn, /Not found/);
  });
}

test("refuses a call without a key, with a wrong key and with a key of the wrong role", async () => {
  const anonymous = await refusal(client(IdentityService, undefined).whoAmI({}));
  assert.deepEqual([anonymous.code, anonymous.detail.reason], [Code.Unauthenticated, "AUTH_REQUIRED"]);
  const wrong = await refusal(client(IdentityService, "mk_0123456789abcdef_" + "A".repeat(43)).whoAmI({}));
  assert.equal(wrong.code, Code.Unauthenticated);
  const forbidden = await refusal(client(AuditService, keyOf("operator")).listAuditRecords({ owner: "dispatch" }));
  assert.deepEqual([forbidden.code, forbidden.detail.reason], [Code.PermissionDenied, "FORBIDDEN"]);
});

test("serves the same to an access token that was exchanged for the key", async () => {
  const { accessToken } = await client(IdentityService, undefined).exchangeKey({ apiKey: keyOf("operator") });
  const answer = await client(IdentityService, accessToken).whoAmI({});
  assert.deepEqual(answer.account?.roles, ["city_operator"]);
});

test("does not offer internal methods", async () => {
  await assert.rejects(client(EventFeedService, keyOf("auditor")).readEvents({ owner: "dispatch" }), (error: unknown) => {
    assert.equal((error as ConnectError).code, Code.Unimplemented);
    return true;
  });
});

test("wants a request_id on a change and answers a repeat with the first reply", async () => {
  const dispatch = client(DispatchService, keyOf("operator"));
  const incident = { title: "重复提交", kind: IncidentKind.ACCIDENT, event: "e2e", districtPath: "3205/320508" };
  assert.equal((await refusal(dispatch.createIncident({ incident }))).detail.reason, "REQUEST_ID_REQUIRED");
  assert.equal((await refusal(dispatch.createIncident({ incident, requestId: "once" }))).detail.reason, "INVALID_FIELD");
  const requestId = randomUUID();
  const first = await dispatch.createIncident({ incident, requestId });
  const again = await dispatch.createIncident({ incident, requestId });
  assert.equal(again.id, first.id);
  const reused = await refusal(dispatch.createIncident({ incident: { ...incident, title: "另一个" }, requestId }));
  assert.deepEqual([reused.code, reused.detail.reason], [Code.AlreadyExists, "REQUEST_ID_REUSED"]);
  const stale = await refusal(
    dispatch.closeIncident({ requestId: randomUUID(), id: first.id, expectedVersion: 99n, reason: "e2e" }),
  );
  assert.deepEqual([stale.code, stale.detail.reason], [Code.Aborted, "VERSION_CONFLICT"]);
  assert.equal(stale.detail.metadata.current_version, String(first.version));
  await dispatch.closeIncident({ requestId: randomUUID(), id: first.id, expectedVersion: first.version, reason: "e2e" });
});

test("takes the request_id from an Idempotency-Key header", async () => {
  const dispatch = client(DispatchService, keyOf("operator"), false);
  const incident = { title: "幂等键", kind: IncidentKind.ACCIDENT, event: "e2e", districtPath: "3205/320508" };
  const headers = { "Idempotency-Key": randomUUID() };
  const first = await dispatch.createIncident({ incident }, { headers });
  const again = await dispatch.createIncident({ incident }, { headers });
  assert.equal(again.id, first.id);
  await dispatch.closeIncident({ requestId: randomUUID(), id: first.id, expectedVersion: first.version, reason: "e2e" });
});

test("refuses bad fields with their path", async () => {
  const dispatch = client(DispatchService, keyOf("operator"));
  const incident = { title: "a\u202eb", kind: IncidentKind.ACCIDENT, event: "e2e", districtPath: "3205/320508" };
  const illegal = await refusal(dispatch.createIncident({ incident, requestId: randomUUID() }));
  assert.deepEqual([illegal.detail.reason, illegal.detail.field], ["ILLEGAL_CHAR", "incident.title"]);
  const long = { ...incident, title: "长".repeat(301) };
  const tooLong = await refusal(dispatch.createIncident({ incident: long, requestId: randomUUID() }));
  assert.deepEqual([tooLong.detail.reason, tooLong.detail.field], ["TOO_LONG", "incident.title"]);
});

test("keeps the client's deadline", async () => {
  const identity = createClient(IdentityService, transport(keyOf("operator"), true));
  const late = await refusal(identity.whoAmI({}, { timeoutMs: 40_000 }));
  assert.equal(late.detail.reason, "DEADLINE_REQUIRED");
  assert.ok(await identity.whoAmI({}, { timeoutMs: 3_000 }));
});

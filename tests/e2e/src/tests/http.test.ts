// The gateway by plain HTTP, as curl and city systems use it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { test } from "node:test";
import { keyOf, url } from "../support/clients.js";
import { alertXml } from "../support/town.js";

interface Failure {
  code: string;
  details?: { debug?: { reason?: string; field?: string; metadata?: Record<string, string> } }[];
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", authorization: `Bearer ${keyOf("operator")}`, ...headers },
  });
}

async function reasonOf(response: Response): Promise<string | undefined> {
  return ((await response.json()) as Failure).details?.[0]?.debug?.reason;
}

/** Sends bytes and answers all that comes back until the server closes. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
    let received = "";
    socket.setTimeout(10_000, () => socket.destroy(new Error("still open")));
    socket.on("data", (data) => (received += data.toString("latin1")));
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
}

const whoAmI = "/muster.identity.v1.IdentityService/WhoAmI";

test("answers curl: JSON in, JSON out", async () => {
  const response = await post(whoAmI, "{}");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.match(response.headers.get("x-trace-id") ?? "", /^[0-9a-f]{32}$/);
  assert.equal(((await response.json()) as { account: { login: string } }).account.login, "operator");
});

test("says what is wrong with broken JSON, and where", async () => {
  for (const [body, offset] of [["", "0"], ["{", "1"], ["{} x", "3"], ['{"a":1,"a":2}', "7"], ["[]", "0"]] as const) {
    const response = await post(whoAmI, body);
    assert.equal(response.status, 400, body);
    const failure = (await response.json()) as Failure;
    assert.equal(failure.code, "invalid_argument");
    assert.equal(failure.details?.[0]?.debug?.reason, "BAD_JSON");
    assert.equal(failure.details?.[0]?.debug?.metadata?.offset, offset, body);
  }
  assert.equal(await reasonOf(await post(whoAmI, '{"nothing":1}')), "UNKNOWN_FIELD");
});

test("refuses by HTTP's own statuses", async () => {
  assert.equal((await fetch(url + whoAmI)).status, 405);
  assert.equal((await post("/nothing", "{}")).status, 404);
  assert.equal((await post("/muster.identity.v1.IdentityService/Nothing", "{}")).status, 404);
  assert.equal((await post(whoAmI, "{}", { "content-type": "text/plain" })).status, 415);
  assert.equal((await post(whoAmI, " ".repeat(256 * 1024 + 1))).status, 413);
  assert.equal((await post(whoAmI, "{}", { "content-encoding": "gzip" })).status, 501);
  assert.equal((await fetch(`${url}/${"a".repeat(3000)}`)).status, 414);
  assert.equal((await post(whoAmI, "{}", { "x-large": "a".repeat(9000) })).status, 431);
});

test("closes after a request that two parsers could read differently", async () => {
  const head = `POST ${whoAmI} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${keyOf("operator")}\r\n`;
  const second = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const fields of [
    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "X-Folded: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Length: +2\r\n\r\n{}",
    "Content-Length : 2\r\n\r\n{}",
  ]) {
    const answer = await raw(head + fields + second);
    assert.match(answer, /^HTTP\/1\.1 400 /, fields);
    assert.equal(answer.split("HTTP/1.1 ").length, 2, "the second request was run");
  }
});

test("takes a CAP alert in once, and knows it again", async () => {
  const xml = alertXml(`e2e-${randomUUID()}`, "Exercise");
  const submit = () => post("/documents", xml, { "content-type": "application/cap+xml" });
  const first = (await (await submit()).json()) as { document: { outcome: string; id: string } };
  assert.equal(first.document.outcome, "DOCUMENT_OUTCOME_APPLIED");
  const again = (await (await submit()).json()) as { document: { outcome: string } };
  assert.equal(again.document.outcome, "DOCUMENT_OUTCOME_DUPLICATE");
});

test("keeps nothing of a document with a DOCTYPE", async () => {
  const xml = alertXml(`e2e-${randomUUID()}`).replace("<alert ", '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert ');
  const response = await post("/documents", xml, { "content-type": "application/cap+xml" });
  assert.equal(response.status, 400);
  assert.equal(await reasonOf(response), "XML_FORBIDDEN");
});

test("tells how it is and describes itself", async () => {
  assert.equal(await (await fetch(`${url}/livez`)).text(), "ok\n");
  const ready = (await (await fetch(`${url}/readyz`)).json()) as { state: string; reasons: string[] };
  assert.ok(["ready", "degraded"].includes(ready.state));
  assert.match(await (await fetch(`${url}/metrics`)).text(), /^# HELP /m);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> };
  assert.equal(document.openapi, "3.1.0");
  assert.ok(document.paths["/muster.dispatch.v1.DispatchService/Dispatch"]);
  assert.equal(document.paths["/muster.common.v1.EventFeedService/ReadEvents"], undefined);
});

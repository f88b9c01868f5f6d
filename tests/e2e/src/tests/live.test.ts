// The live feed over WebSocket.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { DispatchHow, DispatchService, IncidentKind, QuantityUnit, type Incident } from "../generated/muster/dispatch/v1/dispatch_pb.js";
import { client, eventually, keyOf, url } from "../support/clients.js";
import { LiveFeed } from "../support/live.js";
import { capability, place, registerHelper, registerHelpers, windowFromNow } from "../support/town.js";

const dispatch = client(DispatchService, keyOf("operator"));

function openIncident(title: string): Promise<Incident> {
  return dispatch.createIncident({
    requestId: randomUUID(),
    incident: { title, kind: IncidentKind.ACCIDENT, event: "e2e", districtPath: "3205/320508" },
  });
}

function closeIncident(incident: Incident) {
  return dispatch.closeIncident({
    requestId: randomUUID(),
    id: incident.id,
    expectedVersion: incident.version,
    reason: "e2e",
  });
}

test("tells an operator what happens, and goes on after the cursor", async () => {
  const feed = await LiveFeed.open(keyOf("operator"));
  const hello = await feed.next((message) => message.control === "hello");
  assert.ok(typeof hello.cursor === "object" && hello.cursor.dispatch !== undefined);
  const incident = await openIncident("直播一");
  const event = await feed.next((message) => message.subject === incident.id);
  assert.equal(event.type, "muster.dispatch.v1.IncidentOpened");
  assert.equal(event.owner, "dispatch");
  feed.close();

  await closeIncident(incident);
  const resumed = await LiveFeed.open(keyOf("operator"), `?cursor=dispatch:${event.feedseq}`);
  const closed = await resumed.next((message) => message.type === "muster.dispatch.v1.IncidentClosed");
  assert.equal(closed.subject, incident.id);
  assert.ok(!resumed.messages.some((message) => message.id === event.id), "what was seen does not come again");
  resumed.close();
});

test("does not tell an organization what is not its own", async () => {
  const helper = await registerHelper(`直播志愿服务队-${randomUUID().slice(0, 8)}`, 5, 1);
  const [official, organization] = [await LiveFeed.open(keyOf("operator")), await LiveFeed.open(helper.managerKey)];
  const incident = await openIncident("直播二");
  await official.next((message) => message.subject === incident.id);
  assert.ok(!organization.messages.some((message) => message.subject === incident.id));
  await closeIncident(incident);
  official.close();
  organization.close();
});

test("tells an organization of its own offer, and not of another's", async () => {
  const helpers = await registerHelpers("直播志愿服务队", 2);
  const feeds = await Promise.all(helpers.map((helper) => LiveFeed.open(helper.managerKey)));
  const incident = await openIncident("直播三");
  const request = await dispatch.createRequest({
    requestId: randomUUID(),
    resourceRequest: {
      incidentId: incident.id,
      requester: "平江街道",
      lines: [{ capability, quantity: 2, unit: QuantityUnit.TEAMS, position: place, windows: [windowFromNow(6)], wavePolicy: { waveSize: 2 } }],
    },
  });
  const lines = [{ lineId: request.lines[0]?.id ?? "", teamIds: helpers.map((helper) => helper.team.id) }];
  const invite = () =>
    dispatch.dispatch({ requestId: randomUUID(), resourceRequestId: request.id, expectedVersion: request.version, how: DispatchHow.INVITE, lines });
  const { offers } = await eventually("both offers", invite, (answer) => answer.offers.length === 2);
  // Both are told once more at the end, so what another could have been told of before has come by then.
  await closeIncident(incident);
  for (const [nth, helper] of helpers.entries()) {
    const feed = feeds[nth];
    const own = offers.find((offer) => offer.organizationId === helper.organization.id);
    assert.ok(feed && own);
    const invited = await feed.next((message) => message.type === "muster.dispatch.v1.OfferInvited");
    assert.equal(invited.subject, own.id);
    await feed.next((message) => message.type === "muster.dispatch.v1.OfferStoodDown" && message.subject === own.id);
    assert.ok(feed.messages.every((message) => !offers.some((offer) => offer !== own && offer.id === message.subject)));
    feed.close();
  }
});

test("takes a browser's key as a subprotocol, from its own pages only", async () => {
  const feed = await LiveFeed.openAsBrowser(keyOf("operator"), url);
  assert.equal(feed.protocol, "muster.live.v1");
  feed.close();
  await assert.rejects(LiveFeed.openAsBrowser(keyOf("operator"), "https://evil.example"), /403/);
});

test("refuses the handshake without a key and with a wrong cursor", async () => {
  await assert.rejects(LiveFeed.open(undefined), /401/);
  await assert.rejects(LiveFeed.open(keyOf("operator"), "?cursor=weather:1"), /400/);
});

test("closes clients that talk", async () => {
  const feed = await LiveFeed.open(keyOf("operator"));
  feed.send("{}");
  await eventually("the close", async () => feed.closeCode, (code) => code === 1008);
});

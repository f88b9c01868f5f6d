// One mobilization, from the alert until the teams are home, by the Connect client alone.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { AuditService } from "../generated/muster/common/v1/audit_pb.js";
import { InvariantService } from "../generated/muster/common/v1/invariant_pb.js";
import {
  AssignmentState,
  CoverState,
  DeclineReason,
  DispatchHow,
  DispatchService,
  IncidentState,
  LineState,
  OfferAnswer,
  OfferState,
  QuantityUnit,
  type Assignment,
  type Incident,
  type Offer,
  type ResourceRequest,
} from "../generated/muster/dispatch/v1/dispatch_pb.js";
import { DocumentOutcome, ExchangeService } from "../generated/muster/exchange/v1/exchange_pb.js";
import { MatchingService, type PlanRequestResponse } from "../generated/muster/matching/v1/matching_pb.js";
import { DeliveryState, NotifyService, type Delivery } from "../generated/muster/notify/v1/notify_pb.js";
import { client, eventually, keyOf, refusal } from "../support/clients.js";
import { LiveFeed } from "../support/live.js";
import { alertXml, capability, helperOf, place, registerHelpers, windowFromNow, type Helper } from "../support/town.js";

const answerSeconds = 30;

describe("one mobilization", () => {
  const dispatch = client(DispatchService, keyOf("operator"));
  const matching = client(MatchingService, keyOf("operator"), false);
  let helpers: Helper[] = [];
  let incident: Incident;
  let request: ResourceRequest;
  let plan: PlanRequestResponse;
  let feed: LiveFeed;

  const of = (helper: Helper) => client(DispatchService, helper.managerKey);
  const lineId = () => request.lines[0]?.id ?? "";
  const offers = async (): Promise<Offer[]> => (await dispatch.listOffers({ resourceRequestId: request.id, pageSize: 100 })).offers;
  const offerOf = async (helper: Helper): Promise<Offer> => {
    const found = (await offers()).find((offer) => offer.organizationId === helper.organization.id);
    assert.ok(found);
    return found;
  };

  before(async () => {
    helpers = await registerHelpers("心理援助志愿队", 5);
    feed = await LiveFeed.open(keyOf("operator"));
  });
  after(() => feed.close());

  test("an alert becomes an incident", async () => {
    const exchange = client(ExchangeService, keyOf("operator"));
    const { document } = await exchange.submitDocument({
      requestId: randomUUID(),
      content: new TextEncoder().encode(alertXml(`story-${randomUUID()}`)),
      contentType: "application/cap+xml",
    });
    assert.equal(document?.outcome, DocumentOutcome.APPLIED);
    incident = await dispatch.getIncident({ id: document.incidentId });
    assert.equal(incident.event, "暴雨内涝");
    await feed.next((message) => message.type === "muster.dispatch.v1.IncidentOpened" && message.subject === incident.id);
  });

  test("the operator writes what is needed", async () => {
    request = await dispatch.createRequest({
      requestId: randomUUID(),
      resourceRequest: {
        incidentId: incident.id,
        requester: "平江街道办事处",
        lines: [
          {
            capability,
            quantity: 20,
            unit: QuantityUnit.PEOPLE,
            position: place,
            windows: [windowFromNow(8)],
            priority: 1,
            wavePolicy: { waveSize: 3, answerSeconds, provisionalSeconds: 600 },
          },
        ],
      },
    });
    assert.equal(request.lines[0]?.state, LineState.OPEN);
  });

  test("matching ranks the teams, explains each, and says why another is not eligible", async () => {
    const ranked = await eventually(
      "all five teams in the ranking",
      () => matching.rankTeams({ lineId: lineId(), limit: 200 }),
      (answer) => helpers.every((helper) => answer.teams.some((team) => team.teamId === helper.team.id)),
    );
    for (const team of ranked.teams) {
      assert.ok(team.parts.length > 0 && team.explanation?.zh && team.explanation.en);
    }
    assert.ok(ranked.teams.every((team, nth) => team.rank === nth + 1));
    const explained = await matching.explainTeam({
      teamId: helpers[0]?.team.id ?? "",
      need: { capability: "water", position: place, windows: [windowFromNow(8)] },
    });
    assert.equal(explained.eligible, false);
    assert.ok(explained.failures.length > 0 && explained.failures[0]?.text?.zh);
  });

  test("a plan uses no team twice", async () => {
    plan = await matching.planRequest({ resourceRequestId: request.id, reserves: 20 });
    const teams = plan.lines.flatMap((line) => line.teams.map((team) => team.teamId));
    assert.equal(new Set(teams).size, teams.length);
    assert.equal(plan.lines[0]?.short, 0);
  });

  test("the operator dispatches; a stale plan is refused", async () => {
    const send = (expectedVersion: bigint) =>
      dispatch.dispatch({
        requestId: randomUUID(),
        resourceRequestId: request.id,
        expectedVersion,
        how: DispatchHow.INVITE,
        lines: [{ lineId: lineId(), teamIds: helpers.map((helper) => helper.team.id) }],
      });
    assert.equal((await refusal(send(plan.version + 7n))).detail.reason, "VERSION_CONFLICT");
    const sent = await send(plan.version);
    assert.equal(sent.offers.length, 3, "the first wave");
    assert.ok(sent.offers.every((offer) => offer.state === OfferState.INVITED));
    await feed.next((message) => message.type === "muster.dispatch.v1.OfferInvited" && message.subject === sent.offers[0]?.id);
  });

  test("the organization hears of it on its stream and acknowledges", async () => {
    const [first] = await offers();
    assert.ok(first);
    const notify = client(NotifyService, helperOf(helpers, first.organizationId).managerKey);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 20_000);
    let delivery: Delivery | undefined;
    for await (const item of notify.subscribe({}, { signal: abort.signal })) {
      if (item.delivery?.subjectId === first.id) {
        delivery = item.delivery;
        break;
      }
    }
    clearTimeout(timer);
    assert.ok(delivery, "no delivery came");
    assert.match(delivery.text?.zh ?? "", /./);
    const read = await notify.acknowledgeDelivery({ requestId: randomUUID(), id: delivery.id, state: DeliveryState.READ });
    assert.equal(read.state, DeliveryState.READ);
  });

  test("one accepts, one declines, one stays silent, and nobody answers for another", async () => {
    const asked = (await offers()).filter((offer) => offer.state === OfferState.INVITED);
    const [accepting, declining] = asked;
    assert.ok(accepting && declining);
    const stranger = helpers.find((helper) => helper.organization.id !== accepting.organizationId);
    assert.ok(stranger);
    const foreign = await refusal(of(stranger).answerOffer({ requestId: randomUUID(), id: accepting.id, answer: OfferAnswer.ACCEPT }));
    assert.deepEqual([foreign.code, foreign.detail.reason], [Code.NotFound, "NOT_FOUND"]);

    const accepted = await of(helperOf(helpers, accepting.organizationId)).answerOffer({
      requestId: randomUUID(),
      id: accepting.id,
      answer: OfferAnswer.ACCEPT,
      cover: { state: CoverState.DECLARED, insurer: "平安", policyNumber: "P-1", validUntilTime: windowFromNow(48).endTime },
    });
    assert.equal(accepted.state, OfferState.ACCEPTED);
    assert.ok(accepted.assignmentId);
    const declined = await of(helperOf(helpers, declining.organizationId)).answerOffer({
      requestId: randomUUID(),
      id: declining.id,
      answer: OfferAnswer.DECLINE,
      declineReason: DeclineReason.NO_PEOPLE,
    });
    assert.equal(declined.state, OfferState.DECLINED);
    const again = await refusal(
      of(helperOf(helpers, declining.organizationId)).answerOffer({ requestId: randomUUID(), id: declining.id, answer: OfferAnswer.ACCEPT }),
    );
    assert.equal(again.detail.reason, "ILLEGAL_TRANSITION");
  });

  test("the next wave goes out by itself; a provisional answer is confirmed; the line is full", async () => {
    const later = await eventually(
      "the next wave",
      offers,
      (all) => all.some((offer) => offer.wave === 2 && offer.state === OfferState.INVITED),
      answerSeconds + 20,
    );
    const next = later.find((offer) => offer.wave === 2 && offer.state === OfferState.INVITED);
    assert.ok(next);
    const manager = of(helperOf(helpers, next.organizationId));
    const provisional = await manager.answerOffer({
      requestId: randomUUID(),
      id: next.id,
      answer: OfferAnswer.PROVISIONAL,
      condition: "车辆到位后出发",
    });
    assert.equal(provisional.state, OfferState.PROVISIONAL);
    const confirmed = await manager.confirmOffer({ requestId: randomUUID(), id: next.id, expectedVersion: provisional.version });
    assert.equal(confirmed.state, OfferState.ACCEPTED);
    const full = await eventually("a full line", () => dispatch.getRequest({ id: request.id }), (now) => now.lines[0]?.state === LineState.FILLED);
    assert.equal(full.lines[0]?.filled, 20);
    const settled = await eventually("nobody still asked", offers, (all) => all.every((offer) => offer.state !== OfferState.INVITED));
    assert.ok(settled.length >= 4);
  });

  test("a team departs, arrives, works, and goes home; the other is still out", async () => {
    const { assignments } = await dispatch.listAssignments({ incidentId: incident.id });
    assert.equal(assignments.length, 2);
    const covered = assignments.find((assignment) => assignment.cover?.state === CoverState.DECLARED);
    assert.ok(covered);
    const manager = of(helperOf(helpers, covered.organizationId));
    let now: Assignment = covered;
    const advance = async (state: AssignmentState) => {
      now = await manager.advanceAssignment({ requestId: randomUUID(), id: now.id, expectedVersion: now.version, state });
      assert.equal(now.state, state);
    };
    const jump = await refusal(manager.advanceAssignment({ requestId: randomUUID(), id: now.id, expectedVersion: now.version, state: AssignmentState.WORKING }));
    assert.equal(jump.detail.reason, "ILLEGAL_TRANSITION");
    await advance(AssignmentState.MOBILIZING);
    await advance(AssignmentState.EN_ROUTE);
    now = await manager.checkIn({ requestId: randomUUID(), id: now.id, position: place, headcount: 10 });
    await advance(AssignmentState.WORKING);
    await manager.reportSituation({ requestId: randomUUID(), report: { assignmentId: now.id, incidentId: incident.id, text: "已安抚居民 30 人", peopleServed: 30 } });
    now = await dispatch.releaseAssignment({ requestId: randomUUID(), id: now.id, expectedVersion: now.version, reason: "任务完成" });
    await advance(AssignmentState.RETURNING);
    now = await manager.checkOut({ requestId: randomUUID(), id: now.id, headcount: 10 });
    assert.equal(now.state, AssignmentState.HOME);
  });

  test("closing the incident releases whoever is still out", async () => {
    incident = await dispatch.getIncident({ id: incident.id });
    const closed = await dispatch.closeIncident({ requestId: randomUUID(), id: incident.id, expectedVersion: incident.version, reason: "积水已退" });
    assert.equal(closed.incident?.state, IncidentState.CLOSED);
    assert.equal(closed.releasedAssignments, 1);
    const { assignments } = await dispatch.listAssignments({ incidentId: incident.id });
    const out = [AssignmentState.RESERVED, AssignmentState.MOBILIZING, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE, AssignmentState.WORKING];
    assert.ok(assignments.every((assignment) => !out.includes(assignment.state)));
  });

  test("the audit trail tells it all and is intact; nothing is violated", async () => {
    const audit = client(AuditService, keyOf("auditor"));
    const { records } = await audit.listAuditRecords({ owner: "dispatch", objectId: incident.id, pageSize: 100 });
    assert.ok(records.length >= 2);
    const verified = await eventually("a linked chain", () => audit.verifyAudit({ owner: "dispatch" }), (answer) => answer.unlinked === 0n);
    assert.equal(verified.intact, true, verified.problem);
    const { violations } = await client(InvariantService, keyOf("operator")).verify({});
    assert.deepEqual(violations, []);
  });
});

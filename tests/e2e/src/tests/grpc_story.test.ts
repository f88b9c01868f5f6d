// One mobilization, from the alert until the teams are home, by gRPC alone.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { eventually, keyOf } from "../support/clients.js";
import { call, exchange, refused, Subscription, type Answer, type Delivery } from "../support/grpc.js";
import { alertXml, helperOf, place, registerHelpers, windowFromNow, type Helper } from "../support/town.js";

type Line = Answer & { id: string; quantity: number; filled: number };
type Offer = Answer & { id: string; lineId: string; organizationId: string; wave: number; assignmentId: string };
type Team = { teamId: string; travelSeconds?: number; parts: object[]; explanation: { zh: string; en: string } };
type Plan = Answer & { lines: { lineId: string; teams: Team[] }[] };

/** What no team of another test can do. */
const [distribution, hotline] = ["goods_distribution", "crisis_hotline"];

describe("one mobilization by gRPC", () => {
  const tokens = new Map<string, string>();
  const subscriptions = new Map<string, Subscription>();
  let helpers: Helper[] = [];
  let operator = "";
  let incident: Answer;
  let request: Answer;
  let plan: Plan;
  let offers: Offer[];
  let assignment: Answer;

  const dispatch = (method: string, body: object, token = operator) => call("dispatch", "DispatchService", method, { requestId: randomUUID(), ...body }, token);
  const matching = (method: string, body: object) => call("matching", "MatchingService", method, body, operator);
  const notify = (method: string, body: object, token = operator) => call("notify", "NotifyService", method, body, token);
  const tokenOf = (organizationId: string): string => tokens.get(helperOf(helpers, organizationId).organization.id) ?? "";
  const lines = () => request.lines as Line[];
  const offersOf = async (line: Line | undefined, state: string): Promise<Offer[]> =>
    ((await dispatch("ListOffers", { lineId: line?.id, states: [`OFFER_STATE_${state}`], pageSize: 100 })).offers ?? []) as Offer[];
  /** Answers as the organization that was asked. */
  const answer = async (offer: Offer | undefined, kind: string, more: object = {}): Promise<Offer> => {
    assert.ok(offer);
    return (await dispatch("AnswerOffer", { id: offer.id, answer: `OFFER_ANSWER_${kind}`, ...more }, tokenOf(offer.organizationId))) as Offer;
  };
  /** The line has all that it asked for, and whoever was still asked is stood down. */
  const expectFull = async (nth: number) => {
    const line = ((await dispatch("GetRequest", { id: request.id })).lines as Line[])[nth];
    assert.deepEqual([line?.state, line?.filled], ["LINE_STATE_FILLED", line?.quantity]);
    assert.ok((await offersOf(line, "STOOD_DOWN")).length > 0);
    assert.deepEqual(await offersOf(line, "INVITED"), []);
  };

  before(async () => {
    operator = await exchange(keyOf("operator"));
    helpers = await registerHelpers("综合志愿服务队", 9, [distribution, hotline]);
    for (const helper of helpers) {
      tokens.set(helper.organization.id, await exchange(helper.managerKey));
    }
  });
  after(() => subscriptions.forEach((subscription) => subscription.close()));

  test("an alert becomes an incident", async () => {
    const content = Buffer.from(alertXml(`grpc-${randomUUID()}`));
    const submitted = await call("exchange", "ExchangeService", "SubmitDocument", { requestId: randomUUID(), content, contentType: "application/cap+xml" }, operator);
    const document = submitted.document as { outcome: string; incidentId: string };
    assert.equal(document.outcome, "DOCUMENT_OUTCOME_APPLIED");
    incident = await dispatch("GetIncident", { id: document.incidentId });
    assert.deepEqual([incident.state, incident.mode, incident.event], ["INCIDENT_STATE_ACTIVE", "MODE_REAL", "暴雨内涝"]);
  });

  test("the operator writes two lines, one on site and one remote with two shifts", async () => {
    const unit = "QUANTITY_UNIT_TEAMS";
    request = await dispatch("CreateRequest", {
      resourceRequest: {
        incidentId: incident.id,
        requester: "平江街道办事处",
        lines: [
          { capability: distribution, quantity: 3, unit, position: place, windows: [windowFromNow(8)], wavePolicy: { waveSize: 3, answerSeconds: 120 } },
          { capability: hotline, quantity: 1, unit, place: "PLACE_REMOTE", windows: [windowFromNow(4, 1), windowFromNow(4, 5)], wavePolicy: { waveSize: 2, answerSeconds: 120 } },
        ],
      },
    });
    assert.deepEqual(lines().map((line) => line.state), ["LINE_STATE_OPEN", "LINE_STATE_OPEN"]);
  });

  test("matching ranks the teams of each line with reasons, and says why another may not go", async () => {
    for (const [nth, line] of lines().entries()) {
      const ranked = await eventually("every team in the ranking", () => matching("RankTeams", { lineId: line.id, limit: 200 }), (now) => (now.teams as Team[] | undefined)?.length === helpers.length);
      for (const team of ranked.teams as Team[]) {
        assert.ok(team.parts.length > 0 && team.explanation.zh && team.explanation.en);
        assert.equal(team.travelSeconds === undefined, nth === 1, "only those on site travel");
      }
    }
    const explained = await matching("ExplainTeam", { teamId: helpers[0]?.team.id, need: { capability: "water", position: place, windows: [windowFromNow(8)] } });
    assert.ok(!explained.eligible && (explained.failures as { rule: string }[])[0]?.rule);
  });

  test("a plan has teams for every line and none in two", async () => {
    plan = (await matching("PlanRequest", { resourceRequestId: request.id, overAskPercent: 100 })) as Plan;
    assert.deepEqual(plan.lines.map((line) => line.teams.length), [6, 2]);
    const teams = plan.lines.flatMap((line) => line.teams.map((team) => team.teamId));
    assert.equal(new Set(teams).size, teams.length);
  });

  test("each organization hears of its own offer on its stream, and says that it arrived and was read", async () => {
    for (const [organization, token] of tokens) {
      subscriptions.set(organization, new Subscription(token));
    }
    const chosen = plan.lines.map((line) => ({ lineId: line.lineId, teamIds: line.teams.map((team) => team.teamId) }));
    const invite = () => dispatch("Dispatch", { resourceRequestId: request.id, expectedVersion: plan.version, how: "DISPATCH_HOW_INVITE", lines: chosen });
    offers = (await eventually("the dispatch", invite, () => true)).offers as Offer[];
    assert.deepEqual(lines().map((line) => offers.filter((offer) => offer.lineId === line.id).length), [3, 2], "the first wave");
    for (const offer of offers) {
      const subscription = subscriptions.get(offer.organizationId);
      assert.ok(subscription);
      const delivery = await subscription.about(offer.id);
      assert.ok(delivery.text.zh);
      for (const state of ["DELIVERY_STATE_DELIVERED", "DELIVERY_STATE_READ"]) {
        const receipted = await notify("AcknowledgeDelivery", { requestId: randomUUID(), id: delivery.id, state }, tokenOf(offer.organizationId));
        assert.equal(receipted.state, state);
      }
      const [seen] = (await notify("ListDeliveries", { subjectId: offer.id })).deliveries as Delivery[];
      assert.ok(seen?.state === "DELIVERY_STATE_READ" && seen.deliveredTime && seen.readTime);
      assert.ok(subscription.deliveries.every((other) => other.organizationId === offer.organizationId));
    }
  });

  test("one accepts, one under a condition, one declines; the next wave goes out by itself and fills the line", async () => {
    const [first, second, third] = offers.filter((offer) => offer.lineId === lines()[0]?.id);
    const cover = { state: "COVER_STATE_DECLARED", insurer: "平安", policyNumber: "P-1", validUntilTime: windowFromNow(48).endTime };
    const accepted = await answer(first, "ACCEPT", { cover });
    assert.equal(accepted.state, "OFFER_STATE_ACCEPTED");
    assignment = { id: accepted.assignmentId };
    const held = await answer(second, "PROVISIONAL", { condition: "车辆到位后出发" });
    assert.equal(held.state, "OFFER_STATE_PROVISIONAL");
    const declined = await answer(third, "DECLINE", { declineReason: "DECLINE_REASON_NO_PEOPLE" });
    assert.deepEqual([declined.state, declined.declineReason], ["OFFER_STATE_DECLINED", "DECLINE_REASON_NO_PEOPLE"]);
    const foreign = dispatch("AnswerOffer", { id: second?.id, answer: "OFFER_ANSWER_ACCEPT" }, tokenOf(accepted.organizationId));
    assert.deepEqual((await refused(foreign)).slice(0, 2), [grpc.status.NOT_FOUND, "NOT_FOUND"]);

    const [next] = await eventually("the next wave", () => offersOf(lines()[0], "INVITED"), (now) => now.some((offer) => offer.wave === 2));
    assert.equal((await answer(next, "ACCEPT")).state, "OFFER_STATE_ACCEPTED");
    const confirmed = await dispatch("ConfirmOffer", { id: held.id, expectedVersion: held.version }, tokenOf(held.organizationId));
    assert.equal(confirmed.state, "OFFER_STATE_ACCEPTED");
    await expectFull(0);
  });

  test("the remote line is filled, and who was asked with it is stood down", async () => {
    await answer(offers.find((offer) => offer.lineId === lines()[1]?.id), "ACCEPT");
    await expectFull(1);
  });

  test("a team departs, arrives, works, and goes home", async () => {
    assignment = await dispatch("GetAssignment", { id: assignment.id });
    const leader = tokenOf(String(assignment.organizationId));
    const move = async (method: string, state: string, more: object = {}, token = leader) => {
      assignment = await dispatch(method, { id: assignment.id, expectedVersion: assignment.version, ...more }, token);
      assert.equal(assignment.state, state);
    };
    const advance = (state: string) => move("AdvanceAssignment", state, { state });
    const jump = dispatch("AdvanceAssignment", { id: assignment.id, expectedVersion: assignment.version, state: "ASSIGNMENT_STATE_WORKING" }, leader);
    assert.deepEqual((await refused(jump)).slice(0, 2), [grpc.status.ABORTED, "ILLEGAL_TRANSITION"]);
    await advance("ASSIGNMENT_STATE_MOBILIZING");
    await advance("ASSIGNMENT_STATE_EN_ROUTE");
    await move("CheckIn", "ASSIGNMENT_STATE_ON_SCENE", { headcount: 10, position: place });
    await advance("ASSIGNMENT_STATE_WORKING");
    const report = await dispatch("ReportSituation", { report: { assignmentId: assignment.id, text: "已发放物资 300 份", peopleServed: 300 } }, leader);
    assert.equal(report.incidentId, incident.id);
    await move("ReleaseAssignment", "ASSIGNMENT_STATE_RELEASED", { reason: "任务完成" }, operator);
    await advance("ASSIGNMENT_STATE_RETURNING");
    await move("CheckOut", "ASSIGNMENT_STATE_HOME", { headcount: 10 });
  });

  test("closing the incident releases whoever is still out", async () => {
    incident = await dispatch("GetIncident", { id: incident.id });
    const closed = await dispatch("CloseIncident", { id: incident.id, expectedVersion: incident.version, reason: "积水已退" });
    assert.deepEqual([(closed.incident as Answer).state, closed.releasedAssignments], ["INCIDENT_STATE_CLOSED", 3]);
    const states = ["RESERVED", "MOBILIZING", "EN_ROUTE", "ON_SCENE", "WORKING"].map((state) => `ASSIGNMENT_STATE_${state}`);
    assert.equal((await dispatch("ListAssignments", { incidentId: incident.id, states })).assignments, undefined);
  });

  test("the audit trail tells every step and is intact; nothing is violated", async () => {
    const auditor = await exchange(keyOf("auditor"));
    const audit = (method: string, body: object) => call("common", "AuditService", method, { owner: "dispatch", ...body }, auditor);
    const trail = (await audit("ListAuditRecords", { objectId: assignment.id, pageSize: 100 })).records as { toState: string }[];
    assert.deepEqual(trail.map((record) => record.toState), ["reserved", "mobilizing", "en_route", "on_scene", "working", "released", "returning", "home"]);
    const verified = await eventually("a linked chain", () => audit("VerifyAudit", {}), (now) => (now.unlinked ?? "0") === "0");
    assert.equal(verified.intact, true, String(verified.problem));
    const verification = await call("common", "InvariantService", "Verify", {}, operator);
    assert.equal(verification.violations, undefined);
  });
});

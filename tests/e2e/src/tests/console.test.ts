// The console in a real browser: one mobilization, played by an operator at a desk and organizations on phones.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { DispatchHow, DispatchService } from "../generated/muster/dispatch/v1/dispatch_pb.js";
import { openBrowser, Person } from "../support/browser.js";
import { client, eventually, keyOf, url } from "../support/clients.js";
import { type Helper, place, registerHelpers } from "../support/town.js";

const desk = { width: 1440, height: 900 };
const phone = { width: 360, height: 740 };
/** Of no other test: its teams are ours. */
const capability = "shelter_management";
const title = `古城内涝 ${randomUUID().slice(0, 8)}`;

let browser: Browser;
let helpers: Helper[];

before(async () => {
  const index = await fetch(`${url}/console/`);
  assert.equal(index.status, 200, "the console is not built: deploy/up.sh or tests/run.sh does it");
  helpers = await registerHelpers("安置志愿者", 4, [capability]);
  browser = await openBrowser();
});
after(() => browser.close());

const helperAt = (nth: number): Helper => {
  const helper = helpers[nth];
  assert.ok(helper);
  return helper;
};

/** The row of a team in a table. */
const rowOf = (page: Page, helper: Helper): Locator => page.getByRole("row").filter({ hasText: helper.team.name });

async function openIncident(operator: Person): Promise<string> {
  const { page } = operator;
  await page.getByRole("link", { name: "新建事件" }).click();
  await page.getByLabel("名称").waitFor();
  await operator.look("incident-new");
  await page.getByLabel("名称").fill(title);
  await page.getByLabel("行政区路径").fill("3205");
  await page.getByLabel("纬度").fill(String(place.latitude));
  await page.getByLabel("经度").fill(String(place.longitude));
  await page.getByRole("button", { name: "新建事件" }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  return page.url().split("/").at(-1) ?? "";
}

async function writeRequest(operator: Person): Promise<string> {
  const { page } = operator;
  await page.getByRole("link", { name: "写需求" }).click();
  await page.getByLabel("能力").getByRole("option", { name: "安置点管理" }).waitFor({ state: "attached" });
  await operator.look("request-new");
  await page.getByLabel("提出单位").fill("平江街道办事处");
  await page.getByLabel("能力").selectOption(capability);
  await page.getByLabel("数量").fill("30");
  await page.getByLabel("优先级").selectOption({ label: "1 最高" });
  await page.getByLabel("说明").fill("带手电和雨靴，向张队长报到");
  await page.getByRole("button", { name: "提交需求" }).click();
  await page.getByRole("heading", { name: "方案" }).waitFor();
  return page.url().split("/").at(-1) ?? "";
}

/** Another operator asks the fourth team while the first one's click is on its way. */
async function interfere(page: Page, requestId: string): Promise<void> {
  const operator = client(DispatchService, keyOf("operator"));
  let isFirst = true;
  await page.route("**/muster.dispatch.v1.DispatchService/Dispatch", async (route) => {
    if (!isFirst) {
      return route.continue();
    }
    isFirst = false;
    const request = await operator.getRequest({ id: requestId });
    const lines = request.lines.map((line) => ({ lineId: line.id, teamIds: [helperAt(3).team.id] }));
    await operator.dispatch({ requestId: randomUUID(), resourceRequestId: requestId, expectedVersion: request.version, how: DispatchHow.INVITE, lines });
    return route.continue();
  });
}

async function dispatchInvitations({ page }: Person, requestId: string): Promise<void> {
  const first = rowOf(page, helperAt(0));
  await first.getByRole("checkbox").isChecked();
  await rowOf(page, helperAt(3)).getByText("各项得分").waitFor(); // also of those of later waves
  await first.getByText("各项得分").click();
  assert.ok((await first.getByRole("listitem").count()) >= 2, "the score shows its parts");
  await page.getByRole("button", { name: "查看全部候选" }).click();
  await page.getByText("具备该能力的队伍").waitFor();
  await interfere(page, requestId);
  await page.getByRole("button", { name: /^征询所选的/ }).click();
  await page.locator('[data-reason="VERSION_CONFLICT"]').waitFor();
  await page.getByText("需求在此期间有变化").waitFor();
  await rowOf(page, helperAt(3)).waitFor({ state: "detached" }); // nobody is asked twice
  await page.getByRole("button", { name: /^征询所选的/ }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function openOffer({ page }: Person): Promise<void> {
  await page.getByRole("link").filter({ hasText: title }).click();
  await page.getByRole("group", { name: "您的答复" }).waitFor();
}

async function acceptFewer({ page }: Person): Promise<void> {
  await page.getByRole("radio", { name: "接受", exact: true }).check();
  await page.getByLabel("能来的人数").fill("8");
  await page.getByLabel("保险公司").fill("人保财险");
  await page.getByLabel("保单号").fill("PICC-2026-001");
  await page.getByLabel("有效期至").fill("2099-01-01T00:00");
  await page.getByRole("button", { name: "提交答复" }).click();
  await page.getByText("已接受，队伍已被占用。").waitFor();
}

async function acceptWithCondition({ page }: Person): Promise<void> {
  await page.getByRole("radio", { name: "有条件接受" }).check();
  await page.getByLabel("条件", { exact: true }).fill("需要派车接送");
  await page.getByRole("button", { name: "提交答复" }).click();
  await page.getByRole("status").getByText("有条件接受").waitFor();
}

async function decline({ page }: Person): Promise<void> {
  await page.getByRole("radio", { name: "谢绝" }).check();
  await page.getByLabel("谢绝理由").selectOption({ label: "另有任务" });
  await page.getByRole("textbox", { name: "备注" }).fill("明天可以");
  await page.getByRole("button", { name: "提交答复" }).click();
  await page.getByText("这个征询已经结束").waitFor();
}

const cell = (page: Page, name: string): Locator => page.locator(`tr[data-line="${capability}"] [data-cell="${name}"]`);

/** Waits until a cell shows a number, without anything being refreshed. */
function shows(page: Page, name: string, number: string): Promise<unknown> {
  return eventually(`the line shows ${name} ${number}`, () => cell(page, name).innerText(), (text) => text.trim().startsWith(number));
}

async function advance({ page }: Person, button: string, state: string): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("status").getByText(state).waitFor();
}

test("One mobilization is played with the console, at a desk and on phones", async (context) => {
  const operator = await Person.enter(browser, "operator", desk);
  const leader = await Person.enter(browser, "leader", phone);
  const second = await Person.enter(browser, "second organization", phone);
  const third = await Person.enter(browser, "third organization", phone);
  context.after(() => Promise.all([operator, leader, second, third].map((person) => person.show(`end-${person.name}`).catch(() => undefined))));

  // A key that is wrong is told in the person's language; then the right one.
  await operator.page.goto(url);
  await operator.look("sign-in");
  await operator.page.getByLabel("API 密钥").fill("mk_wrong");
  await operator.page.getByRole("button", { name: "登录" }).click();
  await operator.page.getByRole("alert").getByText("需要登录或有效的密钥").waitFor();
  await operator.signIn(keyOf("operator"));

  await leader.signIn(helperAt(0).managerKey);
  await second.signIn(helperAt(1).managerKey);
  await third.signIn(helperAt(3).managerKey);
  await leader.page.getByText("没有等待答复的征询").waitFor();

  await operator.page.getByRole("link", { name: "新建事件" }).waitFor();
  await operator.look("queue-first");
  const incidentId = await openIncident(operator);
  const requestId = await writeRequest(operator);
  await operator.look("plan");
  await dispatchInvitations(operator, requestId);
  await shows(operator.page, "invited", "40");

  // Offers come to the phones by themselves.
  await leader.page.getByRole("link").filter({ hasText: title }).waitFor();
  await leader.look("phone-mine");
  await openOffer(leader);
  await leader.look("phone-offer");
  await acceptFewer(leader);
  await leader.look("phone-accepted");
  await openOffer(second);
  await acceptWithCondition(second);
  await openOffer(third);
  await decline(third);

  // The operator sees all of it, and settles what waits.
  await shows(operator.page, "accepted", "8");
  await shows(operator.page, "held", "10");
  await operator.look("incident");
  await operator.page.getByText("需要派车接送").waitFor();
  await rowOf(operator.page, helperAt(1)).getByRole("button", { name: "确认" }).click();
  await shows(operator.page, "accepted", "18");
  await operator.page.getByRole("link", { name: "待办" }).click();
  await operator.page.locator(`[data-incident="${incidentId}"]`).waitFor();
  await operator.look("queue");
  await operator.page.locator(`[data-incident="${incidentId}"]`).getByRole("link").click();

  await leader.page.getByRole("link", { name: "查看任务" }).click();
  await advance(leader, "开始集结", "集结中");
  await leader.look("phone-assignment");
  await advance(leader, "出发", "途中");

  // A screen that has lost its connection says so, and goes on where it stopped.
  await operator.setOffline(true);
  await operator.look("incident-disconnected");
  await leader.page.getByLabel("到场人数").fill("8");
  await advance(leader, "到场登记", "已到场");
  await leader.look("phone-on-scene");
  await operator.setOffline(false);
  const duty = operator.page.locator("tr[data-assignment]").filter({ hasText: helperAt(0).team.name });
  await duty.getByText("已到场").waitFor();
  await duty.getByText(/到场 8 人/).waitFor();
  await advance(leader, "开始工作", "工作中");
  await leader.page.getByText("指挥中心解除任务后").waitFor();

  await duty.getByText("工作中").waitFor();

  // The operator releases by keyboard; the leader sees the next step by itself.
  await duty.getByRole("button", { name: "解除任务" }).focus();
  await operator.page.keyboard.press("Enter");
  await operator.page.getByRole("dialog").waitFor();
  await operator.look("release-dialog");
  await operator.page.getByLabel("理由").fill("安置点已满");
  await operator.page.keyboard.press("Tab");
  await operator.page.keyboard.press("Tab");
  await operator.page.keyboard.press("Enter");
  await advance(leader, "开始返程", "返程中");
  await leader.page.getByLabel("平安归队人数").fill("8");
  await advance(leader, "归队登记", "已归队");
  await leader.page.getByText("任务已结束。").waitFor();
  await duty.getByText("已归队").waitFor();
  await duty.getByText(/归队 8 人/).waitFor();

  // A reload keeps the person signed in, in this tab only; signing out does not.
  await operator.page.reload();
  await operator.page.getByRole("heading", { level: 1, name: title }).waitFor();
  assert.equal(await operator.page.evaluate("localStorage.getItem('muster.key')"), null);
  await operator.page.getByRole("button", { name: "退出" }).click();
  await operator.page.getByLabel("API 密钥").waitFor();
  assert.equal(await operator.page.evaluate("sessionStorage.length"), 0);

  // Two refusals: the wrong key, and the conflict.
  await operator.leave(2);
  await leader.leave();
  await second.leave();
  await third.leave();
});

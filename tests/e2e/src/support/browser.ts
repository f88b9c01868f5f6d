// A browser as the people of a mobilization use it, and what must never happen in it.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Page, type ViewportSize } from "playwright-core";
import { url } from "./clients.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [
  { language: "en", label: "English", colorScheme: "dark" },
  { language: "zh-CN", label: "中文", colorScheme: "light" },
] as const;
const pictures = process.env.MUSTER_SCREENSHOTS;

export function openBrowser(): Promise<Browser> {
  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  // As root Chromium runs without its sandbox only; it opens nothing here but Muster.
  return chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-dev-shm-usage", "--lang=zh-CN"] });
}

interface AxeResult {
  violations: { id: string; impact: string | null; nodes: { html: string }[] }[];
}

/** One person at one screen. What the browser complains of, and every request elsewhere, is kept and must be nothing. */
export class Person {
  readonly complaints: string[] = [];
  /** Answers of 400 and more, which the browser reports too; a test says how many it expects. */
  refusals = 0;
  private isOffline = false;

  private constructor(
    readonly name: string,
    readonly page: Page,
  ) {}

  static async enter(browser: Browser, name: string, viewport: ViewportSize): Promise<Person> {
    const context = await browser.newContext({ viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce" });
    const person = new Person(name, await context.newPage());
    person.watch();
    return person;
  }

  private watch(): void {
    this.page.on("console", (message) => {
      if (message.text().startsWith("Failed to load resource: the server responded")) {
        this.refusals += 1;
      } else if (this.isOffline && message.text().includes("net::ERR_INTERNET_DISCONNECTED")) {
        return; // it tries to come back
      } else if (message.type() === "error" || message.type() === "warning") {
        this.complaints.push(message.text());
      }
    });
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("request", (request) => {
      if (new URL(request.url()).host !== new URL(url).host) {
        this.complaints.push(`a request to ${request.url()}`);
      }
      if (request.url().includes("mk_")) {
        this.complaints.push(`a key in an address: ${request.method()} ${new URL(request.url()).pathname}`);
      }
    });
  }

  async setOffline(offline: boolean): Promise<void> {
    this.isOffline = this.isOffline || offline;
    await this.page.context().setOffline(offline);
    await this.page.locator(`[data-state="${offline ? "disconnected" : "live"}"]`).waitFor();
    this.isOffline = offline;
  }

  /** Goes to the console and signs in. */
  async signIn(key: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByLabel("API 密钥").fill(key);
    await this.page.getByRole("button", { name: "登录" }).click();
    await this.page.locator('[data-state="live"]').waitFor();
  }

  /** In both languages, dark and light: accessible, no wider than the screen; and a picture of each where they are wanted. */
  async look(what: string): Promise<void> {
    for (const { language, label, colorScheme } of looks) {
      await this.page.locator("header select").selectOption({ label });
      await this.page.locator(`html[lang="${language}"]`).waitFor();
      await this.page.emulateMedia({ colorScheme });
      await this.lookOnce(`${what}-${language}-${colorScheme}`);
    }
  }

  private async lookOnce(what: string): Promise<void> {
    await this.show(what);
    const tooWide = await this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(tooWide, false, `${what} is wider than the screen`);
    await this.page.evaluate(axe);
    const found = (await this.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
    const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const shown = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
    assert.deepEqual(shown, [], `axe on ${what}`);
  }

  /** A picture of the screen as it is, where pictures are wanted. */
  async show(what: string): Promise<void> {
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      await this.page.screenshot({ path: join(pictures, `${what}.png`), fullPage: true });
    }
  }

  /** Leaves. Fails where the browser had anything to complain of. */
  async leave(refusals = 0): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, [], `${this.name}: complaints of the browser`);
    assert.equal(this.refusals, refusals, `${this.name}: refused calls`);
  }
}

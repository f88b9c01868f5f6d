// Every text is there in both languages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescEnum } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { file_muster_common_v1_types } from "../src/generated/muster/common/v1/types_pb";
import { file_muster_dispatch_v1_dispatch } from "../src/generated/muster/dispatch/v1/dispatch_pb";
import { en } from "../src/i18n/en";
import { zhCN } from "../src/i18n/zh_cn";

type Tree = { [key: string]: string | Tree };
const languages: Record<string, Tree> = { "zh-CN": zhCN, en };

function textsOf(tree: Tree, path = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") {
      texts.set(at, value);
    } else {
      textsOf(value, at).forEach((text, each) => texts.set(each, text));
    }
  }
  return texts;
}

/** Those that a page may show: of the messages of a mobilization. */
const enums: DescEnum[] = [...file_muster_dispatch_v1_dispatch.enums, ...file_muster_common_v1_types.enums];

test.each(Object.keys(languages))("Every value of every enum has a text in %s", (language) => {
  const texts = textsOf(languages[language] ?? {});
  const missing = enums.flatMap((schema) =>
    schema.values.map((value) => `enums.${schema.name}.${value.localName}`).filter((key) => (texts.get(key) ?? "") === ""),
  );
  expect(missing).toEqual([]);
  expect(enums.length).toBeGreaterThan(15);
});

test("No text stands for a value that no longer exists", () => {
  const known = new Set(enums.flatMap((schema) => schema.values.map((value) => `enums.${schema.name}.${value.localName}`)));
  const old = [...textsOf(zhCN).keys()].filter((key) => key.startsWith("enums.") && !known.has(key));
  expect(old).toEqual([]);
});

test.each(Object.keys(languages))("Every alarm that an assignment can have has a text in %s", (language) => {
  const texts = textsOf(languages[language] ?? {});
  const rules = readFileSync(join(import.meta.dirname, "../../../libs/domain/src/eligibility.cpp"), "utf8");
  const names = [...rules.matchAll(/\{k\w+, "([A-Z_]+)"/g)].map(([, name]) => name ?? "");
  // What an assignment is not checked for once it is booked, see ConcernsStanding in services/dispatch/core/alarm.cpp.
  const never = ["NOT_AVAILABLE", "BOOKED", "NOT_RESTED", "HOURS_EXCEEDED", "NOT_ENROLLED"];
  const alarms = [...names.filter((name) => !never.includes(name)), "ARRIVAL_OVERDUE", "NO_COVER"];
  expect(names.length).toBeGreaterThan(10);
  expect(alarms.filter((name) => !texts.has(`alarm.${name.toLowerCase()}`))).toEqual([]);
});

test("Both languages have the same texts with the same places for values", () => {
  const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
  const chinese = textsOf(zhCN);
  const english = textsOf(en);
  expect([...english.keys()]).toEqual([...chinese.keys()]);
  const differing = [...chinese].filter(([key, text]) => places(text).join() !== places(english.get(key) ?? "").join());
  expect(differing).toEqual([]);
});

test("No English text is Chinese, and none is empty", () => {
  const wrong = [...textsOf(en)].filter(([, text]) => /\p{Script=Han}/u.test(text) || text.trim() === "");
  expect(wrong).toEqual([]);
});

/** Keys as the source names them: t("queue.title"), t(`live.${state}`). */
function keysInSource(): string[] {
  const folder = join(import.meta.dirname, "../src");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.(vue|ts)$/.test(name) && !name.includes("generated"));
  return files.flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/\bt\(\s*["'`]([a-z_]+\.[^"'`]*)["'`]/g)].map(([, key]) => key ?? ""));
}

test("Every text that the pages ask for exists, and every text is asked for", () => {
  const keys = [...textsOf(zhCN).keys()].filter((key) => !key.startsWith("enums.") && !key.startsWith("alarm."));
  const asked = [...new Set(keysInSource())].filter((key) => !key.startsWith("enums.") && !key.startsWith("alarm."));
  // A part in ${} may be anything.
  const patterns = asked.map((key) => ({ key, form: new RegExp(`^${key.replaceAll(".", "\\.").replace(/\$\{[^}]*\}/g, "[a-z_0-9]+")}$`) }));
  expect(patterns.filter(({ form }) => !keys.some((key) => form.test(key))).map(({ key }) => key)).toEqual([]);
  expect(keys.filter((key) => !patterns.some(({ form }) => form.test(key)))).toEqual([]);
});

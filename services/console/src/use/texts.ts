import type { DescEnum } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import type { LocalizedText, Window } from "../generated/muster/common/v1/types_pb";
import { i18n, locale } from "../i18n";

export interface Texts {
  t(key: string, values?: Record<string, unknown>): string;
  /** The text of a value of a contract's enum. */
  enumText(schema: DescEnum, value: number): string;
  /** The text of an alarm of an assignment: "BLACKLISTED". */
  alarmText(name: string): string;
  /** Of the server's two sentences that of the person's language. */
  localized(text: LocalizedText | undefined): string;
  time(time: Timestamp | Date | undefined): string;
  span(windows: Window[]): string;
}

export function useTexts(): Texts {
  const t = (key: string, values: Record<string, unknown> = {}): string => i18n.global.t(key, values);

  function enumText(schema: DescEnum, value: number): string {
    const name = schema.value[value]?.localName;
    return name === undefined ? t("common.unknown_value", { value }) : t(`enums.${schema.name}.${name}`);
  }

  function alarmText(name: string): string {
    const key = `alarm.${name.toLowerCase()}`;
    return i18n.global.te(key) ? t(key) : t("alarm.unknown", { name });
  }

  function localized(text: LocalizedText | undefined): string {
    return (locale.value === "zh-CN" ? text?.zh : text?.en) ?? "";
  }

  function time(given: Timestamp | Date | undefined): string {
    if (given === undefined) {
      return "";
    }
    const date = given instanceof Date ? given : timestampDate(given);
    const isToday = date.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(locale.value, {
      ...(isToday ? {} : { month: "numeric", day: "numeric" }),
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(date);
  }

  function span(windows: Window[]): string {
    const shown = windows.map((window) => `${time(window.startTime)} – ${time(window.endTime)}`);
    return shown.length > 2 ? `${shown[0]} … ${shown.at(-1)} (${windows.length})` : shown.join("; ");
  }

  return { t, enumText, alarmText, localized, time, span };
}

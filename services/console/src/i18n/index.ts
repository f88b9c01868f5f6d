import { computed } from "vue";
import { createI18n } from "vue-i18n";
import { en } from "./en";
import { zhCN } from "./zh_cn";

export type Language = "zh-CN" | "en";

const storageName = "muster.language";

function firstLanguage(): Language {
  return globalThis.localStorage?.getItem(storageName) === "en" ? "en" : "zh-CN";
}

export const i18n = createI18n({ legacy: false, locale: firstLanguage(), fallbackLocale: "zh-CN", messages: { "zh-CN": zhCN, en } });

/** The language that everything is shown in. */
export const locale = computed(() => i18n.global.locale.value as Language);

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(storageName, language);
  showLanguage();
}

/** Tells readers of the page, such as screen readers, which language it is in. */
export function showLanguage(): void {
  document.documentElement.lang = locale.value;
}

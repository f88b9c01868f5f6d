import { defineStore } from "pinia";
import { computed, reactive, shallowRef } from "vue";
import { registry } from "../api/clients";
import type { Capability } from "../generated/muster/registry/v1/registry_pb";
import { locale } from "../i18n";

const atATime = 4;

/** Names of what other services only know by id or code. */
export const useNames = defineStore("names", () => {
  const teams = reactive(new Map<string, string>());
  const capabilities = shallowRef<Capability[]>([]);
  const byCode = computed(() => new Map(capabilities.value.map((each) => [each.code, each])));
  const asked = new Set<string>();
  const waiting: string[] = [];
  let running = 0;
  let loading: Promise<void> | undefined;

  async function loadCapabilities(): Promise<void> {
    loading ??= registry.listCapabilities({}).then((answer) => {
      capabilities.value = answer.capabilities;
    });
    await loading.catch(() => {
      loading = undefined;
    });
  }

  async function readNext(): Promise<void> {
    running += 1;
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const team = await registry.getTeam({ id }).catch(() => undefined);
      if (team !== undefined) {
        teams.set(id, team.name);
      }
    }
    running -= 1;
  }

  /** The name of a team; the end of its id until it is known. */
  function team(id: string): string {
    if (!asked.has(id)) {
      asked.add(id);
      waiting.push(id);
      if (running < atATime) {
        void readNext();
      }
    }
    return teams.get(id) ?? `…${id.slice(-6)}`;
  }

  function know(id: string, name: string): void {
    asked.add(id);
    teams.set(id, name);
  }

  function nameOf(one: Capability): string {
    return locale.value === "zh-CN" ? one.nameZh : one.nameEn;
  }

  function capability(code: string): string {
    const one = byCode.value.get(code);
    return one === undefined ? code : nameOf(one);
  }

  return { capabilities, byCode, loadCapabilities, team, know, nameOf, capability };
});

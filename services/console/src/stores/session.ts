import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { caller, identity } from "../api/clients";
import type { Account } from "../generated/muster/identity/v1/identity_pb";

const storageName = "muster.key";
const operatorRoles = ["city_operator", "district_operator", "street_operator"];
const organizationRoles = ["organization_manager", "team_leader"];

/** Who is signed in. */
export const useSession = defineStore("session", () => {
  const account = shallowRef<Account>();
  /** Set when the key stopped working while it was used. */
  const ended = ref(false);

  const has = (roles: string[]) => computed(() => account.value?.roles.some((role) => roles.includes(role)) ?? false);
  const isOperator = has(operatorRoles);
  const isOrganization = has(organizationRoles);
  const home = computed(() => (isOperator.value ? "/queue" : isOrganization.value ? "/mine" : "/no-pages"));

  function forget(): void {
    account.value = undefined;
    caller.key = "";
    sessionStorage.removeItem(storageName);
  }

  caller.onRefused = () => {
    ended.value = account.value !== undefined;
    forget();
  };

  /** Throws what the server answered; then nobody is signed in. */
  async function signIn(key: string): Promise<void> {
    caller.key = key.trim();
    try {
      account.value = (await identity.whoAmI({})).account;
    } catch (error) {
      caller.key = "";
      throw error;
    }
    ended.value = false;
    sessionStorage.setItem(storageName, caller.key);
  }

  /** After a reload of the tab. False where there is no key; throws like signIn, and keeps the key then. */
  async function restore(): Promise<boolean> {
    const key = sessionStorage.getItem(storageName);
    if (account.value === undefined && key !== null) {
      await signIn(key);
    }
    return account.value !== undefined;
  }

  function signOut(): void {
    ended.value = false;
    forget();
  }

  /** Asks whether the key is still good; a refused one ends the session by caller.onRefused. */
  async function check(): Promise<void> {
    await identity.whoAmI({}).catch(() => undefined);
  }

  return { account, ended, isOperator, isOrganization, home, signIn, restore, signOut, check };
});

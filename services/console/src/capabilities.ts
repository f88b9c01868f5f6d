import type { Capability } from "./generated/muster/registry/v1/registry_pb";

export interface CapabilityGroup {
  root: Capability;
  members: Capability[];
}

/** What can be asked for, by the widest kinds, which themselves only group others. */
export function groupsOf(capabilities: Capability[]): CapabilityGroup[] {
  const byCode = new Map(capabilities.map((each) => [each.code, each]));
  function rootOf(one: Capability): Capability {
    const parent = byCode.get(one.parent);
    return parent === undefined ? one : rootOf(parent);
  }
  return capabilities
    .filter((each) => each.parent === "")
    .map((root) => ({ root, members: capabilities.filter((each) => each.parent !== "" && rootOf(each) === root) }))
    .filter((group) => group.members.length > 0);
}

import { randomUUID } from "node:crypto";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { IdentityService } from "../generated/muster/identity/v1/identity_pb.js";
import { OrganizationKind, type Organization } from "../generated/muster/registry/v1/organization_pb.js";
import { RegistryService, type Team } from "../generated/muster/registry/v1/registry_pb.js";
import { client, keyOf } from "./clients.js";

/** An organization with one team and the key of its manager. */
export interface Helper {
  organization: Organization;
  team: Team;
  managerKey: string;
}

export const capability = "psychological_support";
/** Where the teams of the tests are, in the middle of the city. */
export const place = { latitude: 31.31, longitude: 120.62 };

const day = 24 * 3600 * 1000;

async function managerKey(organization: Organization): Promise<string> {
  const identity = client(IdentityService, keyOf("admin"));
  const account = await identity.createAccount({
    requestId: randomUUID(),
    account: {
      login: `e2e-${randomUUID()}`,
      roles: ["organization_manager"],
      districtPath: organization.districtPath,
      organizationId: organization.id,
    },
  });
  const key = await identity.createApiKey({ requestId: randomUUID(), accountId: account.id, label: "e2e" });
  return key.secret;
}

/**
 * Registers an organization with a team of `headcount` people, as an officer does. The team holds each of the
 * capabilities at level 2; the higher its `nth`, the farther it is from `place`.
 */
export async function registerHelper(name: string, headcount: number, nth: number, capabilities = [capability]): Promise<Helper> {
  const registry = client(RegistryService, keyOf("officer"));
  const organization = await registry.createOrganization({
    requestId: randomUUID(),
    organization: {
      name,
      kind: OrganizationKind.FILED_GROUP,
      filingOffice: "平江街道办事处",
      filingNumber: `E2E-${randomUUID()}`,
      districtPath: "3205/320508",
      position: place,
    },
  });
  const team = await registry.createTeam({
    requestId: randomUUID(),
    team: {
      organizationId: organization.id,
      name: `${name}一队`,
      headcount,
      basePosition: { latitude: place.latitude + nth * 0.002, longitude: place.longitude },
      turnoutMinutes: 15,
      worksRemotely: true,
      languages: ["zh-CN"],
      capabilities: capabilities.map((held) => ({
        capability: held,
        level: 2,
        validFromTime: timestampFromDate(new Date(Date.now() - 100 * day)),
        validUntilTime: timestampFromDate(new Date(Date.now() + 300 * day)),
      })),
      districtPath: organization.districtPath,
    },
  });
  return { organization, team, managerKey: await managerKey(organization) };
}

/** So many organizations, each with a team of 10. */
export function registerHelpers(name: string, count: number, capabilities = [capability]): Promise<Helper[]> {
  return Promise.all(
    Array.from({ length: count }, (_, nth) => registerHelper(`${name}-${nth}-${randomUUID().slice(0, 8)}`, 10, nth, capabilities)),
  );
}

/** The one whose organization it is. */
export function helperOf(helpers: Helper[], organizationId: string): Helper {
  const found = helpers.find((helper) => helper.organization.id === organizationId);
  if (found === undefined) {
    throw new Error(`an organization of another test was asked: ${organizationId}`);
  }
  return found;
}

/** A CAP 1.2 alert sent now. */
export function alertXml(identifier: string, status: "Actual" | "Exercise" = "Actual"): string {
  const stamp = new Date().toISOString().replace(/\.\d+Z$/, "+00:00");
  return `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>${identifier}</identifier><sender>duty@flood.example.cn</sender><sent>${stamp}</sent>
  <status>${status}</status><msgType>Alert</msgType><scope>Public</scope>
  <info>
    <language>zh-CN</language><category>Met</category><event>暴雨内涝</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
    <headline>古城低洼片区积水</headline>
    <area><areaDesc>古城东部</areaDesc>
      <polygon>31.290,120.600 31.290,120.650 31.330,120.650 31.330,120.600 31.290,120.600</polygon></area>
  </info>
</alert>`;
}

/** So many hours, from now on or from so many hours later. */
export function windowFromNow(hours: number, later = 0) {
  const start = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + later * 3600_000);
  return { startTime: timestampFromDate(start), endTime: timestampFromDate(new Date(start.getTime() + hours * 3600_000)) };
}

// The services behind the gateway, in the binary format.
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { DispatchService } from "../generated/muster/dispatch/v1/dispatch_pb";
import { IdentityService } from "../generated/muster/identity/v1/identity_pb";
import { MatchingService } from "../generated/muster/matching/v1/matching_pb";
import { RegistryService } from "../generated/muster/registry/v1/registry_pb";

/** Who calls: the key is in memory, and in the tab's own storage for a reload; never in an address. */
export const caller = {
  key: "",
  /** Called when the key is no longer good. */
  onRefused: (): void => {},
};

const authorize: Interceptor = (next) => async (request) => {
  const { key } = caller;
  request.header.set("Authorization", `Bearer ${key}`);
  try {
    return await next(request);
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated && key === caller.key) {
      caller.onRefused();
    }
    throw error;
  }
};

const transport = createConnectTransport({
  baseUrl: globalThis.location?.origin ?? "",
  useBinaryFormat: true,
  interceptors: [authorize],
  defaultTimeoutMs: 10_000,
});

export const dispatch = createClient(DispatchService, transport);
export const identity = createClient(IdentityService, transport);
export const matching = createClient(MatchingService, transport);
export const registry = createClient(RegistryService, transport);

/** Every page of a list, at most `most` items. */
export async function allPages<Page extends { nextPageToken: string }, Item>(
  read: (pageToken: string) => Promise<Page>,
  itemsOf: (page: Page) => Item[],
  most = 5_000,
): Promise<Item[]> {
  const items: Item[] = [];
  let token = "";
  do {
    const page = await read(token);
    items.push(...itemsOf(page));
    token = page.nextPageToken;
  } while (token !== "" && items.length < most);
  return items;
}

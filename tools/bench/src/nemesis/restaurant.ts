import { StaffClient } from "@waiter/client";
import type { Envelope } from "@waiter/contracts";
import type { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

export interface Restaurant {
  readonly id: string;
  readonly slug: string;
  readonly host: string;
  readonly tableTokens: readonly string[];
  readonly tableIds: readonly string[];
  readonly owner: { readonly email: string; readonly password: string };
}

/** A new tenant with `tables` tables, made by the platform token that the run gave the system. */
export async function openRestaurant(
  system: LocalSystem,
  platformToken: string,
  slug: string,
  tables: number,
): Promise<Restaurant> {
  const owner = { email: `owner@${slug}.example`, password: `password-of-${slug}` };
  const host = new URL(system.domainUrl).host;
  const answer = (await post(
    system.local().api,
    "/api/platform/tenants",
    host,
    {
      slug,
      name: slug,
      owner: { ...owner, name: "Owner" },
      tables: Array.from({ length: tables }, (_, index) => `${index + 1}`),
    },
    { authorization: `Bearer ${platformToken}` },
  )) as { tenant: { id: string }; tables: { id: string; token: string }[] };
  return {
    id: answer.tenant.id,
    slug,
    host: `${slug}.${host}`,
    owner,
    tableTokens: answer.tables.map(({ token }) => token),
    tableIds: answer.tables.map(({ id }) => id),
  };
}

/** A staff screen that writes down every event that it applied, in the order it did. */
export interface Recorder {
  readonly restaurant: Restaurant;
  readonly client: StaffClient;
  readonly applied: Envelope[];
}

export async function openScreen(
  restaurant: Restaurant,
  baseUrl: string,
  Client: typeof StaffClient = StaffClient,
): Promise<Recorder> {
  const applied: Envelope[] = [];
  const client = new Client({
    baseUrl,
    headers: { host: restaurant.host },
    refresh: "body",
    everyEvent: true,
    onEvent: (event) => applied.push(event),
  });
  await client.login(restaurant.owner.email, restaurant.owner.password);
  client.connect();
  return { restaurant, client, applied };
}

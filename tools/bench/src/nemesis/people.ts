import { GuestClient, StaffClient } from "@waiter/client";
import type { Truth } from "./read-truth.ts";
import type { Restaurant } from "./restaurant.ts";

interface Row {
  readonly id: string;
  readonly state: string;
  readonly version: number;
}

/** A person's page whose rows must equal the database in the end. */
export interface Page {
  readonly name: string;
  readonly restaurant: Restaurant;
  readonly rows: () => readonly Row[];
  /** The same rows in the database. */
  readonly due: (truth: Truth) => readonly Row[];
  readonly close: () => void;
}

const isOpen = ({ state }: Row): boolean => state === "new" || state === "claimed";

/** A board as the product opens it: after a long break it takes a snapshot. */
export async function openBoard(restaurant: Restaurant, baseUrl: string): Promise<Page> {
  const client = new StaffClient({ baseUrl, headers: { host: restaurant.host }, refresh: "body" });
  await client.login(restaurant.owner.email, restaurant.owner.password);
  client.connect();
  return {
    name: `board of ${restaurant.slug}`,
    restaurant,
    rows: () => client.requests,
    due: ({ requests }) => [...requests.values()],
    close: () => client.close(),
  };
}

/** A guest's page at one table, which also sends requests. */
export function openGuest(
  restaurant: Restaurant,
  table: number,
  baseUrl: string,
  onSent: (requestId: string) => void,
): Page & { readonly call: (type: string) => void } {
  const tableToken = restaurant.tableTokens[table] ?? "";
  const client = new GuestClient({ baseUrl, headers: { host: restaurant.host }, tableToken });
  client.on("sent", (_call, { id }) => onSent(id));
  client.connect();
  return {
    name: `guest at table ${table} of ${restaurant.slug}`,
    restaurant,
    rows: () => client.requests,
    due: ({ requests }) =>
      [...requests.values()].filter(({ tableId }) => tableId === restaurant.tableIds[table]),
    call: (type) => void client.call({ type }),
    close: () => client.close(),
  };
}

/** How the open rows of a page differ from the database; undefined when they are the same. */
export function pageProblem(page: Page, truth: Truth): string | undefined {
  const text = (rows: readonly Row[]): string[] =>
    rows
      .filter(isOpen)
      .map(({ id, state, version }) => `${id} ${state} v${version}`)
      .toSorted();
  const [shown, due] = [text(page.rows()), text(page.due(truth))];
  const extra = shown.filter((row) => !due.includes(row));
  const missing = due.filter((row) => !shown.includes(row));
  if (extra.length + missing.length === 0) return undefined;
  return `${page.name}: shows [${extra.join(", ")}], the database holds [${missing.join(", ")}]`;
}

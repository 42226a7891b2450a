import { GuestClient, StaffClient, type ConnectionState } from "@waiter/client";
import type { LocalSystem } from "../system/local-system.ts";
import { callers } from "./callers.ts";

/** Pages that run the SDK, beside the swarm's bare sockets: they ask what real pages ask. */
export interface Pages extends Disposable {
  /** How many are not `live`. */
  away(): number;
  /** When the board applied the creation of each request, by its id: `performance.now()`. */
  readonly heard: ReadonlyMap<string, number>;
}

/** Opens `guests` guests' pages at tables that no caller uses, and one board. */
export async function openPages(system: LocalSystem, guests: number): Promise<Pages> {
  const { tables, staffMembers } = system.local();
  const free = tables.slice(callers);
  const pages = Array.from({ length: guests }, (_, index) => {
    const tableToken = free[index % free.length]?.token ?? "";
    const page = new GuestClient({ ...system.tenant, tableToken });
    page.connect();
    return page;
  });
  const member = staffMembers.find(({ role }) => role === "waiter");
  const heard = new Map<string, number>();
  const board = new StaffClient({
    ...system.tenant,
    refresh: "body",
    everyEvent: true,
    onEvent: ({ type, data }) => {
      if (type !== "request.created") return;
      heard.set((data as { request: { id: string } }).request.id, performance.now());
    },
  });
  await board.login(member?.email ?? "", member?.password ?? "");
  board.connect();
  const all: readonly { readonly state: ConnectionState; close(): void }[] = [...pages, board];
  return {
    away: () => all.filter(({ state }) => state !== "live").length,
    heard,
    [Symbol.dispose]: () => all.forEach((page) => page.close()),
  };
}

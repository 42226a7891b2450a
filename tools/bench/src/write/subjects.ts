import { randomUUID } from "node:crypto";
import type { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";
import type { Parts } from "./cpu-parts.ts";

/** A server under test: creates a request at a table, then cancels it. */
export interface Subject {
  readonly name: string;
  /** The server's process. */
  readonly pid: number;
  /** What works for it beside its server and Postgres: Redis, for Waiter also gateway and worker. */
  readonly others: Parts;
  readonly createAndCancel: (index: number) => Promise<void>;
}

const key = () => ({ "idempotency-key": randomUUID() });

/** A guest of its own at each of the first tables. */
export async function waiter(system: LocalSystem, lanes: number): Promise<Subject> {
  const { api, tables, pids } = system.local();
  const host = system.tenantHost;
  const guests = await Promise.all(
    tables.slice(0, lanes).map(async ({ token }) => {
      const answer = await post(api, "/api/guest/sessions", host, { tableToken: token });
      return { authorization: `Bearer ${(answer as { accessToken: string }).accessToken}` };
    }),
  );
  return {
    name: "Waiter",
    pid: pids.apis[0] ?? 0,
    others: new Map([
      ["gateway", pids.gateways],
      ["worker", [pids.worker]],
      ["Redis", pids.redis === null ? [] : [pids.redis]],
    ]),
    createAndCancel: async (index) => {
      const headers = () => ({ ...guests[index % guests.length], ...key() });
      const created = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: "water" },
        headers(),
      )) as {
        request: { id: string };
      };
      await post(api, `/api/guest/requests/${created.request.id}/cancel`, host, {}, headers());
    },
  };
}

export const peer = (
  name: string,
  { pid, port }: { pid: number; port: number },
  redis: number | null,
): Subject => {
  const [origin, host, tenant] = [`http://127.0.0.1:${port}`, "127.0.0.1", randomUUID()];
  return {
    name,
    pid,
    others: new Map([["Redis", redis === null ? [] : [redis]]]),
    createAndCancel: async (index) => {
      const created = (await post(
        origin,
        "/requests",
        host,
        { tenant, table: `table ${index}`, type: "water" },
        key(),
      )) as { request: { id: string } };
      await post(origin, `/requests/${created.request.id}/cancel`, host, { tenant }, key());
    },
  };
};

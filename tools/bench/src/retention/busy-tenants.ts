import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { signStaff } from "@waiter/auth";
import type pg from "pg";
import { seededId } from "../aged/grow-database.ts";
import type { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

export const steps = ["create", "claim", "complete"] as const;

/** A call that was answered. */
export interface Call {
  readonly step: (typeof steps)[number];
  /** `performance.now()` of its begin. */
  readonly at: number;
  readonly ms: number;
}

/** Guests and staff of the first tenants of a grown database. */
export interface Busy {
  readonly host: string;
  readonly guest: Record<string, string>;
  readonly staff: Record<string, string>;
}

/** Gives each tenant of the seed a person, and the first `busy` ones a guest and a session. */
export async function openBusyTenants(
  system: LocalSystem,
  admin: pg.Client,
  { seed, tenants, busy }: { seed: number; tenants: number; busy: number },
): Promise<Busy[]> {
  const id = (kind: string) => seededId(`'${seed}'`, kind, "n");
  await admin.query(`insert into staff (tenant_id, id, name, role)
    select ${id("t")}, ${id("s")}, 'Waiter', 'waiter' from generate_series(1, ${tenants}) n`);
  const { rows } = await admin.query<Record<"slug" | "tid" | "sub" | "token", string>>(
    `select slug, tenant.id as tid, staff.id as sub, dining_table.token
     from generate_series(1, ${busy}) n join tenant on tenant.id = ${id("t")}
       join staff on staff.tenant_id = tenant.id
       join dining_table on dining_table.tenant_id = tenant.id`,
  );
  const domain = new URL(system.domainUrl).host;
  return await Promise.all(
    rows.map(async ({ slug, tid, sub, token }) => {
      const host = `${slug}.${domain}`;
      const answer = await post(system.local().api, "/api/guest/sessions", host, {
        tableToken: token,
      });
      const signed = signStaff(
        { tid, slug, sid: randomUUID(), sub, name: "Waiter", role: "waiter" },
        system.keys,
        { issuer: system.domainUrl },
      );
      return {
        host,
        guest: { authorization: `Bearer ${(answer as { accessToken: string }).accessToken}` },
        staff: { authorization: `Bearer ${signed.token}` },
      };
    }),
  );
}

/**
 * Creates, claims and completes requests, `perSecond` of each, in turn of the tenants, until the
 * signal. Adds each answered call to `calls`. @throws when a call fails.
 */
export async function workUntil(
  signal: AbortSignal,
  system: LocalSystem,
  { busy, perSecond, calls }: { busy: readonly Busy[]; perSecond: number; calls: Call[] },
): Promise<void> {
  const { api } = system.local();
  const failures: unknown[] = [];
  const round = async ({ host, guest, staff }: Busy): Promise<void> => {
    const send = async (step: Call["step"], path: string, body: object, who: typeof guest) => {
      const at = performance.now();
      const headers = { ...who, "idempotency-key": randomUUID() };
      const answer = await post(api, path, host, body, headers);
      calls.push({ step, at, ms: performance.now() - at });
      return answer;
    };
    const created = await send("create", "/api/guest/requests", { type: "waiter" }, guest);
    const { id } = (created as { request: { id: string } }).request;
    await send("claim", `/api/requests/${id}/claim`, {}, staff);
    await send("complete", `/api/requests/${id}/complete`, {}, staff);
  };
  const pending = new Set<Promise<void>>();
  const start = performance.now();
  for (let index = 0; !signal.aborted && failures.length === 0; index += 1) {
    const tenant = busy[index % busy.length];
    if (tenant === undefined) throw new Error("no tenant works");
    const sent: Promise<void> = round(tenant)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => pending.delete(sent));
    pending.add(sent);
    const wait = start + ((index + 1) * 1_000) / perSecond - performance.now();
    await sleep(Math.max(0, wait));
  }
  await Promise.all(pending);
  if (failures.length > 0) throw new Error("a call failed", { cause: failures[0] });
}

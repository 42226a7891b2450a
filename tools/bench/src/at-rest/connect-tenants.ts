import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { signGuest } from "@waiter/auth";
import type pg from "pg";
import type { Swarm } from "../swarm/swarm.ts";
import type { LocalSystem } from "../system/local-system.ts";

export interface TenantSockets {
  readonly connected: number;
  /** Seed of the tenants. */
  readonly seed: number;
  /** Folder of the gateway's entrance for tunnels. */
  readonly folder: string;
  /** Connections that have a file of their own; the others share a tunnel per process. */
  readonly direct: number;
}

/** What the SDK's guests show: they are pinged every 47 s. */
const silenceMs = 52_000;

/** One guest of each of the first tenants connects to the gateway, as a page that was just opened. */
export async function connectTenants(
  swarms: { readonly direct: Swarm; readonly tunnelled: Swarm },
  system: LocalSystem,
  admin: pg.Client,
  { connected, seed, folder, direct }: TenantSockets,
): Promise<void> {
  const { rows } = await admin.query<{
    tid: string;
    slug: string;
    table: string;
    epoch: string;
    seq: string;
  }>(
    `select tenant.id as tid, slug, dining_table.id as table, epoch, seq from tenant
     join dining_table on dining_table.tenant_id = tenant.id
     join tenant_counter on tenant_counter.tenant_id = tenant.id
     where slug like 'r' || $1::text || '-%' order by tenant.id limit $2`,
    [seed, connected],
  );
  const { domainUrl: issuer, keys } = system;
  const domain = new URL(issuer).host;
  const guests = rows.map(({ tid, slug, table, epoch, seq }) => {
    const id = randomUUID();
    const { token } = signGuest({ tid, slug, sid: id, sub: id, table }, keys, { issuer });
    return { host: `${slug}.${domain}`, auth: { token, epoch, seq: Number(seq), silenceMs } };
  });
  const [gateway = ""] = system.local().gateways;
  const [pid] = system.local().pids.gateways;
  const connect = (swarm: Swarm, some: typeof guests, tunnel?: string) =>
    swarm.connect({
      urls: [gateway.replace("http:", "ws:")],
      count: some.length,
      namespace: "/guest",
      headers: some.map(({ host }) => ({ host })),
      auths: some.map(({ auth }) => auth),
      compression: false,
      ...(tunnel !== undefined && { tunnel }),
    });
  await Promise.all([
    connect(swarms.direct, guests.slice(0, direct)),
    connect(swarms.tunnelled, guests.slice(direct), join(folder, `${pid}.tunnel`)),
  ]);
  const open = swarms.direct.counts.open + swarms.tunnelled.counts.open;
  const error = swarms.direct.counts.lastError ?? swarms.tunnelled.counts.lastError;
  if (open < connected) throw new Error(`${connected - open} did not connect: ${error}`);
}

import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { io, type Socket } from "socket.io-client";
import { request } from "undici";
import { openRestaurant, type Restaurant } from "../nemesis/restaurant.ts";
import { startPeer } from "../peers/peer.ts";
import { percentile, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

/** Where calls go, and where each is seen again: `arrived(id)` is called by the listeners. */
interface Path {
  readonly send: (index: number) => Promise<string>;
  readonly listeners: readonly Socket[];
}

/**
 * Milliseconds from the POST being written to the staff socket that got it, for the calls `from` to
 * `to` at `perSecond`.
 */
async function measure(
  { send }: Path,
  arrivals: Map<string, number>,
  from: number,
  to: number,
  perSecond: number,
): Promise<number[]> {
  const sent = new Map<string, number>();
  const under: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const start = performance.now();
  for (let index = from; index < to; index += 1) {
    const wait = start + ((index - from) * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const at = performance.now();
    under.push(
      send(index).then(
        (id) => sent.set(id, at),
        (error: unknown) => failures.push(error),
      ),
    );
  }
  await Promise.all(under);
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `${failures.length} of ${to - from} calls failed: ${String(failures[0])}`,
    );
  for (const end = Date.now() + 20_000; arrivals.size < to && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const missing = [...sent.keys()].filter((id) => !arrivals.has(id));
  if (missing.length > 0)
    throw new Error(`${missing.length} of ${to - from} calls never reached a staff socket`);
  return [...sent].map(([id, at]) => (arrivals.get(id) ?? Number.NaN) - at);
}

async function waiterPath(
  system: LocalSystem,
  restaurants: readonly Restaurant[],
  arrivals: Map<string, number>,
): Promise<Path> {
  const { api, gateways } = system.local();
  const listeners: Socket[] = [];
  const sessions: { host: string; token: string }[] = [];
  for (const [index, { host, owner, tableTokens }] of restaurants.entries()) {
    const { accessToken } = (await post(api, "/api/auth/login", host, owner)) as {
      accessToken: string;
    };
    const socket = io(`${gateways[index % gateways.length]}/staff`, {
      transports: ["websocket"],
      auth: { token: accessToken },
      extraHeaders: { host },
      forceNew: true,
    });
    socket.on("event", (event: { type: string; data: { request: { id: string } } }) => {
      if (event.type === "request.created") arrivals.set(event.data.request.id, performance.now());
    });
    await once(socket as unknown as NodeJS.EventEmitter, "connect");
    listeners.push(socket);
    for (const tableToken of tableTokens)
      sessions.push({
        host,
        token: (
          (await post(api, "/api/guest/sessions", host, { tableToken })) as { accessToken: string }
        ).accessToken,
      });
  }
  return {
    listeners,
    async send(index) {
      const session = sessions[index % sessions.length];
      if (!session) throw new Error("no guest session");
      const type = ["waiter", "bill", "water"][Math.floor(index / sessions.length) % 3];
      const answer = (await post(
        api,
        "/api/guest/requests",
        session.host,
        { type },
        { authorization: `Bearer ${session.token}`, "idempotency-key": randomUUID() },
      )) as { request: { id: string } };
      return answer.request.id;
    },
  };
}

async function barePath(
  port: number,
  tenants: number,
  arrivals: Map<string, number>,
): Promise<Path> {
  const listeners = Array.from({ length: tenants }, (_, tenant) =>
    io(`http://127.0.0.1:${port}`, { transports: ["websocket"], auth: { tenant }, forceNew: true }),
  );
  for (const socket of listeners)
    socket.on("event", ({ id }: { id: string }) => arrivals.set(id, performance.now()));
  await Promise.all(
    listeners.map((socket) => once(socket as unknown as NodeJS.EventEmitter, "connect")),
  );
  return {
    listeners,
    async send(index) {
      const id = randomUUID();
      const answer = await request(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ tenant: index % tenants, id }),
      });
      await answer.body.dump();
      return id;
    },
  };
}

export const latency: Scenario = {
  name: "latency",
  title: "POST to staff socket",
  options: { tenants: 50, "per-second": 200, calls: 3_000 },
  async run({ progress, option }) {
    const tenants = option("tenants");
    const perSecond = option("per-second");
    const count = option("calls");
    const platformToken = randomBytes(24).toString("hex");
    await using system = await LocalSystem.start({
      gateways: 2,
      env: { PLATFORM_ADMIN_TOKEN: platformToken },
    });
    const restaurants: Restaurant[] = [];
    const warm = Math.ceil(count / 5);
    const tables = Math.ceil((warm + count) / tenants / 3);
    for (let index = 0; index < tenants; index += 1) {
      progress.update("restaurants open", index, tenants);
      restaurants.push(await openRestaurant(system, platformToken, `latency${index}`, tables));
    }
    await using bare = await startPeer("express-classic", {
      PEER_REDIS_URL: system.local().redisUrl,
    });
    const samples: Record<string, number[]> = {};
    for (const [name, open] of [
      ["Waiter", (arrivals: Map<string, number>) => waiterPath(system, restaurants, arrivals)],
      [
        "express + classic adapter, no database",
        (arrivals: Map<string, number>) => barePath(bare.port, tenants, arrivals),
      ],
    ] as const) {
      const arrivals = new Map<string, number>();
      const path = await open(arrivals);
      progress.update(`${name}: ${count} calls at ${perSecond}/s`);
      await measure(path, arrivals, 0, warm, perSecond);
      samples[name] = await measure(path, arrivals, warm, warm + count, perSecond);
      for (const socket of path.listeners) socket.disconnect();
    }
    const [ours = [], theirs = []] = Object.values(samples);
    const figures = [50, 95, 99].map((p): Figure => {
      const value = percentile(ours, p);
      const peer = percentile(theirs, p);
      return {
        name: `p${p}, ${perSecond} calls/s, ${tenants} tenants, 2 gateways`,
        value,
        unit: "ms",
        peer: { name: "express + classic adapter, no database", value: peer },
        ratio: value / peer,
      };
    });
    return {
      unit: "ms",
      figures,
      bars: figures.flatMap(({ name, value, peer }) => [
        { label: `Waiter ${name.split(",")[0]}`, value },
        { label: `bare ${name.split(",")[0]}`, value: peer?.value ?? 0 },
      ]),
    };
  },
};

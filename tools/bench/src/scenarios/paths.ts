import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { GuestClient } from "@waiter/client";
import { createDatabase } from "@waiter/database";
import { startPushService, waitFor, type PushService } from "@waiter/testkit";
import { sql } from "kysely";
import { request } from "undici";
import { openRestaurant, openScreen, type Restaurant } from "../nemesis/restaurant.ts";
import type { Progress } from "../progress.ts";
import { percentile, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

const types = ["waiter", "bill", "water"];
/** How often the places where a message arrives are looked at, ms. */
const lookMs = 2;
/** The managers hear each call at once; nothing else rings while the bench runs. */
const policy = {
  steps: [
    { afterS: 0, to: "managers" },
    { afterS: 3_600, to: "managers" },
  ],
  doneAfterS: 0,
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A webhook's receiver: when it heard of each request. */
async function startWebhook() {
  const arrivals = new Map<string, number>();
  const server = createServer((incoming, response) => {
    const at = performance.now();
    void incoming.toArray().then((chunks: readonly Buffer[]) => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        data: { request?: { id: string } };
      };
      const id = body.data.request?.id;
      if (id !== undefined && !arrivals.has(id)) arrivals.set(id, at);
      response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Phone {
  readonly endpoint: string;
  readonly login: { readonly email: string; readonly password: string };
}

/** A manager with a subscribed phone. */
async function addPhone(
  api: string,
  { host, owner, slug }: Restaurant,
  { service, name }: { readonly service: PushService; readonly name: string },
): Promise<Phone> {
  const call = async (path: string, body: unknown, token?: string) =>
    (await post(api, path, host, body, {
      "idempotency-key": randomUUID(),
      ...(token !== undefined && bearer(token)),
    })) as Record<string, unknown>;
  const login = { email: `${name}@${slug}.example`, password: randomUUID() };
  const { accessToken } = await call("/api/auth/login", owner);
  const person = { name, role: "manager", email: login.email };
  const made = await call("/api/staff", person, String(accessToken));
  const { id } = made["staff"] as { id: string };
  const invited = await call(`/api/staff/${id}/invitation`, {}, String(accessToken));
  const invitation = String(invited["url"]).split("#")[1];
  const joined = await call("/api/auth/join", { invitation, password: login.password });
  const subscription = service.subscribe();
  const answer = await request(`${api}/api/push/subscription`, {
    method: "PUT",
    headers: {
      host,
      "content-type": "application/json",
      ...bearer(String(joined["accessToken"])),
    },
    body: JSON.stringify(subscription),
  });
  if (answer.statusCode !== 200) throw new Error(`no subscription: ${await answer.body.text()}`);
  await answer.body.dump();
  return { endpoint: subscription.endpoint, login };
}

/** Sets what the api takes over HTTPS alone. */
async function setUp(system: LocalSystem, { id }: Restaurant, webhook: string): Promise<void> {
  await using admin = createDatabase({ url: system.adminDatabaseUrl, max: 1, name: "bench" });
  const channel = JSON.stringify({ kind: "webhook", target: webhook, secret: "whsec_AAAA" });
  await sql`
    update tenant set escalation = ${JSON.stringify(policy)}, second_channel = ${channel}
    where id = ${id}`.execute(admin.db);
}

const names = {
  board: "an open board shows it",
  push: "the push service has it, of a locked phone",
  shown: "a locked phone's `shown` is in the ledger",
  hidden: "`shown` of a phone whose board is open behind another app (a push waits 2 s for it)",
  channel: "the second channel has it",
  unreached: "the guest reads that no staff device could be reached",
};

interface Unreached {
  readonly system: LocalSystem;
  readonly platformToken: string;
  readonly calls: number;
  readonly progress: Progress;
}

/** A restaurant without a board, a phone and a second channel: ms until its guest knows. */
async function timeUnreached(given: Unreached): Promise<number[]> {
  const { system, platformToken, calls, progress } = given;
  const tables = Math.ceil(calls / types.length);
  const empty = await openRestaurant(system, platformToken, "empty", tables);
  const waits: number[] = [];
  for (let index = 0; index < calls; index += 1) {
    progress.update(`unreached call ${index + 1} of ${calls}`);
    const client = new GuestClient({
      baseUrl: system.local().origin,
      headers: { host: empty.host },
      tableToken: empty.tableTokens[index % tables] ?? "",
    });
    client.connect();
    await waitFor(() => client.state === "live", 15_000, "the guest's page being live");
    const type = types[Math.floor(index / tables)] ?? "";
    const known = new Promise<number>((resolve) =>
      client.on("change", () => {
        if (client.requests.some((one) => one.type === type && one.reach === "none"))
          resolve(performance.now());
      }),
    );
    const start = performance.now();
    client.call({ type });
    waits.push((await known) - start);
    client.close();
  }
  return waits;
}

export const paths: Scenario = {
  name: "paths",
  title: "From a guest's tap to each place that hears it",
  options: { calls: 150 },
  async run({ progress, option }) {
    const calls = option("calls");
    const platformToken = randomUUID() + randomUUID();
    await using webhook = await startWebhook();
    await using system = await LocalSystem.start({
      env: {
        PLATFORM_ADMIN_TOKEN: platformToken,
        PUSH_ALLOWED_HOSTS: "127.0.0.1",
        OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
      },
    });
    const { api, origin } = system.local();
    const tables = Math.ceil(calls / types.length);
    const restaurant = await openRestaurant(system, platformToken, "paths", tables);
    const { host } = restaurant;
    const screen = await openScreen(restaurant, origin);
    const shownAt = new Map<string, number>();
    screen.client.on("event", ({ type, data }) => {
      const { id } = (data as { request?: { id: string } }).request ?? {};
      if (type === "request.created" && id !== undefined) shownAt.set(id, performance.now());
    });
    await waitFor(() => screen.client.state === "live", 15_000, "the board being live");
    const token = screen.client.session?.accessToken ?? "";
    const answer = await request(`${api}/api/push/key`, { headers: { host, ...bearer(token) } });
    const { key } = (await answer.body.json()) as { key: string };
    await using service = await startPushService(key);
    const locked = await addPhone(api, restaurant, { service, name: "mara" });
    const hidden = await addPhone(api, restaurant, { service, name: "nora" });
    const behind = await openScreen({ ...restaurant, owner: hidden.login }, origin);
    // Another app is on top: the board acknowledges, and no person sees it.
    behind.client.on("event", () =>
      behind.client.markSeen({ visible: false, audible: false, idleS: 300 }),
    );
    await waitFor(() => behind.client.state === "live", 15_000, "the hidden board being live");
    await setUp(system, restaurant, webhook.url);

    const seen = async (test: () => unknown, what: string): Promise<number> => {
      for (const end = Date.now() + 30_000; !test();) {
        if (Date.now() > end) throw new Error(`a call never reached ${what}`);
        await sleep(lookMs);
      }
      return performance.now();
    };
    const waits: Record<string, number[]> = Object.fromEntries(
      Object.keys(names).map((path) => [path, []]),
    );
    for (let index = 0; index < calls; index += 1) {
      progress.update(`call ${index + 1} of ${calls}`);
      const tableToken = restaurant.tableTokens[index % tables];
      const guest = (await post(api, "/api/guest/sessions", host, { tableToken })) as {
        accessToken: string;
      };
      const start = performance.now();
      const { request: made } = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: types[Math.floor(index / tables)] },
        { ...bearer(guest.accessToken), "idempotency-key": randomUUID() },
      )) as { request: { id: string } };
      const received = ({ endpoint }: Phone) =>
        service.received.find(
          (push) => push.payload["requestId"] === made.id && push.endpoint === endpoint,
        )?.payload;
      const show = async (phone: Phone): Promise<readonly [number, number]> => {
        const pushed = await seen(() => received(phone), "the push service");
        const { receipt } = received(phone) ?? {};
        await post(api, "/api/push/receipts", host, { receipt, state: "shown" });
        return [pushed, performance.now()];
      };
      const [, , [pushed, shown], [, shownBehind]] = await Promise.all([
        seen(() => shownAt.has(made.id), "the board"),
        seen(() => webhook.arrivals.has(made.id), "the second channel"),
        show(locked),
        show(hidden),
      ]);
      waits["board"]?.push((shownAt.get(made.id) ?? Number.NaN) - start);
      waits["push"]?.push(pushed - start);
      waits["shown"]?.push(shown - start);
      waits["hidden"]?.push(shownBehind - start);
      waits["channel"]?.push((webhook.arrivals.get(made.id) ?? Number.NaN) - start);
    }
    screen.client.close();
    behind.client.close();
    waits["unreached"] = await timeUnreached({ system, platformToken, calls, progress });
    const figures = Object.entries(names).flatMap(([path, name]): Figure[] =>
      [50, 95].map((p) => ({
        name: `${name}, p${p}`,
        value: percentile(waits[path] ?? [], p),
        unit: "ms",
      })),
    );
    return {
      figures,
      bars: figures.map(({ name, value }) => ({ label: name, value })),
      unit: "ms",
      samples: waits,
    };
  },
};

import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { GuestClient, type CallStorage } from "../index.ts";
import { FakeWaiter, fast, until } from "../testing/fake-waiter.test.helper.ts";

const closers: (() => unknown)[] = [];
let fake: FakeWaiter;
beforeEach(async () => {
  fake = await FakeWaiter.start();
  closers.push(() => fake.stop());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function guest(options: Partial<ConstructorParameters<typeof GuestClient>[0]> = {}): GuestClient {
  const { timing, ...others } = options;
  const client = new GuestClient({
    baseUrl: fake.url,
    tableToken: "table-1",
    timing: { ...fast, ackMs: 60, ...timing },
    ...others,
  });
  closers.push(() => client.close());
  return client;
}

/** The gateway takes these messages of a guest and acknowledges none. */
const ignore = (...events: readonly string[]): void => {
  fake.io.of("/guest").on("connection", (socket) => {
    for (const event of events) socket.removeAllListeners(event);
  });
};

describe("a gateway that joins a guest and acknowledges nothing", () => {
  test("to `sync` costs one acknowledgement time-out; HTTP reads the table", async () => {
    ignore("sync");
    const client = guest();
    client.connect();
    await until(() => client.state === "live");
    const { id } = fake.create({}, { lost: true });
    await client.sync();
    expect(client.requests.map((request) => request.id)).toContain(id);
    expect(fake.asked).toContain("GET /api/guest/requests");
  });

  test("to a request costs one acknowledgement time-out; HTTP sends it once", async () => {
    ignore("request:create");
    const client = guest();
    client.connect();
    await until(() => client.state === "live");
    const { key } = client.call({ type: "water" });
    const [pending] = await client.once("sent");
    expect([pending.key, fake.requests.size]).toEqual([key, 1]);
    expect(fake.asked).toContain("POST /api/guest/requests");
  });

  test("to a request before the phone sleeps: what an hour later awakes asks the guest first", async () => {
    const client = guest();
    client.connect();
    await until(() => client.state === "live");
    fake.mute = true;
    const { key } = client.call({ type: "water" });
    await until(() => fake.asked.includes("socket create"));
    const later = Date.now() + 3_500_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => later);
    closers.push(() => clock.mockRestore());
    await Promise.race([client.once("callNeedsConfirmation"), client.once("sent")]);
    expect(client.pending).toMatchObject([{ key, needsConfirmation: true }]);
    expect([fake.requests.size, fake.asked.includes("POST /api/guest/requests")]).toEqual([
      0,
      false,
    ]);
  });

  test("to a probe of an idle connection is left for a new connection", async () => {
    ignore("sync", "auth:refresh");
    const client = guest({ timing: { staleMs: 20 } });
    client.connect();
    await until(() => fake.asked.filter((what) => what === "connect /guest").length > 1);
  });
});

describe("a guest with an open request", () => {
  const timing = { staleMs: 600_000, busyStaleMs: 20 };

  test("leaves a silent connection sooner", async () => {
    ignore("auth:refresh");
    const client = guest({ timing });
    fake.create();
    client.connect();
    await until(() => fake.asked.filter((what) => what === "connect /guest").length > 1);
  });

  test("probes without a question to the api", async () => {
    const askedAtProbe: number[] = [];
    fake.io.of("/guest").on("connection", (socket) => {
      socket.on("auth:refresh", (_tokens, answer: (value: object) => void) => {
        askedAtProbe.push(fake.asked.length);
        answer({ ok: true });
      });
    });
    const client = guest({ timing });
    fake.create();
    client.connect();
    await until(() => askedAtProbe.length > 3);
    expect(fake.asked.slice(askedAtProbe[0])).toEqual([]);
    expect(client.state).toBe("live");
  });
});

test("an unsent request grows old although the phone's clock is set back", async () => {
  fake.down = true;
  const client = guest({ timing: { confirmMs: 200 } });
  client.connect();
  const { key, at } = client.call({ type: "water" });
  const clock = jest.spyOn(Date, "now").mockImplementation(() => at - 3_600_000);
  closers.push(() => clock.mockRestore());
  expect(await client.once("callNeedsConfirmation")).toMatchObject([{ key }]);
  // A reload must not make it younger either.
  expect(client.pending[0]?.at).toBeLessThanOrEqual(at - 3_600_000 - 200);
});

test("the gateway hears how long a guest waits in silence", async () => {
  const shown: unknown[] = [];
  fake.io.of("/guest").on("connection", ({ handshake }) => shown.push(handshake.auth.silenceMs));
  guest({ timing: { staleMs: 52_000 } }).connect();
  await until(() => shown.length > 0);
  expect(shown[0]).toBe(52_000);
});

test.each(["undo", "reopen", "cancel"] as const)(
  "%s behind an api that says nothing fails in time",
  async (verb) => {
    const client = guest({ fetch: () => new Promise(() => {}), timing: { httpMs: 60 } });
    await expect(client[verb]("any")).rejects.toMatchObject({ code: "network" });
  },
);

test("a request that came back after a lost cancellation is cancelled by a command of its own", async () => {
  const lose = { now: false };
  const client = guest({
    fetch: (url, init) => (lose.now ? Promise.reject(new TypeError("lost")) : fetch(url, init)),
  });
  client.connect();
  await until(() => client.state === "live");
  client.call({ type: "water" });
  const [, { id }] = await client.once("sent");
  fake.mute = lose.now = true;
  await expect(client.cancel(id)).rejects.toMatchObject({ code: "network" });
  fake.mute = lose.now = false;
  const before = client.requests[0]?.version ?? 0;
  fake.change("released", { id, state: "new" });
  await until(() => (client.requests[0]?.version ?? 0) > before);
  await client.cancel(id);
  expect(new Set(fake.cancelKeys).size).toBe(2);
});

describe("a call that is withdrawn while its answers are lost", () => {
  const storage = () => {
    const items = new Map<string, string>();
    return {
      getItem: (name: string) => items.get(name) ?? null,
      setItem: (name: string, value: string) => void items.set(name, value),
      removeItem: (name: string) => void items.delete(name),
    };
  };
  /** Loses what `lost` names, before the api has it or, with `reaches`, its answer. */
  const lossy = (
    lost: Set<string>,
    {
      reaches = false,
      ...options
    }: { readonly reaches?: boolean; readonly storage?: CallStorage } = {},
  ) =>
    guest({
      ...options,
      fetch: async (url, init) => {
        const { method, url: path } = new Request(url, init);
        const isLost = method === "POST" && lost.has(new URL(path).pathname);
        if (!isLost || reaches) {
          const answer = await fetch(url, init);
          if (!isLost) return answer;
        }
        throw new TypeError("lost");
      },
    });
  const sends = "/api/guest/requests";
  const withdraws = "/api/guest/requests/withdraw";
  const call = async (client: GuestClient) => {
    client.connect();
    await until(() => client.state === "live");
    fake.mute = true;
    const { key } = client.call({ type: "water" });
    await until(() => fake.asked.includes("socket create"));
    return key;
  };

  test("is cancelled where the api has it, however often the withdrawal is lost", async () => {
    const lost = new Set([sends, withdraws]);
    const client = lossy(lost, { reaches: true });
    const key = await call(client);
    await until(() => fake.requests.size === 1);
    client.withdraw(key);
    await until(() => fake.asked.filter((what) => what === `POST ${withdraws}`).length > 1);
    lost.delete(withdraws);
    await until(() => client.requests[0]?.state === "cancelled");
    expect(client.pending).toEqual([]);
  });

  test("creates nothing when it arrives later, and leaves the call of another tab", async () => {
    const client = lossy(new Set([sends]));
    const key = await call(client);
    client.withdraw(key);
    await until(() => fake.withdrawn.has(key));
    const { id } = fake.create({ type: "water" });
    fake.own.add(id);
    await client.sync();
    const late = await fetch(`${fake.url}${sends}`, {
      method: "POST",
      headers: { "idempotency-key": key },
      body: JSON.stringify({ type: "water" }),
    });
    expect(late.status).toBe(409);
    expect(fake.open().map((request) => request.id)).toEqual([id]);
  });

  test("is taken back by the page that is loaded next", async () => {
    const kept = storage();
    const first = lossy(new Set([sends, withdraws]), { storage: kept });
    const key = await call(first);
    first.withdraw(key);
    first.close();
    expect(fake.withdrawn.size).toBe(0);
    const next = guest({ storage: kept });
    next.connect();
    await until(() => fake.withdrawn.has(key));
    await until(() => kept.getItem("waiter:withdrawn:table-1") === null);
    expect(next.pending).toEqual([]);
  });
});

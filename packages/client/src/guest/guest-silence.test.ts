import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GuestClient } from "../index.ts";
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

  test("to a probe of an idle connection is left for a new connection", async () => {
    ignore("sync", "auth:refresh");
    const client = guest({ timing: { staleMs: 20 } });
    client.connect();
    await until(() => fake.asked.filter((what) => what === "connect /guest").length > 1);
  });
});

test.each(["undo", "reopen", "cancel"] as const)(
  "%s behind an api that says nothing fails in time",
  async (verb) => {
    const client = guest({ fetch: () => new Promise(() => {}), timing: { httpMs: 60 } });
    await expect(client[verb]("any")).rejects.toMatchObject({ code: "network" });
  },
);

test("a request withdrawn while being sent is cancelled though the first answers are lost", async () => {
  const client = guest({
    fetch: (url, init) =>
      new Request(url).url.endsWith("/cancel")
        ? Promise.reject(new TypeError("lost"))
        : fetch(url, init),
  });
  client.connect();
  await until(() => client.state === "live");
  fake.mute = true;
  client.withdraw(client.call({ type: "water" }).key);
  await until(() => fake.cancelKeys.length > 1);
  fake.mute = false;
  await client.once("change", () => client.requests[0]?.state === "cancelled");
  // One command: what comes late of an earlier attempt changes nothing.
  expect(new Set(fake.cancelKeys).size).toBe(1);
});

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

describe("a request that was withdrawn while its answers were lost", () => {
  /** Sends are lost: before the api has them, or with their answer. */
  const lossy = (reaches: boolean) =>
    guest({
      fetch: async (url, init) => {
        const { method, url: path } = new Request(url, init);
        const isSend = method === "POST" && path.endsWith("/api/guest/requests");
        if (!isSend) return await fetch(url, init);
        if (reaches) await fetch(url, init);
        throw new TypeError("lost");
      },
    });
  const withdraw = async (client: GuestClient) => {
    client.connect();
    await until(() => client.state === "live");
    fake.mute = true;
    const { key } = client.call({ type: "water" });
    await until(() => fake.asked.includes("socket create"));
    return key;
  };

  test("is cancelled once the table shows that the api has it", async () => {
    const client = lossy(true);
    const key = await withdraw(client);
    await until(() => fake.requests.size === 1);
    client.withdraw(key);
    fake.mute = false;
    await until(() => client.requests[0]?.state === "cancelled");
    expect([fake.requests.size, new Set(fake.cancelKeys).size]).toEqual([1, 1]);
  });

  test("cancels no request of another guest, and none that is wanted again", async () => {
    const client = lossy(false);
    client.withdraw(await withdraw(client));
    const { id } = fake.create({ type: "water" });
    await until(() => client.requests.some((one) => one.id === id && one.own === false));
    fake.mute = false;
    client.call({ type: "water" });
    fake.own.add(id);
    await client.sync();
    await until(() => client.requests.some((one) => one.own === true));
    expect(fake.cancelKeys).toEqual([]);
  });
});

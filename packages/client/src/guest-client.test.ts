import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GuestClient, type CallStorage, type GuestClientOptions } from "./index.ts";
import { FakeWaiter, fast, until } from "./fake-waiter.test.helper.ts";

let fake: FakeWaiter;
const clients: GuestClient[] = [];

beforeEach(async () => {
  fake = await FakeWaiter.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await fake.stop();
});

function open(options: Partial<GuestClientOptions> = {}) {
  const { timing, ...others } = options;
  const client = new GuestClient({
    baseUrl: fake.url,
    tableToken: "table-1",
    timing: { ...fast, ...timing },
    ...others,
  });
  clients.push(client);
  client.connect();
  return { client, live: () => reached(client, "live") };
}
const reached = async (client: GuestClient, state: string) => {
  if (client.state !== state) await client.once("state", (now) => now === state);
};
const asked = (what: string) => fake.asked.filter((one) => one === what).length;
const memory = (): CallStorage & { readonly items: Map<string, string> } => {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
};

describe("following", () => {
  test("a first connection shows the session's rows and asks nothing more", async () => {
    fake.create();
    const { client, live } = open();
    await live();
    expect(client.session?.restaurant.name).toBe("Demo");
    expect(client.requests).toHaveLength(1);
    expect(client.staffOnline).toBe(true);
    expect(asked("guest sync") + asked("GET /api/guest/requests")).toBe(0);
  });

  test("a call is claimed, and the guest reads by whom", async () => {
    const { client, live } = open();
    await live();
    client.call({ type: "waiter" });
    const [, request] = await client.once("sent");
    fake.change("claimed", {
      id: request.id,
      state: "claimed",
      claimedBy: { id: fake.staffId, name: "Ada" },
    });
    await client.once("change", () => client.requests[0]?.state === "claimed");
    expect(client.requests[0]?.claimedBy).toEqual({ name: "Ada" });
  });

  test("after a cut the state is asked for, and what was missed shows", async () => {
    const { client, live } = open();
    await live();
    const { id } = fake.create();
    await client.once("change", () => client.requests.length === 1);
    for (const socket of fake.io.of("/guest").sockets.values()) socket.conn.close();
    fake.change("claimed", { id, state: "claimed" }, { lost: true });
    await client.once("change", () => client.requests[0]?.state === "claimed");
    expect(asked("guest sync")).toBe(1);
  });

  test("a gateway's resync is followed by one sync", async () => {
    const { client, live } = open();
    await live();
    fake.create({}, { lost: true });
    fake.io.of("/guest").emit("resync", { withinMs: 10 });
    await client.once("change", () => client.requests.length === 1);
    expect(asked("guest sync")).toBe(1);
  });

  test("while a request is open the state is asked for now and then, so that a lost message is repaired", async () => {
    const { client, live } = open({ timing: { guestSyncMs: 30 } });
    await live();
    const { id } = fake.create();
    await client.once("change", () => client.requests.length === 1);
    fake.change("claimed", { id, state: "claimed" }, { lost: true });
    await client.once("change", () => client.requests[0]?.state === "claimed");
  });

  test("a table that does not exist is never asked for again", async () => {
    const client = new GuestClient({
      baseUrl: `${fake.url}/nowhere`,
      tableToken: "gone",
      timing: fast,
    });
    clients.push(client);
    client.connect();
    expect(await client.once("refused")).toEqual(["not_found"]);
    expect(client.state).toBe("closed");
  });

  test("an expired token is replaced by another session", async () => {
    fake.expired.add("token-1");
    const { live } = open();
    await live();
    expect(asked("POST /api/guest/sessions")).toBe(2);
  });

  test("a renewed session is asked for with the token of the one before, so that the guest stays the same", async () => {
    fake.expired.add("token-1");
    const { live } = open();
    await live();
    expect(fake.seatedWith).toEqual([undefined, "token-1"]);
  });

  test("after a reload too, where there is storage; a guest of another table is another", async () => {
    const storage = memory();
    const { client: before, live: beforeIsLive } = open({ storage });
    await beforeIsLive();
    before.close();
    await open({ storage }).live();
    await open({ storage, tableToken: "table-2" }).live();
    expect(fake.seatedWith).toEqual([undefined, "token-1", undefined]);
  });

  test("a storage that may not be used costs only what it would have kept", async () => {
    const forbidden = () => {
      throw new Error("forbidden");
    };
    await open({
      storage: { getItem: forbidden, setItem: forbidden, removeItem: forbidden },
    }).live();
    expect(fake.seatedWith).toEqual([undefined]);
  });

  test("while no gateway is reached, the state comes by polling", async () => {
    const { client } = open({ socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    fake.create();
    await client.once("change", () => client.requests.length === 1);
  });
});

describe("calls", () => {
  test("a call made while nothing answers shows as not sent, and is sent once when it can be", async () => {
    const { client, live } = open();
    await live();
    fake.down = fake.mute = true;
    const { key } = client.call({ type: "waiter", note: "please" });
    expect(client.pending.map((call) => call.key)).toEqual([key]);
    await until(() => asked("POST /api/guest/requests") > 0);
    fake.down = fake.mute = false;
    await client.once("sent");
    expect(client.pending).toEqual([]);
    expect(fake.events.filter(({ type }) => type === "request.created")).toHaveLength(1);
    expect([...fake.answers.keys()]).toEqual([key]);
  });

  test("an unsent call survives a reload and keeps its key", async () => {
    const storage = memory();
    fake.down = true;
    const { client: before } = open({ storage });
    const { key } = before.call({ type: "waiter" });
    before.close();
    expect([...storage.items.keys()]).toEqual(["waiter:calls:table-1"]);
    fake.down = false;
    const { client } = open({ storage });
    await client.once("sent");
    expect([...fake.answers.keys()]).toEqual([key]);
    expect([...storage.items.keys()]).toEqual(["waiter:guest:table-1"]);
  });

  test("a call that grew too old is dropped, visibly", async () => {
    fake.down = true;
    const { client } = open({ timing: { callTtlMs: 40 } });
    client.call({ type: "waiter" });
    const [, error] = await client.once("callDropped");
    expect(error.code).toBe("expired");
    expect(client.pending).toEqual([]);
  });

  test("a call withdrawn while it was under way is cancelled when it arrives", async () => {
    const { client, live } = open();
    await live();
    const { key } = client.call({ type: "waiter" });
    await Promise.resolve();
    client.withdraw(key);
    expect(client.pending).toEqual([]);
    await client.once("change", () => client.requests[0]?.state === "cancelled");
  });

  test("a request is cancelled over the socket", async () => {
    const { client, live } = open();
    await live();
    client.call({ type: "waiter" });
    const [, { id }] = await client.once("sent");
    expect((await client.cancel(id)).state).toBe("cancelled");
  });
});

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GuestClient, type CallStorage, type GuestClientOptions } from "../index.ts";
import { FakeWaiter, fast, until } from "../testing/fake-waiter.test.helper.ts";

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
  test("a first connection compares by `sync` where the api gives no position", async () => {
    fake.create();
    const { client, live } = open();
    await live();
    expect(client.session?.restaurant.name).toBe("Demo");
    expect(client.requests).toHaveLength(1);
    expect(client.staffOnline).toBe(true);
    expect(asked("guest sync")).toBe(1);
  });

  test("a change between session and join shows at once", async () => {
    const { id } = fake.create();
    const { client, live } = open();
    await client.once("change", () => client.requests.length === 1);
    fake.change("claimed", { id, state: "claimed" }, { lost: true });
    await live();
    expect(client.requests[0]?.state).toBe("claimed");
  });

  test("a gateway that compared the table spares the guest the sync", async () => {
    fake.positioned = true;
    fake.onGuest = (socket) => {
      const { epoch, seq } = socket.handshake.auth;
      socket.emit("status", { degraded: false, staffOnline: false, reach: "none", epoch, seq });
    };
    const { client, live } = open({ timing: { joinMs: 60_000 } });
    await live();
    expect(client.staffOnline).toBe(false);
    expect(client.reach).toBe("none");
    expect(asked("guest sync")).toBe(0);
  });

  test("a gateway that names the table as changed is asked at once", async () => {
    fake.positioned = true;
    fake.onGuest = (socket) => socket.emit("resync", { withinMs: 1, epoch: fake.epoch, seq: 1 });
    const { live } = open({ timing: { joinMs: 60_000 } });
    await live();
    expect(asked("guest sync")).toBe(1);
  });

  test("a gateway that compares nothing is asked after a short wait", async () => {
    fake.positioned = true;
    const { live } = open();
    await live();
    expect(asked("guest sync")).toBe(1);
  });

  test("a `resync` for all tables is ignored by a guest who waits for nothing", async () => {
    const { client, live } = open();
    await live();
    fake.io.of("/guest").emit("resync", { withinMs: 1 });
    fake.io.of("/guest").emit("status", { degraded: false, staffOnline: false });
    await client.once("change", () => client.staffOnline === false);
    fake.io.of("/guest").emit("resync", { withinMs: 1, epoch: fake.epoch, seq: 9 });
    await until(() => asked("guest sync") === 2);
  });

  test("a request seen or claimed by staff proves their presence", async () => {
    fake.staffOnline = false;
    const { client, live } = open();
    await live();
    const { id } = fake.create();
    await client.once("change", () => client.requests.length === 1);
    expect(client.staffOnline).toBe(false);
    fake.change("claimed", { id, state: "claimed" });
    await client.once("change", () => client.staffOnline === true);
  });

  test("a sync asked after a change is not answered by one asked before it", async () => {
    const { client, live } = open();
    await live();
    const early = client.sync();
    fake.create({}, { lost: true });
    const late = client.sync();
    expect(client.sync()).toBe(late);
    await Promise.all([early, late]);
    expect(client.requests).toHaveLength(1);
    expect(asked("guest sync")).toBe(3);
  });

  test("a claimed request names the staff member", async () => {
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

  test("a reconnect syncs and shows what was missed", async () => {
    const { client, live } = open();
    await live();
    const { id } = fake.create();
    await client.once("change", () => client.requests.length === 1);
    for (const socket of fake.io.of("/guest").sockets.values()) socket.conn.close();
    fake.change("claimed", { id, state: "claimed" }, { lost: true });
    await client.once("change", () => client.requests[0]?.state === "claimed");
    expect(asked("guest sync") + asked("GET /api/guest/requests")).toBeGreaterThan(1);
  });

  test("with an open request a periodic sync repairs a lost message", async () => {
    const { client, live } = open({ timing: { guestSyncMs: 30 } });
    await live();
    const { id } = fake.create();
    await client.once("change", () => client.requests.length === 1);
    fake.change("claimed", { id, state: "claimed" }, { lost: true });
    await client.once("change", () => client.requests[0]?.state === "claimed");
  });

  describe("checks", () => {
    /** Without the periodic reading, so that only a check can repair. */
    const onlyChecks = { guestCheckMs: 30, guestSyncMs: 3_600_000 };

    beforeEach(() => {
      fake.positioned = true;
    });

    test("a lost message and a lost first repair are mended by the next check", async () => {
      const { client, live } = open({ timing: onlyChecks });
      await live();
      const { id } = fake.create();
      await client.once("change", () => client.requests.length === 1);
      fake.lostAnswers = 1;
      fake.down = true;
      fake.change("claimed", { id, state: "claimed" }, { lost: true });
      await until(() => asked("GET /api/guest/requests") > 0);
      expect(client.requests[0]?.state).toBe("new");
      fake.down = false;
      await client.once("change", () => client.requests[0]?.state === "claimed");
    });

    test("after the last request closed a lost reopening is found", async () => {
      const { client, live } = open({ timing: onlyChecks });
      await live();
      const { id } = fake.create();
      fake.change("completed", { id, state: "completed" });
      await client.once("change", () => client.requests[0]?.state === "completed");
      fake.change("reopened", { id, state: "new" }, { lost: true });
      await client.once("change", () => client.requests[0]?.state === "new");
    });

    test("a guest that waits for nothing checks nothing", async () => {
      const { live } = open({ timing: { ...onlyChecks, guestCheckMs: 5, guestActiveMs: 0 } });
      await live();
      fake.io.of("/guest").emit("resync", { withinMs: 1, epoch: fake.epoch, seq: 9 });
      await until(() => asked("guest sync") === 2);
      expect(asked("guest check")).toBe(0);
    });

    test("a gateway that answers checks in full is asked for none", async () => {
      fake.knowsChecks = false;
      const { client, live } = open({ timing: { guestCheckMs: 20, guestSyncMs: 200 } });
      await live();
      fake.create();
      await client.once("change", () => client.requests.length === 1);
      const before = asked("guest sync");
      await until(() => asked("guest sync") >= before + 2);
      // The first may name the new request, the second tells nothing new.
      expect(asked("guest check")).toBeLessThanOrEqual(2);
    });
  });

  test("an unknown table is never retried", async () => {
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

  test("the token of an unknown table is forgotten", async () => {
    const storage = memory();
    storage.setItem("waiter:guest:table-1", "token-0");
    const { client } = open({ storage, baseUrl: `${fake.url}/nowhere` });
    await client.once("refused");
    expect([...storage.items.keys()]).toEqual([]);
  });

  test("an expired token is replaced by a new session", async () => {
    fake.expired.add("token-1");
    const { live } = open();
    await live();
    expect(asked("POST /api/guest/sessions")).toBe(2);
  });

  test("renewing sends the previous token, so the guest stays the same", async () => {
    fake.expired.add("token-1");
    const { live } = open();
    await live();
    expect(fake.seatedWith).toEqual([undefined, "token-1"]);
  });

  test("a reload keeps the guest of the same table", async () => {
    const storage = memory();
    const { client: before, live: beforeIsLive } = open({ storage });
    await beforeIsLive();
    before.close();
    await open({ storage }).live();
    await open({ storage, tableToken: "table-2" }).live();
    expect(fake.seatedWith).toEqual([undefined, "token-1", undefined]);
  });

  test("a forbidden storage does not prevent connecting", async () => {
    const forbidden = () => {
      throw new Error("forbidden");
    };
    await open({
      storage: { getItem: forbidden, setItem: forbidden, removeItem: forbidden },
    }).live();
    expect(fake.seatedWith).toEqual([undefined]);
  });

  test("without a gateway, polling delivers the state", async () => {
    const { client } = open({ socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    fake.create();
    await client.once("change", () => client.requests.length === 1);
  });
});

describe("calls", () => {
  test("a request made during an outage is pending, then sent once", async () => {
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

  test("an unsent request survives a reload with its key", async () => {
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

  test("two tabs of a table keep each other's unsent requests over a reload", async () => {
    const storage = memory();
    fake.down = true;
    const tabs = [open({ storage }).client, open({ storage }).client];
    const keys = tabs.map((tab) => tab.call({ type: "waiter" }).key);
    const withdrawn = tabs[1]?.call({ type: "waiter" }).key ?? "";
    tabs[1]?.withdraw(withdrawn);
    for (const tab of tabs) tab.close();
    expect(open({ storage }).client.pending.map(({ key }) => key)).toEqual(keys);
  });

  test("a tab that an older page wrote over stores its unsent requests with the next one", async () => {
    const storage = memory();
    fake.down = true;
    const { client } = open({ storage });
    const first = client.call({ type: "waiter" }).key;
    storage.items.delete("waiter:calls:table-1");
    const second = client.call({ type: "bill" }).key;
    client.close();
    const kept = open({ storage }).client.pending.map(({ key }) => key);
    expect(new Set(kept)).toEqual(new Set([first, second]));
  });

  test("a page takes up all unsent requests that the table's tabs stored", async () => {
    const storage = memory();
    fake.down = true;
    const tabs = [open({ storage }).client, open({ storage }).client];
    for (const tab of tabs) for (let count = 0; count < 15; count++) tab.call({ type: "waiter" });
    for (const tab of tabs) tab.close();
    expect(open({ storage }).client.pending).toHaveLength(30);
  });

  test("a closed client takes no request that it would never send", async () => {
    const storage = memory();
    const { client, live } = open({ storage });
    await live();
    client.close();
    expect(() => client.call({ type: "waiter" })).toThrow(
      expect.objectContaining({ code: "closed" }),
    );
    expect([client.pending, storage.items.has("waiter:calls:table-1")]).toEqual([[], false]);
  });

  test("an unsent request is dropped when the table's code is replaced", async () => {
    const storage = memory();
    const away = { api: false, code: false };
    const { client, live } = open({
      storage,
      fetch: (url, init) => {
        const { pathname } = new URL(new Request(url, init).url);
        if (away.code && pathname === "/api/guest/sessions")
          return Promise.resolve(Response.json({ code: "not_found" }, { status: 404 }));
        if (away.api) return Promise.reject(new TypeError("away"));
        return fetch(url, init);
      },
    });
    await live();
    fake.mute = away.api = true;
    const { key } = client.call({ type: "waiter" });
    await until(() => asked("socket create") > 0);
    const dropped = client.once("callDropped");
    away.code = true;
    fake.expired.add("token-1");
    fake.cut();
    expect(await client.once("refused")).toEqual(["not_found"]);
    expect(client.pending).toEqual([]);
    expect(await dropped).toMatchObject([{ key }, { code: "not_found" }]);
    expect([...storage.items.keys()]).toEqual([]);
  });

  test("a request older than its limit is dropped and reported", async () => {
    fake.down = true;
    const { client } = open({ timing: { callTtlMs: 40 } });
    client.call({ type: "waiter" });
    const [, error] = await client.once("callDropped");
    expect(error.code).toBe("expired");
    expect(client.pending).toEqual([]);
  });

  test("an old unsent request waits for the guest's confirmation", async () => {
    const storage = memory();
    const old = { key: "k1", call: { type: "waiter" }, at: Date.now() - 301_000 };
    storage.setItem("waiter:calls:table-1", JSON.stringify([old]));
    const { client, live } = open({ storage });
    await live();
    expect(client.pending).toEqual([{ ...old, needsConfirmation: true }]);
    expect(fake.answers.size).toBe(0);
    client.confirm("k1");
    await client.once("sent");
    expect([...fake.answers.keys()]).toEqual(["k1"]);
    expect(client.pending).toEqual([]);
  });

  test("an unsent request that grows old on the page asks for confirmation", async () => {
    fake.down = true;
    const { client } = open({ timing: { confirmMs: 60 } });
    const { key } = client.call({ type: "waiter" });
    const [asking] = await client.once("callNeedsConfirmation");
    expect(asking.key).toBe(key);
    client.withdraw(key);
    expect(client.pending).toEqual([]);
  });

  test("a request withdrawn while being sent is cancelled on arrival", async () => {
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

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import { ClientError, StaffClient, type StaffClientOptions } from "./index.ts";
import { FakeWaiter, fast, until } from "./fake-waiter.test.helper.ts";

let fake: FakeWaiter;
const clients: StaffClient[] = [];

beforeEach(async () => {
  fake = await FakeWaiter.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await fake.stop();
});

function connect(options: StaffClientOptions = {}) {
  const applied: Envelope[] = [];
  const errors: unknown[] = [];
  const { timing, onEvent, ...others } = options;
  const client = new StaffClient({
    baseUrl: fake.url,
    headers: { host: "demo.localhost:3000" },
    session: fake.session(),
    refresh: "body",
    timing: { ...fast, ...timing },
    ...others,
    onEvent: (event) => {
      applied.push(event);
      onEvent?.(event);
    },
  });
  clients.push(client);
  client.on("error", (error) => errors.push(error));
  const live = () => reached(client, "live");
  client.connect();
  return { client, applied, errors, live, seqs: () => applied.map(({ seq }) => seq) };
}
const reached = async (client: StaffClient, state: string) => {
  if (client.state !== state) await client.once("state", (now) => now === state);
};
const applied = async (client: StaffClient, seq: number) => {
  if ((client.position?.seq ?? 0) < seq) await client.once("change", () => (client.position?.seq ?? 0) >= seq);
};

describe("following", () => {
  test("a new client has the snapshot, then every event in order", async () => {
    const first = fake.create();
    const { client, live, seqs } = connect();
    await live();
    expect(client.requests.map(({ id }) => id)).toEqual([first.id]);
    fake.create();
    fake.change("claimed", { id: first.id, state: "claimed" });
    await applied(client, 3);
    expect(seqs()).toEqual([2, 3]);
    expect(client.requests.map(({ state }) => state)).toEqual(["claimed", "new"]);
    expect([...fake.hosts]).toEqual(["demo.localhost:3000"]);
  });

  test("a lost event is asked for after a short wait, and applied before what came after it", async () => {
    const { client, live, seqs } = connect();
    await live();
    fake.create({}, { lost: true });
    fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
  });

  test("a head that is ahead repairs the loss of a tenant's last event", async () => {
    const { client, live, seqs } = connect();
    await live();
    fake.create({}, { lost: true });
    fake.io.of("/staff").emit("head", { epoch: fake.epoch, seq: 1, now: new Date().toISOString() });
    await applied(client, 1);
    expect(seqs()).toEqual([1]);
  });

  test("what happened while the connection was cut is applied after it, nothing twice", async () => {
    const { client, live, seqs } = connect();
    await live();
    fake.create();
    await applied(client, 1);
    fake.cut();
    fake.create();
    fake.create();
    await applied(client, 3);
    await live();
    fake.create();
    await applied(client, 4);
    expect(seqs()).toEqual([1, 2, 3, 4]);
  });

  test("an epoch that changed resets the client to the other history", async () => {
    const { client, live, seqs } = connect();
    await live();
    fake.create();
    fake.create();
    await applied(client, 2);
    fake.epoch = "11111111-1111-4111-8111-111111111111";
    fake.events = [];
    fake.requests.clear();
    const only = fake.create({}, { lost: true });
    const reset = client.once("reset");
    fake.io.of("/staff").emit("head", { epoch: fake.epoch, seq: 1, now: new Date().toISOString() });
    const [{ to }] = await reset;
    expect(to).toEqual({ epoch: fake.epoch, seq: 1 });
    expect(client.requests.map(({ id }) => id)).toEqual([only.id]);
    fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2, 2]);
  });

  test("with `everyEvent`, a reset in the same epoch leaves nothing out", async () => {
    const { client, live, seqs } = connect({ everyEvent: true });
    await live();
    fake.create();
    await applied(client, 1);
    fake.resetNext = true;
    fake.create({}, { lost: true });
    fake.create({}, { lost: true });
    fake.create();
    await applied(client, 4);
    expect(seqs()).toEqual([1, 2, 3, 4]);
  });

  test("an event of an unknown type advances the position and changes nothing", async () => {
    const { client, live } = connect();
    await live();
    fake.change("sung", { id: crypto.randomUUID() });
    await applied(client, 1);
    expect(client.requests).toEqual([]);
  });

  test("an event whose application throws counts as applied, is reported, and costs one reset", async () => {
    const { client, live, seqs, errors } = connect({
      onEvent: ({ seq }) => {
        if (seq === 1) throw new Error("cannot");
      },
    });
    await live();
    let resets = 0;
    client.on("reset", () => resets++);
    const reset = client.once("reset");
    fake.create();
    await reset;
    fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
    expect(resets).toBe(1);
    expect(errors).toEqual([new Error("cannot")]);
    expect(client.requests).toHaveLength(2);
  });
});

describe("commands", () => {
  test("a command goes over the socket and its answer shows at once", async () => {
    const { client, live } = connect();
    await live();
    const { id } = fake.create();
    const request = await client.claim(id);
    expect(request.state).toBe("claimed");
    expect(client.requests[0]?.state).toBe("claimed");
    expect(fake.asked).toContain("socket claim");
  });

  test("a lost claim is a conflict with the request as it is now", async () => {
    const { client, live } = connect();
    await live();
    const { id } = fake.create({ state: "claimed" });
    const failure = await client.claim(id).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "conflict", request: { id, state: "claimed" } });
  });

  test("a command whose acknowledgement is lost is repeated over HTTP with the same key and done once", async () => {
    const { client, live } = connect();
    await live();
    const { id } = fake.create();
    fake.mute = true;
    await client.claim(id);
    expect(fake.asked).toContain(`POST /api/requests/${id}/claim`);
    expect(fake.events.filter(({ type }) => type === "request.claimed")).toHaveLength(1);
  });

  test("commands wait while nothing answers, in order, and are sent when it does", async () => {
    const { id } = fake.create();
    const { client } = connect();
    await reached(client, "live");
    fake.mute = true;
    fake.down = true;
    const done = Promise.all([client.claim(id), client.complete(id)]);
    expect(client.pendingCommands).toBe(2);
    fake.mute = false;
    fake.down = false;
    await done;
    expect(fake.events.map(({ type }) => type)).toEqual(["request.created", "request.claimed", "request.completed"]);
  });

  test("a command that could not be sent in time is dropped, visibly", async () => {
    const { id } = fake.create();
    const { client, live } = connect({ timing: { commandTtlMs: 100, ackMs: 50 } });
    await live();
    fake.mute = true;
    fake.down = true;
    const dropped = client.once("commandDropped");
    await expect(client.claim(id)).rejects.toMatchObject({ code: "expired" });
    expect(await dropped).toEqual([{ command: "claim", id }]);
    expect(fake.requests.get(id)?.state).toBe("new");
  });

  test("what is on the screen is reported seen", async () => {
    const { client, live } = connect();
    await live();
    fake.create();
    await applied(client, 1);
    client.markSeen();
    await client.claim(fake.open()[0]?.id ?? "");
    await until(() => fake.seen.length > 0);
    expect(fake.seen[0]).toBeGreaterThanOrEqual(1);
  });
});

describe("staying connected", () => {
  test("an expired token is refreshed and the connection made with the new one", async () => {
    const session = fake.session();
    fake.expired.add(session.accessToken);
    const { client, live } = connect({ session });
    await live();
    expect(client.session?.accessToken).not.toBe(session.accessToken);
  });

  test("a live socket learns of a refreshed token", async () => {
    const { client, live } = connect();
    await live();
    const { accessToken } = await client.resumeSession();
    await until(() => fake.asked.includes(`auth:refresh ${accessToken}`));
  });

  test("a session that cannot be refreshed ends the client and asks for a login", async () => {
    fake.refreshable = false;
    const session = fake.session();
    fake.expired.add(session.accessToken);
    const { client } = connect({ session });
    expect(await client.once("refused")).toEqual(["unauthorized"]);
    expect(client.state).toBe("closed");
  });

  test("a gateway that refuses for now is tried again on a new connection", async () => {
    fake.refusals = [{ code: "overloaded", retryAfterMs: 1_000 }];
    const { live } = connect();
    await live();
    expect(fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test.each(["tenant_unknown", "tenant_mismatch"] as const)("%s is never tried again", async (code) => {
    fake.refusals = [{ code }];
    const { client } = connect();
    expect(await client.once("refused")).toEqual([code]);
    expect(client.state).toBe("closed");
  });

  test("while no gateway is reached, events come by polling, in order and once", async () => {
    const { client, live, seqs } = connect({ socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    fake.create();
    fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
    fake.down = true;
    await reached(client, "offline");
    client.close();
    await expect(Promise.race([live(), Promise.resolve("closed")])).resolves.toBe("closed");
  });

  test("a draining gateway is left when it says, and the move loses nothing", async () => {
    const { client, live, seqs } = connect();
    await live();
    fake.io.of("/staff").emit("draining", { reconnectInMs: 20 });
    await client.once("state", (state) => state === "connecting");
    fake.create();
    await live();
    await applied(client, 1);
    expect(seqs()).toEqual([1]);
    expect(fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test("a gateway without its Redis shows as degraded", async () => {
    const { client, live } = connect();
    await live();
    fake.io.of("/staff").emit("status", { degraded: true });
    await reached(client, "degraded");
    fake.io.of("/staff").emit("status", { degraded: false });
    await reached(client, "live");
  });

  test("silence makes the connection stale; a probe that is answered makes it live again", async () => {
    const { client, live } = connect({ timing: { staleMs: 60 } });
    await live();
    await reached(client, "stale");
    await reached(client, "live");
    expect(fake.asked.filter((what) => what === "connect /staff")).toHaveLength(1);
  });

  test("a connection that does not answer the probe is given up for a new one", async () => {
    const { client, live } = connect({ timing: { staleMs: 60, probeMs: 50 } });
    await live();
    for (const socket of fake.io.of("/staff").sockets.values()) socket.removeAllListeners("sync");
    await client.once("state", (state) => state === "stale");
    await client.once("state", (state) => state === "connecting");
    await live();
    expect(fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });
});

test("login makes a session; a refused one is an error with its code", async () => {
  const client = new StaffClient({ baseUrl: fake.url, timing: fast });
  clients.push(client);
  expect((await client.login("ada@example.com", "secret")).staff.name).toBe("Ada");
  fake.down = true;
  await expect(client.login("ada@example.com", "secret")).rejects.toBeInstanceOf(ClientError);
});

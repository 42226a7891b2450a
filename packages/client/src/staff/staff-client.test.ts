import { describe, expect, jest, test } from "@jest/globals";
import { ClientError, StaffClient } from "../index.ts";
import { fast, until } from "../testing/fake-waiter.test.helper.ts";
import { applied, connectTo, reached, useFake } from "./staff-client.test.helper.ts";

const now = useFake();

describe("following", () => {
  test("a new client shows the snapshot, then applies events in order", async () => {
    const first = now.fake.create();
    const { client, live, seqs } = connectTo(now);
    await live();
    expect(client.requests.map(({ id }) => id)).toEqual([first.id]);
    now.fake.create();
    now.fake.change("claimed", { id: first.id, state: "claimed" });
    await applied(client, 3);
    expect(seqs()).toEqual([2, 3]);
    expect(client.requests.map(({ state }) => state)).toEqual(["claimed", "new"]);
    expect([...now.fake.hosts]).toEqual(["demo.localhost:3000"]);
  });

  test("a lost event is fetched by sync and applied before later ones", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.create({}, { lost: true });
    now.fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
  });

  test("a head ahead of the client triggers a sync", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.create({}, { lost: true });
    now.fake.io
      .of("/staff")
      .emit("head", { epoch: now.fake.epoch, seq: 1, now: new Date().toISOString() });
    await applied(client, 1);
    expect(seqs()).toEqual([1]);
  });

  test("events of an interruption are applied once after reconnecting", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.create();
    await applied(client, 1);
    now.fake.cut();
    now.fake.create();
    now.fake.create();
    await applied(client, 3);
    await live();
    now.fake.create();
    await applied(client, 4);
    expect(seqs()).toEqual([1, 2, 3, 4]);
  });

  test("a changed epoch resets the client", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.create();
    now.fake.create();
    await applied(client, 2);
    now.fake.epoch = "11111111-1111-4111-8111-111111111111";
    now.fake.events = [];
    now.fake.requests.clear();
    const only = now.fake.create({}, { lost: true });
    const reset = client.once("reset");
    now.fake.io
      .of("/staff")
      .emit("head", { epoch: now.fake.epoch, seq: 1, now: new Date().toISOString() });
    const [{ to }] = await reset;
    expect(to).toEqual({ epoch: now.fake.epoch, seq: 1 });
    expect(client.requests.map(({ id }) => id)).toEqual([only.id]);
    now.fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2, 2]);
  });

  test("with `everyEvent`, a reset in the same epoch skips no event", async () => {
    const { client, live, seqs } = connectTo(now, { everyEvent: true });
    await live();
    now.fake.create();
    await applied(client, 1);
    now.fake.resetNext = true;
    now.fake.create({}, { lost: true });
    now.fake.create({}, { lost: true });
    now.fake.create();
    await applied(client, 4);
    expect(seqs()).toEqual([1, 2, 3, 4]);
  });

  test("any `request.*` event is applied by its request", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.change("sung", { id: crypto.randomUUID() });
    await applied(client, 1);
    expect(client.requests).toHaveLength(1);
  });

  test("an event about the restaurant refreshes its tables and skips no event", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.tables = [{ id: now.fake.tableId, label: "Terrace 1" }];
    now.fake.changeHouse("table.created");
    now.fake.create();
    await client.once("change", () => client.tables[0]?.label === "Terrace 1");
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
    expect(client.requests).toHaveLength(1);
  });

  test("of two readings of the restaurant the later one counts, whichever answers first", async () => {
    const { client, live } = connectTo(now);
    await live();
    const boards = () => now.fake.asked.filter((one) => one === "GET /api/board").length;
    const before = boards();
    let send = (): void => undefined;
    now.fake.boardHeld = new Promise((resolve) => (send = resolve));
    now.fake.tables = [{ id: now.fake.tableId, label: "before" }];
    now.fake.changeHouse("table.updated");
    await until(() => boards() === before + 1);
    const held = now.fake.boardHeld;
    now.fake.boardHeld = Promise.resolve();
    now.fake.tables = [{ id: now.fake.tableId, label: "after" }];
    now.fake.changeHouse("table.updated");
    await client.once("change", () => client.tables[0]?.label === "after");
    const late = client.once("change");
    send();
    await held;
    await late;
    expect(client.tables[0]?.label).toBe("after");
  });

  test("a throwing event handler is reported, counts as applied and causes one reset", async () => {
    const { client, live, seqs, errors } = connectTo(now, {
      onEvent: ({ seq }) => {
        if (seq === 1) throw new Error("cannot");
      },
    });
    await live();
    let resets = 0;
    client.on("reset", () => resets++);
    const reset = client.once("reset");
    now.fake.create();
    await reset;
    now.fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
    expect(resets).toBe(1);
    expect(errors).toEqual([new Error("cannot")]);
    expect(client.requests).toHaveLength(2);
  });
});

describe("commands", () => {
  test("a command goes over the socket and its answer updates the board", async () => {
    const { client, live } = connectTo(now);
    await live();
    const { id } = now.fake.create();
    const request = await client.claim(id);
    expect(request.state).toBe("claimed");
    expect(client.requests[0]?.state).toBe("claimed");
    expect(now.fake.asked).toContain("socket claim");
  });

  test("a lost claim rejects with the current request", async () => {
    const { client, live } = connectTo(now);
    await live();
    const { id } = now.fake.create({ state: "claimed" });
    const failure = await client.claim(id).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "conflict", request: { id, state: "claimed" } });
  });

  test("a command without acknowledgement is repeated over HTTP with the same key", async () => {
    const { client, live } = connectTo(now);
    await live();
    const { id } = now.fake.create();
    now.fake.mute = true;
    await client.claim(id);
    expect(now.fake.asked).toContain(`POST /api/requests/${id}/claim`);
    expect(now.fake.events.filter(({ type }) => type === "request.claimed")).toHaveLength(1);
  });

  test("commands wait during an outage and are sent in order", async () => {
    const { id } = now.fake.create();
    const { client } = connectTo(now);
    await reached(client, "live");
    now.fake.mute = true;
    now.fake.down = true;
    const done = Promise.all([client.claim(id), client.complete(id)]);
    expect(client.pendingCommands).toBe(2);
    now.fake.mute = false;
    now.fake.down = false;
    await done;
    expect(now.fake.events.map(({ type }) => type)).toEqual([
      "request.created",
      "request.claimed",
      "request.completed",
    ]);
  });

  test("a command not sent in time is dropped and reported", async () => {
    const { id } = now.fake.create();
    const { client, live } = connectTo(now, { timing: { commandTtlMs: 100, ackMs: 50 } });
    await live();
    now.fake.mute = true;
    now.fake.down = true;
    const dropped = client.once("commandDropped");
    await expect(client.claim(id)).rejects.toMatchObject({ code: "expired" });
    expect(await dropped).toEqual([{ command: "claim", id }]);
    expect(now.fake.requests.get(id)?.state).toBe("new");
  });

  test("a command that was tapped before the device slept is not sent when it awakes", async () => {
    const { id } = now.fake.create();
    const { client, live } = connectTo(now);
    await live();
    now.fake.mute = true;
    const claimed = client.claim(id).catch((error: unknown) => error);
    await until(() => now.fake.asked.includes("socket claim"));
    const later = Date.now() + 3_600_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => later);
    try {
      expect(await claimed).toMatchObject({ code: "expired" });
    } finally {
      clock.mockRestore();
    }
    expect(now.fake.asked).not.toContain(`POST /api/requests/${id}/claim`);
  });

  test("a command that was shown as not done is not sent although the clock was set back", async () => {
    const [{ id }, other, another] = [now.fake.create(), now.fake.create(), now.fake.create()];
    const { client, live } = connectTo(now, { timing: { commandTtlMs: 1_500 } });
    await live();
    now.fake.down = now.fake.mute = true;
    const earlier = Date.now() - 3_600_000;
    const claimed = client.claim(id).catch((error: unknown) => error);
    const clock = jest.spyOn(Date, "now").mockImplementation(() => earlier);
    try {
      expect(await claimed).toMatchObject({ code: "expired" });
      now.fake.down = now.fake.mute = false;
      await client.claim(other.id);
      const connecting = client.once("state", (state) => state === "connecting");
      now.fake.cut();
      await connecting;
      // A live connection wakes what waits.
      await live();
      await client.claim(another.id);
    } finally {
      clock.mockRestore();
    }
    expect(now.fake.requests.get(id)?.state).toBe("new");
  });

  test("a command behind a silent server is reported as not done after its limit", async () => {
    const { id } = now.fake.create();
    const { client, live } = connectTo(now, { timing: { commandTtlMs: 100, ackMs: 60_000 } });
    await live();
    now.fake.mute = true;
    const dropped = client.once("commandDropped");
    await expect(client.undo(id)).rejects.toMatchObject({ code: "expired" });
    expect(await dropped).toEqual([{ command: "undo", id }]);
  });

  test("`undo` and `as` go over the socket as the protocol names them", async () => {
    const { id } = now.fake.create();
    const { client, live } = connectTo(now);
    await live();
    await client.claim(id, { version: 1, as: now.fake.staffId });
    expect(await client.undo(id)).toMatchObject({ state: "new" });
    expect(now.fake.commands).toMatchObject([
      { command: "claim", version: 1, as: now.fake.staffId },
      { command: "undo" },
    ]);
  });

  test("`markSeen` reports the position", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.create();
    await applied(client, 1);
    client.markSeen();
    await client.claim(now.fake.open()[0]?.id ?? "");
    await until(() => now.fake.seen.length > 0);
    expect(now.fake.seen[0]).toBeGreaterThanOrEqual(1);
  });

  test("what arrives after `markSeen` is not reported: the screen may be off", async () => {
    const { client, live } = connectTo(now, { timing: { seenMs: 300 } });
    await live();
    now.fake.create();
    await applied(client, 1);
    client.markSeen({ visible: true });
    now.fake.create();
    await applied(client, 2);
    await until(() => now.fake.seen.length > 0);
    expect(now.fake.seen).toEqual([1]);
  });
});

test("login creates a session; a failed login rejects", async () => {
  const client = new StaffClient({ baseUrl: now.fake.url, timing: fast });
  now.clients.push(client);
  expect((await client.login("ada@example.com", "secret")).staff.name).toBe("Ada");
  now.fake.down = true;
  await expect(client.login("ada@example.com", "secret")).rejects.toBeInstanceOf(ClientError);
});

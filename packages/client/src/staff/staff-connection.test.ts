import { describe, expect, jest, test } from "@jest/globals";
import { until } from "../testing/fake-waiter.test.helper.ts";
import { silentServer } from "../testing/silent-server.test.helper.ts";
import { applied, connectTo, reached, useFake } from "./staff-client.test.helper.ts";
import { ReconnectSchedule } from "../connection/reconnect-schedule.ts";
import { defaultTiming } from "../shared/timing.ts";

const now = useFake();

describe("staying connected", () => {
  test("an expired token is refreshed before the next connection", async () => {
    const session = now.fake.session();
    now.fake.expired.add(session.accessToken);
    const { client, live } = connectTo(now, { session });
    await live();
    expect(client.session?.accessToken).not.toBe(session.accessToken);
  });

  test("a refreshed token is sent to the live socket", async () => {
    const { client, live } = connectTo(now);
    await live();
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.asked.includes(`auth:refresh ${accessToken}`));
  });

  test("a new connection presents the ticket of its token, also of a refreshed one", async () => {
    const { client, live } = connectTo(now);
    await live();
    const before = client.session?.accessToken;
    now.fake.io.of("/staff").disconnectSockets(true);
    await until(() => now.fake.tickets.length === 2);
    await live();
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.asked.includes(`auth:refresh ${accessToken}`));
    now.fake.io.of("/staff").disconnectSockets(true);
    await until(() => now.fake.tickets.length === 3);
    expect(now.fake.tickets).toEqual([undefined, `of ${before}`, `of ${accessToken}`]);
  });

  test("the ticket of the api's answer goes with its token, over socket and handshake", async () => {
    now.fake.apiIssuesTickets = true;
    const { client, live } = connectTo(now);
    await live();
    const before = client.session?.accessToken;
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.refreshTickets.length === 1);
    now.fake.io.of("/staff").disconnectSockets(true);
    await until(() => now.fake.tickets.length === 2);
    expect(now.fake.tickets).toEqual([`api ${before}`, `api ${accessToken}`]);
    expect(now.fake.refreshTickets).toEqual([`api ${accessToken}`]);
  });

  test("a gateway that does not take the api's ticket replaces it by its own", async () => {
    now.fake.apiIssuesTickets = true;
    const { client, live } = connectTo(now);
    await live();
    const token = client.session?.accessToken;
    const heard = new Promise((resolve) => now.fake.io.of("/staff").once("connection", resolve));
    now.fake.io.of("/staff").emit("ticket", { ticket: `of ${token}` });
    now.fake.io.of("/staff").disconnectSockets();
    await heard;
    expect(now.fake.tickets).toEqual([`api ${token}`, `of ${token}`]);
  });

  test("a failed refresh is repeated within the api's grace period", async () => {
    const refreshes = () =>
      now.fake.asked.filter((what) => what === "POST /api/auth/refresh").length;
    const { reconnectMinMs, reconnectMaxMs } = defaultTiming;
    const { client, live } = connectTo(now, {
      timing: { reconnectMinMs, reconnectMaxMs },
      session: { ...now.fake.session(), expiresAt: new Date(Date.now() + 1_000).toISOString() },
    });
    await live();
    now.fake.down = true;
    await until(() => refreshes() === 1);
    const failedAt = Date.now();
    now.fake.down = false;
    await client.once("session");
    expect(refreshes()).toBe(2);
    expect(Date.now() - failedAt).toBeLessThan(2_500);
  });

  test("a refused refresh ends the client with `refused`", async () => {
    now.fake.refreshable = false;
    const session = now.fake.session();
    now.fake.expired.add(session.accessToken);
    const { client } = connectTo(now, { session });
    expect(await client.once("refused")).toEqual(["unauthorized"]);
    expect(client.state).toBe("closed");
  });

  test("a temporary refusal is retried on a new connection", async () => {
    now.fake.refusals = [{ code: "overloaded", retryAfterMs: 1_000 }];
    const { live } = connectTo(now);
    await live();
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test.each(["tenant_unknown", "tenant_mismatch"] as const)("%s is never retried", async (code) => {
    now.fake.refusals = [{ code }];
    const { client } = connectTo(now);
    expect(await client.once("refused")).toEqual([code]);
    expect(client.state).toBe("closed");
  });

  test("without a gateway, polling delivers events once and in order", async () => {
    const { client, live, seqs } = connectTo(now, { socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    now.fake.create();
    now.fake.create();
    await applied(client, 2);
    expect(seqs()).toEqual([1, 2]);
    now.fake.down = true;
    await reached(client, "offline");
    client.close();
    await expect(Promise.race([live(), Promise.resolve("closed")])).resolves.toBe("closed");
  });

  test("a draining gateway is left in time by a client whose clock is set back", async () => {
    const { live } = connectTo(now);
    await live();
    const draining = new Promise<void>((resolve) => {
      for (const socket of now.fake.io.of("/staff").sockets.values())
        socket.on("disconnect", () => resolve());
    });
    now.fake.io.of("/staff").emit("draining", { reconnectInMs: 100 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const earlier = Date.now() - 3_600_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => earlier);
    try {
      await draining;
      await until(() => now.fake.asked.filter((what) => what === "connect /staff").length === 2);
    } finally {
      clock.mockRestore();
    }
  });

  test("a board whose device slept does not wait for the planned move", async () => {
    const { live } = connectTo(now);
    await live();
    now.fake.io.of("/staff").emit("draining", { reconnectInMs: 200_000 });
    const later = Date.now() + 3_600_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => later);
    try {
      // Each message comes in its turn: the move is planned before the connection is lost.
      await new Promise((resolve) => setTimeout(resolve, 50));
      clock.mockImplementation(() => later + 3_600_000);
      now.fake.io.of("/staff").disconnectSockets();
      await until(() => now.fake.asked.filter((what) => what === "connect /staff").length === 2);
    } finally {
      clock.mockRestore();
    }
  });

  test("a draining gateway is left in time and no event is lost", async () => {
    const { client, live, seqs } = connectTo(now);
    await live();
    now.fake.io.of("/staff").emit("draining", { reconnectInMs: 20 });
    await client.once("state", (state) => state === "connecting");
    now.fake.create();
    await live();
    await applied(client, 1);
    expect(seqs()).toEqual([1]);
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test("a gateway without Redis shows as degraded", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.io.of("/staff").emit("status", { degraded: true });
    await reached(client, "degraded");
    now.fake.io.of("/staff").emit("status", { degraded: false });
    await reached(client, "live");
  });

  test("a silent connection is probed and stays live when it answers", async () => {
    const { client, live } = connectTo(now, { timing: { boardStaleMs: 60 } });
    await live();
    const states: string[] = [];
    client.on("state", (state) => states.push(state));
    const asked = now.fake.asked.filter((what) => what === "sync").length;
    await until(() => now.fake.asked.filter((what) => what === "sync").length > asked + 1);
    expect(states).toEqual([]);
  });

  test("an unanswered probe makes the board poll, then replaces the connection", async () => {
    const { client, live } = connectTo(now, {
      timing: { boardStaleMs: 60, doubtMs: 20, probeMs: 1_000 },
    });
    await live();
    for (const socket of now.fake.io.of("/staff").sockets.values())
      socket.removeAllListeners("sync");
    await reached(client, "stale");
    now.fake.create({}, { lost: true });
    await applied(client, 1);
    await client.once("state", (state) => state === "connecting" || state === "polling");
    await live();
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test("the board is read at once, while the gateway does not answer", async () => {
    now.fake.create();
    const silent = await silentServer();
    const { client } = connectTo(now, { socketUrl: silent.url });
    await client.once("change", () => client.requests.length === 1);
    expect(client.state).toBe("connecting");
    await silent.close();
  });

  test("a board whose connections are lost at once polls meanwhile", async () => {
    now.fake.cutAtOnce = true;
    const { client } = connectTo(now, { timing: { reconnectMaxMs: 10_000 }, random: () => 1 });
    await until(() => now.fake.connectedAt.length >= 4);
    now.fake.create({}, { lost: true });
    await applied(client, 1);
  });

  test("connections that were live, and lost before they settled, back off", async () => {
    const lost = jest.spyOn(ReconnectSchedule.prototype, "afterLoss");
    const timing = { settleMs: 60_000, reconnectMinMs: 5, reconnectMaxMs: 1_000 };
    try {
      const { live } = connectTo(now, { timing, random: () => 1 });
      for (const count of [1, 2, 3, 4]) {
        await live();
        now.fake.io.of("/staff").disconnectSockets(true);
        await until(() => lost.mock.results.length === count);
      }
      expect(lost.mock.results.map(({ value }) => value)).toEqual([5, 10, 20, 40]);
    } finally {
      lost.mockRestore();
    }
  });

  test("a gateway that loses the api breaks the path, and repairs it", async () => {
    const { client, live } = connectTo(now);
    await live();
    expect(client.path).toBe("ok");
    now.fake.io.of("/staff").emit("status", { degraded: false, api: false });
    await client.once("path", (path) => path === "broken");
    expect(client.state).toBe("degraded");
    now.fake.io.of("/staff").emit("status", { degraded: false, api: true });
    await client.once("path", (path) => path === "ok");
  });

  test("a socket that refuses a renewed token is replaced: another person has signed in", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.refreshRefusal = "unauthorized";
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.connectedAt.length === 2);
    expect(now.fake.shownTokens.at(-1)).toBe(accessToken);
  });

  test("a socket that sent too many messages at its renewal stays", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.refreshRefusal = "rate_limited";
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.asked.includes(`auth:refresh ${accessToken}`));
    // Arrives behind the refusal.
    now.fake.create();
    await applied(client, 1);
    expect(now.fake.connectedAt).toHaveLength(1);
  });

  test("a polling board reports what it shows over HTTP", async () => {
    const { client } = connectTo(now, { socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    client.markSeen({ visible: true });
    await until(() => now.fake.asked.includes("POST /api/seen"));
  });

  test("a polling board reports no request that came after `markSeen`", async () => {
    const { client } = connectTo(now, { socketUrl: "http://127.0.0.1:9" });
    await reached(client, "polling");
    now.fake.create();
    await applied(client, 1);
    client.markSeen({ visible: true });
    now.fake.create();
    await applied(client, 2);
    const known = now.fake.seen.length;
    await until(() => now.fake.seen.length >= known + 2);
    expect(new Set(now.fake.seen)).toEqual(new Set([1]));
  });
});

import { describe, expect, test } from "@jest/globals";
import { until } from "./fake-waiter.test.helper.ts";
import { applied, connectTo, reached, useFake } from "./staff-client.test.helper.ts";
import { defaultTiming } from "./timing.ts";

const now = useFake();

describe("staying connected", () => {
  test("an expired token is refreshed and the connection made with the new one", async () => {
    const session = now.fake.session();
    now.fake.expired.add(session.accessToken);
    const { client, live } = connectTo(now, { session });
    await live();
    expect(client.session?.accessToken).not.toBe(session.accessToken);
  });

  test("a live socket learns of a refreshed token", async () => {
    const { client, live } = connectTo(now);
    await live();
    const { accessToken } = await client.resumeSession();
    await until(() => now.fake.asked.includes(`auth:refresh ${accessToken}`));
  });

  test("a refresh whose answer did not come is asked for again within two seconds, while the api still knows the token", async () => {
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

  test("a session that cannot be refreshed ends the client and asks for a login", async () => {
    now.fake.refreshable = false;
    const session = now.fake.session();
    now.fake.expired.add(session.accessToken);
    const { client } = connectTo(now, { session });
    expect(await client.once("refused")).toEqual(["unauthorized"]);
    expect(client.state).toBe("closed");
  });

  test("a gateway that refuses for now is tried again on a new connection", async () => {
    now.fake.refusals = [{ code: "overloaded", retryAfterMs: 1_000 }];
    const { live } = connectTo(now);
    await live();
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });

  test.each(["tenant_unknown", "tenant_mismatch"] as const)(
    "%s is never tried again",
    async (code) => {
      now.fake.refusals = [{ code }];
      const { client } = connectTo(now);
      expect(await client.once("refused")).toEqual([code]);
      expect(client.state).toBe("closed");
    },
  );

  test("while no gateway is reached, events come by polling, in order and once", async () => {
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

  test("a draining gateway is left when it says, and the move loses nothing", async () => {
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

  test("a gateway without its Redis shows as degraded", async () => {
    const { client, live } = connectTo(now);
    await live();
    now.fake.io.of("/staff").emit("status", { degraded: true });
    await reached(client, "degraded");
    now.fake.io.of("/staff").emit("status", { degraded: false });
    await reached(client, "live");
  });

  test("silence makes the connection stale; a probe that is answered makes it live again", async () => {
    const { client, live } = connectTo(now, { timing: { staleMs: 60 } });
    await live();
    await reached(client, "stale");
    await reached(client, "live");
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(1);
  });

  test("a connection that does not answer the probe is given up for a new one", async () => {
    const { client, live } = connectTo(now, { timing: { staleMs: 60, probeMs: 50 } });
    await live();
    for (const socket of now.fake.io.of("/staff").sockets.values())
      socket.removeAllListeners("sync");
    await client.once("state", (state) => state === "stale");
    await client.once("state", (state) => state === "connecting");
    await live();
    expect(now.fake.asked.filter((what) => what === "connect /staff")).toHaveLength(2);
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { healthAnswer } from "@waiter/contracts";
import { Lifecycle } from "@waiter/lifecycle";
import { createMetrics } from "@waiter/metrics";
import express from "express";
import { mountOps, redisCheck } from "./index.ts";
import { EventLoopMonitor } from "./event-loop.ts";
import { runChecks, type Check } from "./run-checks.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve({
  checks = {},
  opsPort,
}: { checks?: Record<string, Check>; opsPort?: number } = {}) {
  const lifecycle = new Lifecycle();
  const app = express();
  const place = { app, lifecycle, config: { OPS_PORT: opsPort, HOST: "127.0.0.1" } };
  const ops = await mountOps(place, {
    metrics: createMetrics(),
    info: { service: "test", version: "1.2.3", license: () => "valid" },
    checks,
    checkTimeoutMs: 50,
    checkCacheMs: 0,
    sockets: async () => ({ sockets: 3 }),
    dbPool: () => ({ total: 1 }),
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(
    () => lifecycle.stop("end of test"),
    () => server.close(),
  );
  const get = async (path: string, port = (server.address() as AddressInfo).port) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>,
    };
  };
  return { lifecycle, get, ops };
}
const down: Check = async () => ({ status: "down" });
const up: Check = async () => ({ status: "up" });

describe("probes", () => {
  test("probes follow the lifecycle: readiness ends with the drain, liveness does not", async () => {
    const { lifecycle, get } = await serve();
    const statuses = async () =>
      Promise.all(["/startupz", "/readyz", "/livez"].map(async (path) => (await get(path)).status));
    expect(await statuses()).toEqual([503, 503, 200]);
    lifecycle.markReady();
    expect(await statuses()).toEqual([200, 200, 200]);
    await lifecycle.stop("test");
    expect(await statuses()).toEqual([200, 503, 200]);
  });

  test("a dependency that is down degrades health and leaves the probes green", async () => {
    const { lifecycle, get } = await serve({ checks: { redis: down, postgres: up } });
    lifecycle.markReady();
    expect((await get("/livez")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
    const health = await get("/api/health");
    expect([health.status, health.json()["status"]]).toEqual([200, "degraded"]);
  });

  test("a single stall that is over does not fail liveness", () => {
    const monitor = new EventLoopMonitor();
    closers.push(() => monitor.close());
    expect(monitor.isAlive(10_000)).toBe(true);
  });
});

describe("health routes", () => {
  test("/api/health has the shape of the contract", async () => {
    const { lifecycle, get } = await serve({ checks: { redis: up } });
    lifecycle.markReady();
    expect(healthAnswer.parse((await get("/api/health")).json())).toMatchObject({
      status: "ok",
      license: { status: "valid" },
      version: "1.2.3",
    });
    await lifecycle.stop("test");
    expect((await get("/api/health")).json()["status"]).toBe("draining");
  });

  test("comprehensive lists each dependency; a check that hangs or throws is down", async () => {
    const hangs: Check = () => new Promise(() => undefined);
    const throws: Check = () => Promise.reject(new Error("password=secret"));
    const { get } = await serve({ checks: { up, hangs, throws } });
    const answer = await get("/api/health/comprehensive");
    expect(answer.json()).toMatchObject({
      status: "degraded",
      service: "test",
      dependencies: { up: { status: "up" }, hangs: { status: "down" }, throws: { status: "down" } },
      sockets: { sockets: 3 },
      dbPool: { total: 1 },
    });
    expect(answer.text).not.toContain("secret");
  });

  test("a Redis that refuses the login is down, with the reason", async () => {
    const redis = redisCheck({
      state: "failed",
      loginRefused: true,
      ping: () => Promise.reject(new Error("not connected")),
    });
    const { get } = await serve({ checks: { redis } });
    expect((await get("/api/health/comprehensive")).json()).toMatchObject({
      status: "degraded",
      dependencies: { redis: { status: "down", state: "failed", loginRefused: true } },
    });
  });

  test("system reports CPU, memory and event loop; metrics are Prometheus text", async () => {
    const { get } = await serve();
    expect((await get("/api/health/system")).json()).toMatchObject({
      cpu: { cores: expect.any(Number) },
      memory: { rss: expect.any(Number) },
      eventLoop: { p99Ms: expect.any(Number) },
    });
    expect((await get("/metrics")).text).toContain("# TYPE waiter_redis_up gauge");
    expect((await get("/api/health/sockets")).json()).toEqual({ sockets: 3 });
    expect((await get("/api/health/db-pool")).json()).toEqual({ total: 1 });
  });

  test("scrapes at the same time share one text of the metrics", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const metrics = jest.fn(() => promise);
    const app = express();
    const config = { OPS_PORT: undefined, HOST: "127.0.0.1" };
    const registry = { contentType: "text/plain", metrics };
    await mountOps({ app, lifecycle: new Lifecycle(), config }, {
      metrics: { registry },
      info: { service: "test", version: "1.2.3" },
      checks: {},
    } as unknown as Parameters<typeof mountOps>[1]);
    const server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const scrape = () => fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    const scrapes = Array.from({ length: 20 }, scrape);
    // A later request on another route is answered after all of them have arrived.
    await fetch(`http://127.0.0.1:${port}/livez`);
    resolve("up 1");
    expect(new Set(await Promise.all(scrapes))).toEqual(new Set(["up 1"]));
    expect(metrics.mock.calls.length).toBeLessThan(20);
    expect(await scrape()).toBe("up 1");
  });

  test("OPS_PORT serves the ops routes, PORT answers them with 404, both serve /api/health", async () => {
    const { get, ops } = await serve({ opsPort: 0 });
    for (const path of [
      "/livez",
      "/readyz",
      "/startupz",
      "/metrics",
      "/api/health/system",
      "/api/health/db-pool",
      "/api/health/sockets",
      "/api/health/comprehensive",
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
      expect([path, (await get(path, ops)).status]).not.toEqual([path, 404]);
    }
    expect((await get("/api/health")).status).toBe(200);
    expect((await get("/api/health", ops)).status).toBe(200);
  });
});

test("checks run concurrently", async () => {
  const both = Promise.withResolvers<void>();
  let arrived = 0;
  const meet: Check = async () => {
    if (++arrived === 2) both.resolve();
    await both.promise;
    return { status: "up" };
  };
  expect(await runChecks({ a: meet, b: meet }, 5_000)).toMatchObject({
    a: { status: "up" },
    b: { status: "up" },
  });
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { waitFor, startSystem, type System } from "@waiter/testkit";
import { call, openBoard, requestOf, sitDown } from "./harness/people.ts";
import type { ReceivedSpan } from "./tracing/read-spans.ts";
import { Collector } from "./tracing/start-collector.ts";

let collector: Collector;
let system: System;

beforeAll(async () => {
  collector = await Collector.start();
  system = await startSystem({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, WAITER_FAULT: "api:after-commit" },
  });
  await using database = createDatabase({ url: system.file.databaseUrl, name: "test", max: 1 });
  const tenant = (await database.findTenant("demo"))?.id ?? "";
  const steps = { escalation_steps: [1, 600, 1_200] };
  await database.inTenant(tenant, (tx) => tx.updateTable("tenant").set(steps).execute());
}, 180_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await collector?.[Symbol.asyncDispose]();
}, 60_000);

const post = "POST /api/guest/requests";
const idOf = ({ traceId, spanId }: ReceivedSpan): string => `${traceId}/${spanId}`;

/** What a service has logged, line by line. */
const linesOf = (name: string): Record<string, unknown>[] =>
  system
    .log(name)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("one trace from the guest's POST to the staff socket", () => {
  test("by the worker's relay, when the api dies between COMMIT and publish", async () => {
    using board = await openBoard(system);
    const token = await sitDown(system, 2);
    await call(system, token, "water").catch(() => undefined);
    await waitFor(
      () => board.requests.find(({ table, type }) => table.label === "Table 3" && type === "water"),
      15_000,
      "the call on the board",
    );

    const published = await collector.span({ service: "waiter-worker", name: "event publish" });
    const delivered = await collector.span({
      service: "waiter-socket-gateway",
      name: "event deliver",
      traceId: published.traceId,
    });
    // Both continue the span of the POST, which died with its process before it could be exported.
    expect([published.kind, delivered.kind]).toEqual(["producer", "consumer"]);
    expect(published.parentId).toMatch(/^[0-9a-f]{16}$/);
    expect(delivered.parentId).toBe(published.parentId);
    const relayed = await collector.span({ service: "waiter-worker", name: "outbox relay" });
    expect(relayed.links).toEqual([`${published.traceId}/${published.parentId}`]);
    expect(relayed.traceId).not.toBe(published.traceId);
  });

  test("through api, transaction, publisher and gateway, and to the worker's escalation", async () => {
    await waitFor(
      async () => (await fetch(`${system.file.apis[0]}/readyz`)).ok,
      30_000,
      "the api being back",
    );
    using board = await openBoard(system);
    const answer = await waitFor(async () => {
      const tried = await call(system, await sitDown(system), "bill", "one-key");
      return tried.status === 201 ? tried : undefined;
    }, 20_000);
    const { id } = requestOf(answer);
    await waitFor(
      () => board.requests.find((request) => request.id === id && request.level === 1),
      20_000,
      "the first escalation on the board",
    );

    const root = await collector.span({ service: "waiter-api", name: post });
    const { traceId } = root;
    const child = (service: string, name: string, parentId = root.spanId) =>
      collector.span({ service, name, traceId, parentId });
    const [transaction, published, delivered] = await Promise.all([
      child("waiter-api", "db transaction"),
      child("waiter-api", "event publish"),
      child("waiter-socket-gateway", "event deliver"),
    ]);
    expect([root, transaction, published, delivered].map(({ kind }) => kind)).toEqual([
      "server",
      "client",
      "producer",
      "consumer",
    ]);
    expect(root.parentId).toBeUndefined();
    expect(delivered.links).toEqual([idOf(root)]);

    // The deadline fires a second later; its trace is still the one of the call.
    const escalation = { service: "waiter-worker", traceId };
    const { parentId = "" } = await collector.span({ ...escalation, name: "event publish" });
    const job = await collector.span({
      ...escalation,
      name: "deadline escalation",
      spanId: parentId,
    });
    expect(job.kind).toBe("consumer");
    await child("waiter-worker", "db transaction", job.spanId);
    const escalated = await child("waiter-socket-gateway", "event deliver", job.spanId);
    expect(escalated.links).toEqual([idOf(job)]);

    const logged = await waitFor(
      () => linesOf("api-1").find((line) => line["requestId"] === answer.headers["x-request-id"]),
      5_000,
      "the request's log line",
    );
    expect(logged["traceId"]).toBe(traceId);
  });

  test("a waiter's claim on a socket reaches the api, and comes back to the board", async () => {
    using board = await openBoard(system);
    const [open] = board.requests;
    await board.claim(open?.id ?? "");
    const command = await collector.span({
      service: "waiter-socket-gateway",
      name: "socket request:claim",
    });
    const { traceId } = command;
    const served = await collector.span({
      service: "waiter-api",
      name: "POST /api/requests/:id/claim",
      traceId,
      parentId: command.spanId,
    });
    await collector.span({
      service: "waiter-socket-gateway",
      name: "event deliver",
      traceId,
      parentId: served.spanId,
    });
  });

  test("probes and scrapes leave no trace", () => {
    expect(collector.spans.filter(({ name }) => /readyz|livez|metrics|health/.test(name))).toEqual(
      [],
    );
  });
});

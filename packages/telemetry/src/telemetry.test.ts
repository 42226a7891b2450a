import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { currentTraceparent, startTelemetry, withRemoteParent, withSpan } from "./index.ts";

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** A collector that keeps what it is sent. */
async function startCollector() {
  const bodies: Buffer[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      paths.push(`${request.url} ${request.headers["content-type"]}`);
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    bodies,
    paths,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

describe("tracing off", () => {
  test("runs the function without a trace", async () => {
    const telemetry = startTelemetry({ service: "waiter-test", version: "1" });
    await telemetry.started;
    const seen = await withSpan("work", {}, () =>
      withRemoteParent(parent, () => currentTraceparent()),
    );
    expect(seen).toBeUndefined();
    await telemetry.shutdown();
  });

  test("passes on what the function throws", async () => {
    await expect(withSpan("work", {}, () => Promise.reject(new Error("own")))).rejects.toThrow(
      "own",
    );
  });
});

describe("tracing on", () => {
  test("a span continues the caller's trace, and a shutdown exports the rest", async () => {
    const collector = await startCollector();
    const telemetry = startTelemetry({
      service: "waiter-test",
      version: "1",
      endpoint: collector.url,
    });
    await telemetry.started;
    const inside = await withRemoteParent(parent, () =>
      withSpan("claim-request", { kind: "server", links: [parent, undefined, "junk"] }, () =>
        currentTraceparent(),
      ),
    );
    await telemetry.shutdown();
    collector.close();
    expect(inside).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(collector.paths).toEqual(["/v1/traces application/x-protobuf"]);
    expect(collector.bodies[0]?.includes("claim-request")).toBe(true);
    expect(collector.bodies[0]?.includes("waiter-test")).toBe(true);
  });

  test("spans carry OTEL_RESOURCE_ATTRIBUTES; the sample ratio applies to new traces only", async () => {
    const collector = await startCollector();
    process.env["OTEL_RESOURCE_ATTRIBUTES"] = "k8s.pod.name=api-1";
    const telemetry = startTelemetry({
      service: "waiter-test",
      version: "1",
      endpoint: collector.url,
      sampleRatio: 0,
    });
    await telemetry.started;
    await withSpan("of its own", {}, () => undefined);
    await withRemoteParent(parent, () => withSpan("of a caller", {}, () => undefined));
    await telemetry.shutdown();
    delete process.env["OTEL_RESOURCE_ATTRIBUTES"];
    collector.close();
    const sent = Buffer.concat(collector.bodies).toString("latin1");
    expect(
      ["k8s.pod.name", "api-1", "of a caller", "of its own"].map((text) => sent.includes(text)),
    ).toEqual([true, true, true, false]);
  });

  test("an unreachable collector does not fail the stop", async () => {
    const telemetry = startTelemetry({
      service: "waiter-test",
      version: "1",
      endpoint: "http://127.0.0.1:1",
    });
    await telemetry.started;
    await withSpan("lost", {}, () => undefined);
    await expect(telemetry.shutdown()).resolves.toBeUndefined();
  }, 30_000);
});

import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { startRedis, waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import { createBridgedEmitter } from "./index.ts";

test("without Redis every call rejects and no rejection is unhandled", async () => {
  await using server = await startRedis();
  const client = new Redis(server.url, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
  client.on("error", () => undefined);
  const errors: Error[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    await once(client, "ready");
    const emitter = createBridgedEmitter(client, { onError: (error) => errors.push(error) });
    await emitter.to("room").emit("event");
    await server.kill();
    await waitFor(() => client.status !== "ready");
    void emitter.to("room").emit("not-awaited");
    await expect(emitter.to("room").emit("event")).rejects.toThrow();
    await expect(emitter.serverSideEmit("event")).rejects.toThrow();
    await expect(emitter.in("room").disconnectSockets()).rejects.toThrow();
    expect(errors).toHaveLength(4);
    await server.restart();
    await waitFor(() => client.status === "ready");
    expect(await emitter.to("room").emit("event")).toBe(0);
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
    client.disconnect();
  }
});

import { afterEach, expect, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { connectRedis, type RedisConnection } from "./index.ts";

let connection: RedisConnection | undefined;
afterEach(() => connection?.close());

test("a client that ioredis ended is connected again", async () => {
  connection = connectRedis({
    url: "redis://127.0.0.1:1",
    name: "test",
    role: "command",
    logger: silentLogger,
    delayMs: () => 5,
  });
  const { client } = connection;
  const again = new Promise((resolve) =>
    client.once("end", () => client.once("connecting", resolve)),
  );
  // What happens inside ioredis when a fail-over overtakes an attempt to connect: the client ends
  // by itself.
  client.disconnect();
  await again;
  expect(connection.state).not.toBe("closed");
});

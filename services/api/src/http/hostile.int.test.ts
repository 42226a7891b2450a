import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { generateKeys } from "@waiter/auth";
import { sharedRedisUrl, spawnService, testDatabase, type TestDatabase } from "@waiter/testkit";

jest.setTimeout(180_000);

const platformToken = "platform-token-of-tests";
/** 70 % of 512 MiB, as the chart sets it for an api pod. */
const heapMb = 358;
let database: TestDatabase;
let api: Awaited<ReturnType<typeof spawnService>>;

beforeAll(async () => {
  database = await testDatabase();
  const pair = generateKeys();
  api = await spawnService(join(import.meta.dirname, "../main.ts"), {
    NODE_OPTIONS: `--max-old-space-size=${heapMb}`,
    DATABASE_URL: database.appUrl,
    REDIS_URL: sharedRedisUrl(),
    JWT_PRIVATE_KEYS: pair.privatePem,
    JWT_PUBLIC_KEYS: pair.publicPem,
    DOMAIN_URL: "http://localhost:3000",
    PLATFORM_ADMIN_TOKEN: platformToken,
    LOG_LEVEL: "error",
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await database.drop();
});

interface Sent {
  readonly status: number | string;
  readonly text: string;
}

function send(
  host: string,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const { promise, resolve } = Promise.withResolvers<Sent>();
  const outgoing = httpRequest(
    `${api.origin}${path}`,
    {
      method: "POST",
      agent: false,
      headers: {
        host: `${host}:3000`,
        "content-type": "application/json",
        "content-length": `${Buffer.byteLength(body)}`,
        ...headers,
      },
    },
    (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
    },
  );
  outgoing.once("error", (error: NodeJS.ErrnoException) =>
    resolve({ status: error.code ?? "error", text: "" }),
  );
  outgoing.end(body);
  return promise;
}

const owner = { email: "owner@example.com", name: "Olga", password: "correct horse battery" };
async function createRestaurant(): Promise<string> {
  const slug = `t${randomUUID().slice(0, 13)}`;
  const created = await send(
    "localhost",
    "/api/platform/tenants",
    JSON.stringify({ slug, name: "Trattoria", owner, tables: ["1"] }),
    { authorization: `Bearer ${platformToken}` },
  );
  expect(created.status).toBe(201);
  return `${slug}.localhost`;
}
const logIn = (host: string): Promise<Sent> =>
  send(
    host,
    "/api/auth/login",
    JSON.stringify({ email: owner.email, password: owner.password, refresh: "body" }),
  );

describe("an api with the heap of a chart's pod", () => {
  test.each([
    ["98 kB of nested arrays", 500, "[".repeat(49_000) + "]".repeat(49_000), 413],
    ["8 kB of nested arrays", 500, "[".repeat(4_000) + "]".repeat(4_000), 400],
    ["8 kB of nested objects", 500, `${'{"a":'.repeat(1_300)}1${"}".repeat(1_300)}`, 400],
  ])("survives anonymous bodies of %s, %i at once", async (_name, count, body, status) => {
    const host = await createRestaurant();
    const paths = ["/api/auth/login", "/api/guest/sessions"];
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => send(host, paths[index % 2] ?? "", body)),
    );
    const statuses = new Set(answers.map((answer) => answer.status));
    // A limit or a budget that is used up says so; no connection breaks.
    expect([...statuses].filter((one) => one !== 429 && one !== 503)).toEqual([status]);
    expect((await logIn(host)).status).toBe(200);
  });

  test("600 bodies of one address that never arrive hold no other up", async () => {
    const host = await createRestaurant();
    const path = "/api/push/receipts";
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}:3000\r\nContent-Type: application/json\r\nContent-Length: 8192\r\n\r\n{`;
    const sockets = Array.from({ length: 600 }, () => {
      const socket = connect(Number(new URL(api.origin).port), "127.0.0.1");
      socket.on("error", () => undefined).write(head);
      return socket;
    });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const whole = await send(host, path, JSON.stringify({ receipt: "unknown", state: "shown" }));
    expect(whole.status).toBe(404);
    for (const socket of sockets) socket.destroy();
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { sharedRedisUrl } from "@waiter/testkit";
import { TokenExpiries } from "../connections/token-expiries.ts";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness, type TestGateway } from "../testing/harness.ts";
import { exchange } from "../testing/raw-client.ts";

let harness: Harness;
let gateway: TestGateway;
let pizza: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  gateway = await harness.gateway({
    transports: ["websocket", "polling"],
    trustedProxies: ["127.0.0.1"],
  });
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const ask = (method: string, query: string, body?: string, origin?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${gateway.port}/socket.io/?EIO=4&transport=polling${query}`, {
    method,
    headers: {
      "content-type": "text/plain;charset=UTF-8",
      "x-forwarded-host": "pizza.waiter.test",
      "x-forwarded-for": "192.0.2.1",
      ...(origin !== undefined && { origin }),
    },
    ...(body !== undefined && { body }),
  });
/** The id of a new connection. */
async function open(): Promise<string> {
  const text = await (await ask("GET", "")).text();
  return (JSON.parse(text.slice(1)) as { sid: string }).sid;
}
const post = async (sid: string, body: string): Promise<number> =>
  (await ask("POST", `&sid=${sid}`, body)).status;
/** A connection that is in the namespace of guests. */
async function join(token = harness.guestToken(pizza)): Promise<string> {
  const sid = await open();
  const auth = JSON.stringify({ token });
  expect(await post(sid, `40/guest,${auth}`)).toBe(200);
  let heard = "";
  while (!heard.includes("40/guest,{")) heard += await poll(sid);
  return sid;
}
const poll = async (sid: string): Promise<string> => (await ask("GET", `&sid=${sid}`)).text();

describe("a polling connection", () => {
  test("posts bodies of 8 kB before a session, and of a message's length after it", async () => {
    expect(await post(await open(), "2".repeat(8_193))).toBe(413);
    expect(await post(await join(), `42/guest,1["sync",{"x":"${"x".repeat(100_000)}"}]`)).toBe(200);
  });

  test("of more than 1,000 packets in one body ends, and none of them is read", async () => {
    const bodyOf = (packets: number): string => Array(packets).fill("3").join("\u001e");
    const sid = await join();
    await post(sid, bodyOf(1_001));
    expect(await post(sid, "3")).toBe(400);
    const other = await join();
    expect(await post(other, bodyOf(50))).toBe(200);
    expect(await post(other, "3")).toBe(200);
  });

  test("that ends in the body of a new token leaves nothing behind", async () => {
    const added = jest.spyOn(TokenExpiries.prototype, "add");
    const session = { table: randomUUID(), sid: randomUUID() };
    const sid = await join(harness.guestToken(pizza, session));
    const refresh = ["auth:refresh", { token: harness.guestToken(pizza, session) }];
    expect(await post(sid, `42/guest,1${JSON.stringify(refresh)}\u001e1`)).toBe(200);
    expect(await post(sid, "3")).toBe(400);
    const [expiries] = added.mock.contexts as TokenExpiries[];
    const kept = [...(expiries?.before(Infinity) ?? [])].filter(
      ({ data }) => data.sid === session.sid,
    );
    expect(kept).toHaveLength(0);
    added.mockRestore();
  });

  test.each(["PUT", "DELETE", "PATCH", "HEAD"])("answers %s with 405", async (method) => {
    const answer = await ask(method, `&sid=${await open()}`);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("lets no page of another origin use credentials", async () => {
    const answer = await ask("GET", "", undefined, "http://pizza.waiter.test");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

test("a WebSocket of another Engine.IO protocol gets a 400 with the reason", async () => {
  const answer = await exchange(
    gateway.port,
    "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: pizza.waiter.test\r\n" +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1.1 400 [^]*\r\n\r\nUnsupported protocol version$/);
});

import { get, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sharedRedisUrl } from "@waiter/testkit";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness, type TestGateway } from "../testing/harness.ts";
import { rawClient } from "../testing/raw-client.ts";

let harness: Harness;
let pizza: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

/** Status of an upgrade to a WebSocket: 101 is a connection. */
function upgrade({ port }: TestGateway, path: string): Promise<number> {
  const headers = {
    host: "pizza.waiter.test",
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers });
    asked.once("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once("error", reject);
    asked.end();
  });
}

describe("admission", () => {
  test("no spelling of the URL bypasses admission", async () => {
    const full = await harness.gateway({ rate: { burst: 1, perSecond: 0.001 } });
    const query = "EIO=4&transport=websocket";
    expect(await upgrade(full, `/socket.io/?${query}`)).toBe(101);
    const tricks = [
      `/socket.io/?${query}`,
      `/socket.io/&sid=x?${query}`,
      `/socket.io/?${query}&sid=x&sid=`,
      `/socket.io/?${query}#&sid=x`,
      `/socket.io/?sid=&${query}`,
    ];
    for (const path of tricks)
      expect({ path, status: await upgrade(full, path) }).toEqual({ path, status: 503 });
    // An unknown session id does not help either.
    expect(await upgrade(full, `/socket.io/?${query}&sid=nobody`)).toBe(400);
  });

  test("a connection's own id neither upgrades it again nor leaves a request unanswered", async () => {
    const gateway = await harness.gateway();
    const client = await rawClient(gateway.port);
    const { sid } = JSON.parse((await client.message("0")).slice(1)) as { sid: string };
    const path = `/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
    expect(await upgrade(gateway, path)).toBe(400);
    const headers = { host: "pizza.waiter.test" };
    const asked = await new Promise<number | undefined>((resolve, reject) => {
      get({ host: "127.0.0.1", port: gateway.port, path, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).once("error", reject);
    });
    expect(asked).toBe(400);
    await client.join("/guest", harness.guestToken(pizza));
    client.socket.terminate();
  });
});

test("a connection that keeps trying tokens is closed", async () => {
  const { port } = await harness.gateway();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    headers: { host: "nobody.waiter.test" },
  });
  const refusals: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    const text = (data as Buffer).toString();
    if (text.startsWith("44")) refusals.push(text);
    // Engine.IO's "open", or Socket.IO's refusal: "connect to /staff", again and again.
    if (text.startsWith("0") || text.startsWith("44")) socket.send('40/staff,{"token":"a.b.c"}');
  });
  await new Promise((resolve) => {
    socket.addEventListener("close", resolve);
  });
  expect(refusals.filter((text) => text.includes("unauthorized"))).toHaveLength(8);
  expect(refusals).toHaveLength(8);
});

describe("commands sent to the api", () => {
  /** X-Forwarded-For of a guest's command as the api gets it. */
  async function forwardedFor(gateway: TestGateway): Promise<unknown> {
    const client = io(`http://127.0.0.1:${gateway.port}/guest`, {
      transports: ["websocket"],
      forceNew: true,
      auth: { token: harness.guestToken(pizza) },
      extraHeaders: { host: "pizza.waiter.test", "x-forwarded-for": "198.51.100.7" },
    });
    try {
      const before = harness.api.asked("/api/guest/requests").length;
      await client.emitWithAck("request:create", { type: "bill" });
      return harness.api.asked("/api/guest/requests")[before]?.headers["x-forwarded-for"];
    } finally {
      client.disconnect();
    }
  }

  test("carry the client's address as a trusted proxy reports it", async () => {
    expect(await forwardedFor(await harness.gateway({ trustedProxies: ["127.0.0.1"] }))).toBe(
      "198.51.100.7",
    );
    expect(await forwardedFor(await harness.gateway())).toBe("127.0.0.1");
  });
});

import { once } from "node:events";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { InvitationAnswer, LoginAnswer } from "@waiter/contracts";
import { shareApi } from "../testing/share-api.ts";
import { createRestaurant, loginAs, type Restaurant } from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let owner: string;
let other: { readonly id: string; readonly token: string };

beforeAll(async () => {
  pizza = await createRestaurant(api);
  owner = await loginAs(api, pizza);
});
beforeEach(async () => {
  other = await hire("owner");
});

const send = (method: string, path: string, body: object) =>
  api.call(pizza.slug, path, { method, body, token: owner });
async function hire(role: string): Promise<{ readonly id: string; readonly token: string }> {
  const added = await send("POST", "/api/staff", { name: "Otto", role });
  const { id } = added.body["staff"] as { id: string };
  const { body } = await send("POST", `/api/staff/${id}/invitation`, {});
  const invitation = new URL((body as unknown as InvitationAnswer).url).hash.slice(1);
  const joined = await send("POST", "/api/auth/join", { invitation, refresh: "body" });
  return { id, token: (joined.body as unknown as LoginAnswer).accessToken };
}

/** A request of `other` of which the last byte is missing; its headers have been checked. */
async function begin(method: string, path: string, body: object): Promise<ClientRequest> {
  const content = JSON.stringify(body);
  const outgoing = httpRequest({
    host: "127.0.0.1",
    port: api.port,
    path,
    method,
    agent: false,
    headers: {
      host: `${pizza.slug}.localhost:3000`,
      authorization: `Bearer ${other.token}`,
      "content-type": "application/json",
      "content-length": `${Buffer.byteLength(content)}`,
    },
  });
  outgoing.write(content.slice(0, -1));
  await sleep(200);
  return outgoing;
}
async function finish(outgoing: ClientRequest): Promise<unknown[]> {
  outgoing.end("}");
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const { code } = JSON.parse((await text(answer)) || "{}") as { code?: string };
  return [answer.statusCode, code];
}
const deactivate = () => send("PATCH", `/api/staff/${other.id}`, { active: false, version: 1 });

test("an owner who is deactivated while the body arrives does not come back by it", async () => {
  const back = await begin("PATCH", `/api/staff/${other.id}`, { active: true, version: 2 });
  expect((await deactivate()).status).toBe(200);
  expect(await finish(back)).toEqual([401, "unauthorized"]);
});

test("an owner who is demoted while the body arrives expires", async () => {
  const back = await begin("PATCH", `/api/staff/${other.id}`, { role: "owner", version: 2 });
  await send("PATCH", `/api/staff/${other.id}`, { role: "waiter", version: 1 });
  expect(await finish(back)).toEqual([401, "token_expired"]);
});

test.each<[string, () => string, object]>([
  ["POST", () => "/api/staff", { name: "Spy", role: "owner" }],
  ["POST", () => `/api/staff/${other.id}/invitation`, {}],
  ["POST", () => "/api/me/password", { next: "a password of mine" }],
  ["PUT", () => "/api/duty", { tables: "all" }],
  ["POST", () => "/api/requests", { type: "water" }],
])("%s %s of a device that is signed out while the body arrives", async (method, path, body) => {
  const tableId = pizza.tables[0]?.id;
  const late = await begin(method, path(), "type" in body ? { ...body, tableId } : body);
  const out = await send("DELETE", `/api/staff/${other.id}/devices`, {});
  expect(out.status).toBe(204);
  expect(await finish(late)).toEqual([401, "unauthorized"]);
});

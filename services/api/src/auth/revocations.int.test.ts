import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { signGuest } from "@waiter/auth";
import { claims as claimsSchema, type Claims } from "@waiter/contracts";
import { Revocations } from "@waiter/live-state";
import { waitFor } from "@waiter/local-servers";
import { shareApi } from "../testing/share-api.ts";
import {
  callWaiter,
  createRestaurant,
  internalToken,
  loginAs,
  seatGuest,
  type Restaurant,
} from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let tenantId: string;
let owner: string;

beforeAll(async () => {
  pizza = await createRestaurant(api);
  owner = await loginAs(api, pizza);
  tenantId = claimsOf(owner).tid;
});

const claimsOf = (token: string): Claims =>
  claimsSchema.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
const statusOf = async (token: string, path: string, method = "GET"): Promise<number> =>
  (
    await api.call(pizza.slug, path, {
      method,
      token,
      ...(method === "POST"
        ? { body: { type: "water" }, headers: { "idempotency-key": randomUUID() } }
        : {}),
    })
  ).status;
const revokedHeads = async (): Promise<string[]> => {
  const { body } = await api.call(undefined, "/internal/heads", {
    method: "POST",
    body: { tenants: [tenantId] },
    headers: { authorization: `Internal ${internalToken}` },
  });
  return (body["heads"] as { revoked: string[] }[])[0]?.revoked ?? [];
};
const announced = (id: string): Promise<boolean> =>
  new Revocations(api.context.redis.client)
    .read(tenantId)
    .then((ended) => ended.some((one) => one.id === id));

describe("a new code of a table", () => {
  test("ends the guest sessions of the old one, and no other table's", async () => {
    const [old, neighbour] = [await seatGuest(api, pizza), await seatGuest(api, pizza, 1)];
    const rotated = await api.call(pizza.slug, `/api/tables/${pizza.tables[0]?.id}/rotate-token`, {
      method: "POST",
      token: owner,
      body: {},
    });
    expect(rotated.status).toBe(200);
    expect(await statusOf(old, "/api/guest/requests", "POST")).toBe(401);
    expect(await statusOf(old, "/api/guest/requests")).toBe(401);
    expect(await statusOf(neighbour, "/api/guest/requests", "POST")).toBe(201);
    const { token } = rotated.body["table"] as { token: string };
    const again = await api.call(pizza.slug, "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: token },
    });
    expect(again.status).toBe(201);
    expect(await statusOf(again.body["accessToken"] as string, "/api/guest/requests", "POST")).toBe(
      201,
    );
    const code = (claimsOf(old) as { code?: string }).code ?? "";
    expect(await revokedHeads()).toContain(code);
    await waitFor(async () => (await announced(code)) || undefined, 5_000, "the announcement");
  });
});

describe("a guest's token", () => {
  test("lives 30 minutes, and for 4 hours a new one is for the same guest", async () => {
    const token = await seatGuest(api, pizza, 1);
    const guest = claimsOf(token) as Claims & { aud: "guest" };
    expect(guest.exp - guest.iat).toBe(1_800);
    await callWaiter(api, pizza, token, { type: "bill", payment: "card", note: "mine" });
    const earlier = (hoursAgo: number): string =>
      signGuest(guest, api.context.tokens.keys, {
        issuer: api.context.tokens.issuer,
        now: Date.now() - hoursAgo * 3_600_000,
      }).token;
    const renewed = await Promise.all(
      [3.9, 4.1].map((hours) =>
        api.call(pizza.slug, "/api/guest/sessions", {
          method: "POST",
          token: earlier(hours),
          body: { tableToken: pizza.tables[1]?.token },
        }),
      ),
    );
    const subjects = renewed.map(({ body }) => claimsOf(body["accessToken"] as string).sub);
    expect(subjects[0]).toBe(guest.sub);
    expect(subjects[1]).not.toBe(guest.sub);
  });
});

describe("a deactivated person", () => {
  test("is refused at once and announced to the gateways", async () => {
    const restaurant = await createRestaurant(api);
    const token = await loginAs(api, restaurant);
    const { tid, sid } = claimsOf(token);
    const board = async () => (await api.call(restaurant.slug, "/api/board", { token })).status;
    const claim = async () =>
      (
        await api.call(restaurant.slug, `/api/requests/${tid}/claim`, {
          method: "POST",
          token,
          body: {},
        })
      ).status;
    expect([await board(), await claim()]).toEqual([200, 404]);
    await api.context.database.inTenant(tid, (tx) =>
      tx.updateTable("staff").set({ active: false }).where("tenant_id", "=", tid).execute(),
    );
    expect([await board(), await claim()]).toEqual([401, 401]);
    const revocations = new Revocations(api.context.redis.client);
    await waitFor(
      async () => (await revocations.read(tid)).some(({ id }) => id === sid) || undefined,
      5_000,
      "the announcement",
    );
  });
});

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { escalateRequest } from "@waiter/requests";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  seatGuest,
  startTestApi,
  type Restaurant,
  type TestAnswer,
  type TestApi,
} from "../../testing/start-test-api.ts";

/** Undo against everything that may happen between a command and its undo, through the routes. */
let api: TestApi;
let pizza: Restaurant;
let tenantId: string;
let anna: string;
let ben: string;
beforeAll(async () => {
  const limits = ["ADDRESS", "API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS", "TABLE", "TENANT"];
  api = await startTestApi({
    env: Object.fromEntries(limits.map((scope) => [`RATE_LIMIT_${scope}`, "100000"])),
  });
  pizza = await createRestaurant(api);
  tenantId = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
  anna = await loginAs(api, pizza);
  ben = await loginAs(api, pizza, await hireBen());
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const post = (path: string, token: string, body: object = {}): Promise<TestAnswer> =>
  api.call(pizza.slug, path, {
    method: "POST",
    token,
    body,
    headers: { "idempotency-key": randomUUID() },
  });

async function hireBen(): Promise<{ email: string; password: string }> {
  const ben = { email: "ben@example.com", password: "another horse battery" };
  const made = await post("/api/staff", anna, { name: "Ben", role: "manager", email: ben.email });
  const { id } = made.body["staff"] as { id: string };
  const { body } = await post(`/api/staff/${id}/invitation`, anna);
  const invitation = new URL(String(body["url"])).hash.slice(1);
  await api.call(pizza.slug, "/api/auth/join", {
    method: "POST",
    body: { invitation, password: ben.password },
  });
  return ben;
}

/** One table with one request, its guest, and what was done to it. */
interface Scene {
  readonly tableId: string;
  readonly guest: string;
  readonly id: string;
}
async function newScene(): Promise<Scene> {
  const made = await post("/api/tables", anna, { label: randomUUID() });
  const [table] = made.body["tables"] as Restaurant["tables"][number][];
  if (table === undefined) throw new Error(made.text);
  const guest = await seatGuest(api, { ...pizza, tables: [table] });
  const { id } = await callWaiter(api, pizza, guest, { type: "water" });
  return { tableId: table.id, guest, id };
}

const rowOf = (id: string) =>
  api.context.database.inTenant(tenantId, (tx) =>
    tx
      .selectFrom("request")
      .select(["state", "version", "claimed_by"])
      .where("tenant_id", "=", tenantId)
      .where("id", "=", id)
      .executeTakeFirstOrThrow(),
  );

/** What its author does, and takes back. */
const mine = {
  claim: ({ id }: Scene) => post(`/api/requests/${id}/claim`, anna),
  release: async ({ id }: Scene) => {
    await post(`/api/requests/${id}/claim`, anna);
    return post(`/api/requests/${id}/release`, anna);
  },
  complete: ({ id }: Scene) => post(`/api/requests/${id}/complete`, anna),
  completeClaimed: async ({ id }: Scene) => {
    await post(`/api/requests/${id}/claim`, anna);
    return post(`/api/requests/${id}/complete`, anna);
  },
  dismiss: ({ id }: Scene) => post(`/api/requests/${id}/dismiss`, anna, { reason: "gone" }),
  cancel: ({ id, guest }: Scene) => post(`/api/guest/requests/${id}/cancel`, guest),
};
/** The state before each of them, which its undo restores. */
const stateBefore = {
  claim: "new",
  release: "claimed",
  complete: "new",
  completeClaimed: "claimed",
  dismiss: "new",
  cancel: "new",
} as const;

/** What may happen in between. */
const theirs = {
  nothing: async () => undefined,
  claim: ({ id }: Scene) => post(`/api/requests/${id}/claim`, ben),
  complete: ({ id }: Scene) => post(`/api/requests/${id}/complete`, ben),
  dismiss: ({ id }: Scene) => post(`/api/requests/${id}/dismiss`, ben, { reason: "mine" }),
  reopen: ({ id, guest }: Scene) => post(`/api/guest/requests/${id}/reopen`, guest),
  guestCancels: ({ id, guest }: Scene) => post(`/api/guest/requests/${id}/cancel`, guest),
  sameAgain: ({ guest }: Scene) => post("/api/guest/requests", guest, { type: "water" }),
  escalation: ({ id }: Scene) =>
    escalateRequest(api.context.database, { tenantId, requestId: id, level: 1 }),
  retirement: ({ tableId }: Scene) =>
    api.call(pizza.slug, `/api/tables/${tableId}`, { method: "DELETE", token: anna }),
};
type Mine = keyof typeof mine;
type Theirs = keyof typeof theirs;

const isOver = (state: string) => ["completed", "cancelled", "dismissed"].includes(state);
const pairs = (Object.keys(mine) as Mine[]).flatMap((command) =>
  (Object.keys(theirs) as Theirs[]).map((other) => [command, other] as const),
);

describe("undo restores the state before, unless anything else happened: then nothing", () => {
  test.each(pairs)("%s, then %s", async (command, other) => {
    const scene = await newScene();
    const done = await mine[command](scene);
    expect(done.status).toBeLessThan(300);
    const after = await rowOf(scene.id);
    await theirs[other](scene);
    const between = await rowOf(scene.id);
    const path = command === "cancel" ? "/api/guest/requests" : "/api/requests";
    const author = command === "cancel" ? scene.guest : anna;
    const undone = await post(`${path}/${scene.id}/undo`, author);
    const row = await rowOf(scene.id);

    const isRefused =
      between.version !== after.version ||
      (other === "sameAgain" && isOver(after.state)) ||
      other === "retirement";
    const restored = { state: stateBefore[command], version: after.version + 1 };
    const { state, version } = isRefused ? between : restored;
    expect(row).toMatchObject({ state, version });
    // A guest whose table is retired has no session any more.
    const refusals = other === "retirement" ? [401, 404, 409] : [409];
    expect(isRefused ? refusals : [200]).toContain(undone.status);
    // A second undo finds nothing to take back.
    const twice = await post(`${path}/${scene.id}/undo`, author);
    expect(twice.status).toBeGreaterThanOrEqual(400);
    expect(await rowOf(scene.id)).toEqual(row);
  });
});

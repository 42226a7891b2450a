import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { channels } from "@waiter/contracts";
import { waitFor } from "@waiter/testkit";
import {
  createRestaurant,
  loginAs,
  startTestApi,
  type Restaurant,
  type TestAnswer,
  type TestApi,
} from "../../testing/start-test-api.ts";

/** Changes of the floor while guests call without a pause, through the routes and Postgres. */
let api: TestApi;
beforeAll(async () => {
  const limits = ["ADDRESS", "API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS", "TABLE", "TENANT"];
  api = await startTestApi({
    env: Object.fromEntries(limits.map((scope) => [`RATE_LIMIT_${scope}`, "100000"])),
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

interface Place {
  readonly pizza: Restaurant;
  /** The owner's access token. */
  readonly owner: string;
  readonly send: (method: string, path: string, body?: object) => Promise<TestAnswer>;
  readonly guest: (index?: number) => Promise<string>;
}
async function open(): Promise<Place> {
  const pizza = await createRestaurant(api, ["1", "2"]);
  const token = await loginAs(api, pizza);
  return {
    pizza,
    owner: token,
    send: (method, path, body) =>
      api.call(pizza.slug, path, { method, token, ...(body !== undefined && { body }) }),
    guest: async (index = 0) => {
      const answer = await api.call(pizza.slug, "/api/guest/sessions", {
        method: "POST",
        body: { tableToken: pizza.tables[index]?.token },
      });
      return String(answer.body["accessToken"]);
    },
  };
}

const types = ["waiter", "bill", "water", "order", "other"];
interface Tried {
  readonly key: string;
  readonly type: string;
  readonly answer: TestAnswer;
}
const callOnce = (pizza: Restaurant, token: string, type: string, key: string) =>
  api.call(pizza.slug, "/api/guest/requests", {
    method: "POST",
    token,
    body: { type },
    headers: { "idempotency-key": key },
  });

/** Calls and cancels without a pause until `change` has answered; every call that was tried. */
async function during(
  { pizza }: Place,
  token: string,
  change: () => Promise<TestAnswer>,
): Promise<{ readonly tried: readonly Tried[]; readonly changed: TestAnswer }> {
  const tried: Tried[] = [];
  let done = false;
  const callers = types.map(async (type) => {
    while (!done) {
      const key = randomUUID();
      const answer = await callOnce(pizza, token, type, key);
      tried.push({ key, type, answer });
      if (answer.status >= 300) continue;
      const { id } = answer.body["request"] as { id: string };
      await api.call(pizza.slug, `/api/guest/requests/${id}/cancel`, {
        method: "POST",
        token,
        body: {},
      });
    }
  });
  while (tried.length < 10) await new Promise((resolve) => setImmediate(resolve));
  const changed = await change();
  const seen = tried.length;
  while (tried.length < seen + 10) await new Promise((resolve) => setImmediate(resolve));
  done = true;
  await Promise.all(callers);
  return { tried, changed };
}

const openOf = async ({ send }: Place, tableId: string | undefined): Promise<unknown[]> => {
  const { body } = await send("GET", "/api/board");
  return (body["requests"] as { table: { id: string } }[]).filter(
    ({ table }) => table.id === tableId,
  );
};
const codesOf = (tried: readonly Tried[]): string[] => [
  ...new Set(
    tried.map(({ answer }) => String((answer.body["code"] as string | undefined) ?? answer.status)),
  ),
];

describe("while guests call without a pause", () => {
  test("a retired table keeps no open request, and its calls are refused", async () => {
    const place = await open();
    const token = await place.guest();
    const id = place.pizza.tables[0]?.id;
    const { tried, changed } = await during(place, token, () =>
      place.send("DELETE", `/api/tables/${id}`),
    );
    expect(changed.status).toBe(204);
    expect(await openOf(place, id)).toEqual([]);
    // `not_found`: a call that was authorized before the end and written after it.
    expect(["200", "201", "not_found", "unauthorized"]).toEqual(
      expect.arrayContaining(codesOf(tried)),
    );
    expect(codesOf(tried)).toContain("unauthorized");
    // A key that was answered before the end answers nothing to a dead session.
    const [first] = tried;
    expect((await callOnce(place.pizza, token, first?.type ?? "", first?.key ?? "")).status).toBe(
      401,
    );
  });

  test("a muted table keeps no request with dismissOpen, and replays no refusal", async () => {
    const place = await open();
    const token = await place.guest();
    const path = `/api/tables/${place.pizza.tables[0]?.id}/mute`;
    const { tried, changed } = await during(place, token, () =>
      place.send("POST", `${path}?dismissOpen=true`, { minutes: 10 }),
    );
    expect(changed.status).toBe(200);
    expect(await openOf(place, place.pizza.tables[0]?.id)).toEqual([]);
    const refused = tried.filter(({ answer }) => answer.body["code"] === "table_muted");
    expect(refused.length).toBeGreaterThan(0);
    expect((await place.send("POST", path, { minutes: 0 })).status).toBe(200);
    for (const { key, type } of refused.slice(0, 10)) {
      const again = await callOnce(place.pizza, token, type, key);
      expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([
        expect.any(Number),
        null,
      ]);
      expect(again.status).toBeLessThan(300);
    }
  });

  test("a closed restaurant takes no request, and replays no refusal once it opens", async () => {
    const place = await open();
    const token = await place.guest();
    const version = async () =>
      ((await place.send("GET", "/api/settings")).body["settings"] as { version: number }).version;
    const closing = { hours: { weekly: {} }, version: await version() };
    const { tried, changed } = await during(place, token, () =>
      place.send("PATCH", "/api/settings", closing),
    );
    expect(changed.status).toBe(200);
    const refused = tried.filter(({ answer }) => answer.body["code"] === "closed");
    expect(refused.length).toBeGreaterThan(0);
    await place.send("PATCH", "/api/settings", { hours: null, version: await version() });
    for (const { key, type } of refused.slice(0, 10))
      expect((await callOnce(place.pizza, token, type, key)).status).toBeLessThan(300);
  });

  test("a new code ends the old sessions, and the table goes on", async () => {
    const place = await open();
    const token = await place.guest();
    const id = place.pizza.tables[0]?.id;
    const { tried, changed } = await during(place, token, () =>
      place.send("POST", `/api/tables/${id}/rotate-token`, {}),
    );
    expect(changed.status).toBe(200);
    expect(codesOf(tried).filter((code) => !/^20[01]$/.test(code))).toEqual(["unauthorized"]);
    const { token: code } = changed.body["table"] as { token: string };
    const seated = await api.call(place.pizza.slug, "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: code },
    });
    const fresh = String(seated.body["accessToken"]);
    expect((await callOnce(place.pizza, fresh, "water", randomUUID())).status).toBeLessThan(300);
  });
});

describe("two people at the same moment", () => {
  test("who demote each other leave one owner", async () => {
    const place = await open();
    const added = await place.send("POST", "/api/staff", { name: "Otto", role: "owner" });
    const otto = (added.body["staff"] as { id: string }).id;
    const invited = await place.send("POST", `/api/staff/${otto}/invitation`, {});
    const invitation = new URL(String(invited.body["url"])).hash.slice(1);
    const joined = await api.call(place.pizza.slug, "/api/auth/join", {
      method: "POST",
      body: { invitation, refresh: "body" },
    });
    const olga = ((await place.send("GET", "/api/me")).body["me"] as { id: string }).id;
    const body = { role: "waiter", version: 1 };
    const ottos = String(joined.body["accessToken"]);
    const send = (method: string, path: string, token: string, sent?: object) =>
      api.call(place.pizza.slug, path, { method, token, ...(sent && { body: sent }) });
    const demotions = [
      [`/api/staff/${otto}`, place.owner],
      [`/api/staff/${olga}`, ottos],
    ] as const;
    const answers = await Promise.all(
      demotions.map(([path, token]) => send("PATCH", path, token, body)),
    );
    const codes = answers.map(({ status, body: { code } }) => (status === 200 ? 200 : code));
    const winner = codes.indexOf(200);
    // The second one is refused by the count, or its token ended before.
    expect(["last_owner", "token_expired"]).toContain(codes[1 - winner]);
    const { body: left } = await send("GET", "/api/staff", demotions[winner]?.[1] ?? "");
    const roles = (left["staff"] as { role: string }[]).map(({ role }) => role);
    expect(roles.toSorted()).toEqual(["owner", "waiter"]);
  });

  test("who edit the same table: one wins, the other sees the table as it is", async () => {
    const place = await open();
    const path = `/api/tables/${place.pizza.tables[0]?.id}`;
    const answers = await Promise.all(
      ["Window", "Corner", "Bar"].map((label) => place.send("PATCH", path, { label, version: 1 })),
    );
    const [won] = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status }) => status === 409);
    expect(lost).toHaveLength(2);
    for (const { body } of lost)
      expect(body).toMatchObject({ code: "conflict", table: won?.body["table"] });
  });
});

test("500 tables in one request are one event, and every board has them", async () => {
  const place = await open();
  const before = (await place.send("GET", "/api/board")).body as { seq: number; epoch: string };
  const labels = Array.from({ length: 500 }, (_, index) => `T ${index + 1}`);
  const made = await place.send("POST", "/api/tables", { labels });
  expect(made.status).toBe(201);
  await using second = await startTestApi({
    env: { DATABASE_URL: api.context.config.DATABASE_URL },
  });
  const owner = await loginAs(api, place.pizza);
  for (const one of [api, second]) {
    const board = await one.call(place.pizza.slug, "/api/board", { token: owner });
    expect((board.body["tables"] as unknown[]).length).toBe(502);
    const path = `/api/events?epoch=${before.epoch}&since=${before.seq}`;
    const { body } = await one.call(place.pizza.slug, path, { token: owner });
    expect(body["events"]).toMatchObject([{ type: "table.created", seq: before.seq + 1 }]);
  }
});

test("people who come on duty are rung at once: workers hear of it", async () => {
  const { send } = await open();
  const told = jest.spyOn(api.context.redis.client, "publish");
  try {
    expect((await send("PUT", "/api/duty", { tables: "all" })).status).toBe(200);
    const isTold = () => told.mock.calls.some(([channel]) => channel === channels.deadlines());
    await waitFor(isTold, 2_000, "the wake-up of the workers");
  } finally {
    told.mockRestore();
  }
});

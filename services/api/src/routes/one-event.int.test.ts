import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { routeAccess, type Envelope, type RouteKey } from "@waiter/contracts";
import { sql } from "kysely";
import { shareApi } from "../testing/share-api.ts";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  seatGuest,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

/** A change of the restaurant is one transaction with one event, and its replay has none. */
const api = shareApi();
let pizza: Restaurant;
let tenantId: string;
let owner: string;
let ownerId: string;
beforeAll(async () => {
  pizza = await createRestaurant(api, ["1", "2", "3", "4", "5", "6"]);
  tenantId = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
  owner = await loginAs(api, pizza);
  ownerId = ((await send("GET", "/api/me")).body["me"] as { id: string }).id;
});

const send = (
  method: string,
  path: string,
  body?: object,
  key: string = randomUUID(),
): Promise<TestAnswer> =>
  api.call(pizza.slug, path, {
    method,
    token: owner,
    ...(body !== undefined && { body }),
    headers: { "idempotency-key": key },
  });

interface Sent {
  readonly path: string;
  readonly body?: object;
}
interface Change {
  /** Makes what the change needs. */
  readonly prepare: () => Promise<Sent> | Sent;
  readonly events: readonly string[];
  /** Each call makes another one: its secret is stored nowhere. */
  readonly isNeverReplayed?: true;
}

const made = async (path: string, body: object, name: string) => {
  const answer = await send("POST", path, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return [answer.body[name]].flat()[0] as { id: string; key: string; version: number };
};
const newZone = () => made("/api/zones", { name: randomUUID() }, "zone");
const newTable = () => made("/api/tables", { label: randomUUID() }, "tables");
const newType = () =>
  made("/api/request-types", { label: randomUUID().slice(0, 20), icon: "🪑" }, "requestType");
const newPerson = () => made("/api/staff", { name: "Ada", role: "waiter" }, "staff");
const settings = async () => {
  const { body } = await send("GET", "/api/settings");
  return body["settings"] as { version: number };
};
const order = async (path: string, list: string, member: "id" | "key") => {
  const { body } = await send("GET", path);
  const members = (body[list] as { id: string; key: string }[]).map((each) => each[member]);
  return { [`${member}s`]: members.toReversed(), version: body["version"] };
};
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const changes: Partial<Record<RouteKey, Change>> = {
  "POST /api/tables": {
    prepare: () => ({ path: "/api/tables", body: { labels: ["T1", "T2"] } }),
    events: ["table.created"],
  },
  "PATCH /api/tables/:id": {
    prepare: async () => {
      const { id, version } = await newTable();
      return { path: `/api/tables/${id}`, body: { label: "Renamed", version } };
    },
    events: ["table.updated"],
  },
  "DELETE /api/tables/:id": {
    prepare: async () => ({ path: `/api/tables/${(await newTable()).id}` }),
    events: ["table.retired"],
  },
  "POST /api/tables/:id/mute": {
    prepare: async () => ({
      path: `/api/tables/${(await newTable()).id}/mute`,
      body: { minutes: 5 },
    }),
    events: ["table.muted"],
  },
  "POST /api/tables/:id/rotate-token": {
    prepare: async () => ({ path: `/api/tables/${(await newTable()).id}/rotate-token`, body: {} }),
    events: ["table.updated"],
  },
  "POST /api/tables/check": {
    prepare: () => ({
      path: "/api/tables/check",
      body: { tableToken: pizza.tables[0]?.token },
    }),
    events: ["table.updated"],
  },
  "PUT /api/tables/order": {
    prepare: async () => ({
      path: "/api/tables/order",
      body: await order("/api/tables", "tables", "id"),
    }),
    events: ["table.ordered"],
  },
  "POST /api/zones": {
    prepare: () => ({ path: "/api/zones", body: { name: "Terrace" } }),
    events: ["zone.created"],
  },
  "PATCH /api/zones/:id": {
    prepare: async () => {
      const { id, version } = await newZone();
      return { path: `/api/zones/${id}`, body: { name: "Garden", version } };
    },
    events: ["zone.updated"],
  },
  "DELETE /api/zones/:id": {
    prepare: async () => ({ path: `/api/zones/${(await newZone()).id}` }),
    events: ["zone.deleted"],
  },
  "PUT /api/zones/order": {
    prepare: async () => ({
      path: "/api/zones/order",
      body: await order("/api/zones", "zones", "id"),
    }),
    events: ["zone.ordered"],
  },
  "POST /api/request-types": {
    prepare: () => ({ path: "/api/request-types", body: { label: "High chair", icon: "🪑" } }),
    events: ["request_type.created"],
  },
  "PATCH /api/request-types/:key": {
    prepare: async () => {
      const { key, version } = await newType();
      return { path: `/api/request-types/${key}`, body: { label: "Chair", version } };
    },
    events: ["request_type.updated"],
  },
  "DELETE /api/request-types/:key": {
    prepare: async () => ({ path: `/api/request-types/${(await newType()).key}` }),
    events: ["request_type.retired"],
  },
  "PUT /api/request-types/order": {
    prepare: async () => ({
      path: "/api/request-types/order",
      body: await order("/api/request-types", "requestTypes", "key"),
    }),
    events: ["request_type.ordered"],
  },
  "POST /api/staff": {
    prepare: () => ({ path: "/api/staff", body: { name: "Ben", role: "waiter" } }),
    events: ["staff.created"],
  },
  "PATCH /api/staff/:id": {
    prepare: async () => {
      const { id, version } = await newPerson();
      return { path: `/api/staff/${id}`, body: { role: "manager", version } };
    },
    events: ["staff.updated"],
  },
  "POST /api/staff/:id/invitation": {
    prepare: async () => ({ path: `/api/staff/${(await newPerson()).id}/invitation`, body: {} }),
    events: ["staff.invited"],
    isNeverReplayed: true,
  },
  "PATCH /api/me": {
    prepare: () => ({ path: "/api/me", body: { name: "Olga" } }),
    events: ["staff.updated"],
  },
  "PATCH /api/settings": {
    prepare: async () => ({
      path: "/api/settings",
      body: { name: "Osteria", version: (await settings()).version },
    }),
    events: ["settings.updated"],
  },
  "PUT /api/settings/logo": {
    prepare: () => ({ path: "/api/settings/logo", body: { image: png } }),
    events: ["settings.updated"],
  },
  "DELETE /api/settings/logo": {
    prepare: async () => {
      await send("PUT", "/api/settings/logo", { image: png });
      return { path: "/api/settings/logo" };
    },
    events: ["settings.updated"],
  },
  "PUT /api/duty": {
    prepare: () => ({ path: "/api/duty", body: { tables: "all" } }),
    events: ["duty.started"],
  },
  "DELETE /api/duty": {
    prepare: async () => {
      await send("PUT", "/api/duty", { tables: "all" });
      return { path: "/api/duty" };
    },
    events: ["duty.ended"],
  },
};

/** Nothing that a board shows: sessions, a password, this device's pushes, what is sent again. */
const withoutEvent: readonly RouteKey[] = [
  "POST /api/seen",
  "DELETE /api/staff/:id/devices",
  "DELETE /api/staff/:id/devices/:deviceId",
  "POST /api/me/password",
  "PUT /api/push/subscription",
  "DELETE /api/push/subscription",
  "POST /api/push/test",
  "POST /api/second-channel/test",
  "POST /api/dead-letters/:id/replay",
];

test("every command of staff and managers that is none on a request has its row here", () => {
  const commands = (Object.keys(routeAccess) as RouteKey[]).filter(
    (key) =>
      !key.startsWith("GET ") &&
      !key.startsWith("POST /api/requests") &&
      ["staff", "manager"].includes(routeAccess[key]),
  );
  expect([...Object.keys(changes), ...withoutEvent].toSorted()).toEqual(commands.toSorted());
});

const head = async (): Promise<number> => {
  const { body } = await send("GET", "/api/board");
  return body["seq"] as number;
};
const envelopesSince = (seq: number): Promise<Envelope[]> =>
  api.context.database.inTenant(tenantId, async (tx) => {
    const rows = await tx
      .selectFrom("event")
      .select(sql<Envelope>`envelope::json`.as("envelope"))
      .where("tenant_id", "=", tenantId)
      .where("seq", ">", seq)
      .orderBy("seq")
      .execute();
    return rows.map(({ envelope }) => envelope);
  });
const eventsSince = async (seq: number): Promise<string[]> =>
  (await envelopesSince(seq)).map(({ type }) => type);

describe.each(Object.entries(changes))("%s", (route, { prepare, events, isNeverReplayed }) => {
  const [method = ""] = route.split(" ");

  test("is one event that names who did it, and its replay none", async () => {
    const { path, body } = await prepare();
    const key = randomUUID();
    const before = await head();
    const first = await send(method, path, body, key);
    expect(first.status).toBeLessThan(300);
    const told = await envelopesSince(before);
    expect(told.map(({ type }) => type)).toEqual(events);
    expect(told.map(({ actor }) => actor)).toEqual(
      events.map(() => ({ kind: "staff", id: ownerId })),
    );
    const again = await send(method, path, body, key);
    const isReplay = again.headers.get("idempotent-replayed") === "true";
    expect(isReplay).toBe(isNeverReplayed !== true);
    expect(isReplay ? again.body : first.body).toEqual(first.body);
    expect(await eventsSince(before)).toEqual(isReplay ? events : [...events, ...events]);
  });
});

test("a retired table's open requests are one event each, then the table's", async () => {
  const guest = await seatGuest(api, pizza, 4);
  for (const type of ["waiter", "bill"]) await callWaiter(api, pizza, guest, { type });
  const before = await head();
  await send("DELETE", `/api/tables/${pizza.tables[4]?.id}`);
  expect(await eventsSince(before)).toEqual([
    "request.dismissed",
    "request.dismissed",
    "table.retired",
  ]);
});

test("the event of a new code does not hold the code", async () => {
  const before = await head();
  const rotated = await send("POST", `/api/tables/${pizza.tables[5]?.id}/rotate-token`, {});
  const { token } = rotated.body["table"] as { token: string };
  const { body } = await send("GET", `/api/events?after=${before}`);
  expect(JSON.stringify(body)).not.toContain(token);
  expect(token).not.toBe(pizza.tables[5]?.token);
});

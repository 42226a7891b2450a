import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { InvitationAnswer, LoginAnswer } from "@waiter/contracts";
import { createLogger } from "@waiter/logger";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import {
  createRestaurant,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../testing/start-test-api.ts";

/**
 * Uses every route that takes or gives a secret, then searches what is kept or shown to others:
 * events, outbox, stored answers, every other row, the board, Redis and all log lines with the URLs
 * in them.
 */
let api: TestApi;
let pizza: Restaurant;
let tenantId: string;
let owner: string;
let log = "";
/** What each secret is, by its text. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  api = await startTestApi({ logger: createLogger({ service: "api", level: "debug", stream }) });
  pizza = await createRestaurant(api);
  tenantId = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body?: object, token?: string) =>
  api.call(pizza.slug, path, {
    method,
    ...(body !== undefined && { body }),
    ...(token !== undefined && { token }),
    headers: { "idempotency-key": randomUUID() },
  });
const keep = (kind: string, ...texts: (string | undefined)[]): void => {
  for (const text of texts) if (text !== undefined && text !== "") secrets.set(text, kind);
};

async function useSecrets(): Promise<void> {
  const { email, password } = pizza.owner;
  keep("e-mail address", email);
  keep("password", password);
  keep("table code", ...pizza.tables.map(({ token }) => token));
  await send("POST", "/api/auth/login", { email, password: "a wrong password" });
  const login = await send("POST", "/api/auth/login", { email, password, refresh: "body" });
  const { accessToken, refreshToken } = login.body as unknown as LoginAnswer;
  owner = accessToken;
  keep("refresh token", refreshToken, refreshToken?.split(".")[1]);
  keep("access token", owner);

  const made = await send("POST", "/api/tables", { labels: ["7", "8"] }, owner);
  const tables = made.body["tables"] as { id: string; token: string }[];
  keep("table code", ...tables.map(({ token }) => token));
  const rotated = await send("POST", `/api/tables/${tables[0]?.id}/rotate-token`, {}, owner);
  keep("table code", (rotated.body["table"] as { token: string }).token);
  await api.call(pizza.slug, `/t/${pizza.tables[0]?.token}`);
  await send("POST", `/t/${pizza.tables[0]?.token}`);

  const mail = "mia.miller@example.org";
  keep("e-mail address", mail);
  const hired = await send(
    "POST",
    "/api/staff",
    { name: "Mia", role: "waiter", email: mail },
    owner,
  );
  const { id } = hired.body["staff"] as { id: string };
  const next = "mia.next@example.org";
  keep("e-mail address", next);
  await send("PATCH", `/api/staff/${id}`, { email: next, version: 1 }, owner);
  const invited = await send("POST", `/api/staff/${id}/invitation`, {}, owner);
  const invitation = new URL((invited.body as unknown as InvitationAnswer).url).hash.slice(1);
  keep("invitation", invitation);
  await send("POST", "/api/auth/invitation", { invitation });
  const chosen = "a password of Mia's own";
  const deviceKey = `device-${randomUUID()}`;
  keep("password", chosen);
  keep("device key", deviceKey);
  const joined = await send("POST", "/api/auth/join", {
    invitation,
    password: chosen,
    device: { name: "Mia's phone", key: deviceKey },
    refresh: "body",
  });
  const mia = joined.body as unknown as LoginAnswer;
  keep("refresh token", mia.refreshToken, mia.refreshToken?.split(".")[1]);
  keep("access token", mia.accessToken);
  await send("POST", "/api/auth/join", { invitation });
  const later = "another password of Mia's";
  keep("password", later);
  await send("POST", "/api/me/password", { current: chosen, next: later }, mia.accessToken);
  await send("PATCH", "/api/me", { language: "de" }, mia.accessToken);

  const { version } = (await send("GET", "/api/settings", undefined, owner)).body["settings"] as {
    version: number;
  };
  const wifi = { name: "Guests", password: "spaghetti carbonara" };
  const target = "https://hooks.example.com/services/T0/B0/x9y8z7";
  keep("Wi-Fi password", wifi.password);
  keep("second channel's target", target);
  const patch = { wifi, secondChannel: { kind: "webhook", target }, version };
  const set = await send("PATCH", "/api/settings", patch, owner);
  expect(set.status).toBe(200);
  keep("webhook secret", set.body["secret"] as string | undefined);

  const seated = await send("POST", "/api/guest/sessions", {
    tableToken: pizza.tables[0]?.token,
  });
  const guest = String(seated.body["accessToken"]);
  keep("access token", guest);
  const called = await send("POST", "/api/guest/requests", { type: "waiter" }, guest);
  const requestId = (called.body["request"] as { id: string }).id;
  await send("POST", `/api/requests/${requestId}/claim`, {}, mia.accessToken);
  await send("DELETE", `/api/tables/${tables[1]?.id}`, undefined, owner);
  await send("POST", "/api/auth/refresh", { refreshToken: mia.refreshToken });
}

const found = (where: string, text: string): string[] =>
  [...secrets].flatMap(([secret, kind]) =>
    text.includes(secret) || text.includes(Buffer.from(secret).toString("base64url"))
      ? [`${kind} in ${where}`]
      : [],
  );

/** Columns that hold a secret on purpose: they are answered only to those who may read them. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  dining_table: ["token"],
  staff: ["email"],
  tenant: ["wifi", "second_channel"],
};

test("no row, event, stored answer, board, Redis key or log line holds a secret", async () => {
  await useSecrets();
  expect(new Set(secrets.values())).toEqual(
    new Set([
      "e-mail address",
      "password",
      "table code",
      "refresh token",
      "access token",
      "invitation",
      "device key",
      "Wi-Fi password",
      "second channel's target",
      "webhook secret",
    ]),
  );
  const problems: string[] = [];
  await api.context.database.inTenant(tenantId, async (tx) => {
    const tables = await sql<{ name: string }>`
      select relname as name from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and has_table_privilege(oid, 'select')`.execute(tx);
    expect(tables.rows.length).toBeGreaterThan(10);
    for (const { name } of tables.rows) {
      const rows = await sql<{ text: string }>`
        select (to_jsonb(one) - ${sql.lit(`{${(keepers[name] ?? []).join(",")}}`)}::text[])::text as text
        from ${sql.table(name)} one`.execute(tx);
      for (const { text } of rows.rows) problems.push(...found(`the table ${name}`, text));
    }
    const answers = await sql`select from answer`.execute(tx);
    expect(answers.rows.length).toBeGreaterThan(3);
  });
  for (const path of ["/api/board", "/api/events?since=0"]) {
    const { status, text } = await send("GET", path, undefined, owner);
    expect(status).toBe(200);
    problems.push(...found(path, text));
  }
  problems.push(...found("Redis", await redisContent()));
  await waitFor(() => log.includes("/api/auth/refresh") || undefined, 5_000, "the request log");
  expect(log).toContain("security: login_failed");
  problems.push(...found("the log", log));
  expect([...new Set(problems)]).toEqual([]);
});

/** Every key of this tenant and of the limits, with its value. */
async function redisContent(): Promise<string> {
  const client = api.context.redis.client as unknown as {
    keys(pattern: string): Promise<string[]>;
    type(key: string): Promise<string>;
    call(command: string, ...args: string[]): Promise<unknown>;
  };
  const commands: Readonly<Record<string, readonly string[]>> = {
    string: ["GET"],
    hash: ["HGETALL"],
    zset: ["ZRANGE", "0", "-1"],
    set: ["SMEMBERS"],
    list: ["LRANGE", "0", "-1"],
  };
  const parts: string[] = [];
  for (const key of await client.keys("waiter:*")) {
    if (key.startsWith("waiter:asset:")) continue;
    const [command = "", ...args] = commands[await client.type(key)] ?? [];
    parts.push(key);
    if (command !== "") parts.push(JSON.stringify(await client.call(command, key, ...args)));
  }
  return parts.join("\n");
}

test("a replayed answer shows the secrets all the same, from the rows", async () => {
  const replay = async (method: string, path: string, body: object) => {
    const options = {
      method,
      body,
      token: owner,
      headers: { "idempotency-key": randomUUID() },
    };
    const first = await api.call(pizza.slug, path, options);
    const again = await api.call(pizza.slug, path, options);
    expect([first.status < 300, again.headers.get("idempotent-replayed")]).toEqual([true, "true"]);
    return [first.body, again.body];
  };
  const [tables, tablesAgain] = await replay("POST", "/api/tables", { labels: ["20", "21"] });
  expect(JSON.stringify(tables)).toContain("/t/");
  expect(tablesAgain).toEqual(tables);
  const person = { name: "Leo", role: "waiter", email: "leo@example.org" };
  const [leo, leoAgain] = await replay("POST", "/api/staff", person);
  expect(leo?.["staff"]).toMatchObject({ email: "leo@example.org" });
  expect(leoAgain).toEqual(leo);
  const { version } = (await send("GET", "/api/settings", undefined, owner)).body["settings"] as {
    version: number;
  };
  const patch = { wifi: { name: "Guests", password: "another password" }, version };
  const [settings, settingsAgain] = await replay("PATCH", "/api/settings", patch);
  expect(settings?.["settings"]).toMatchObject({ wifi: patch.wifi });
  expect(settingsAgain).toEqual(settings);
  const [me, meAgain] = await replay("PATCH", "/api/me", { language: "it" });
  expect(me?.["me"]).toMatchObject({ email: pizza.owner.email });
  expect(meAgain).toEqual(me);
});

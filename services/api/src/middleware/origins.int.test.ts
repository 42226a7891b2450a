import { beforeAll, describe, expect, test } from "@jest/globals";
import { rotateStaffSession } from "@waiter/database";
import { hashSecret } from "@waiter/auth";
import { createHash } from "node:crypto";
import { parseRefreshToken } from "../auth/refresh-token.ts";
import { refreshGraceS } from "../auth/sessions.ts";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  loginAs,
  type CallOptions,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

const api = shareApi({
  env: {
    DOMAIN_URL: "https://localhost",
    CORS_ORIGIN: "https://localhost,https://*.localhost",
  },
});
let pizza: Restaurant;

beforeAll(async () => {
  pizza = await createRestaurant(api);
});

const own = () => `https://${pizza.slug}.localhost`;
const post = (path: string, options: CallOptions = {}) =>
  api.call(pizza.slug, `/api/auth/${path}`, { method: "POST", ...options });
const credentials = () => ({ email: pizza.owner.email, password: pizza.owner.password });

/** The cookies of one browser, by name. */
type Jar = Map<string, string>;
function keep(jar: Jar, answer: TestAnswer): void {
  for (const [, name, value] of (answer.headers.get("set-cookie") ?? "").matchAll(
    /((?:__Host-)?waiter_\w+)=([^;,]*);/g,
  ))
    if (name !== undefined) {
      if (value === undefined || value === "") jar.delete(name);
      else jar.set(name, value);
    }
}
const cookie = (jar: Jar) => ({
  cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
});
async function logIn(): Promise<Jar> {
  const jar: Jar = new Map();
  const answer = await post("login", { body: credentials(), headers: { origin: own() } });
  expect(answer.status).toBe(200);
  keep(jar, answer);
  return jar;
}
const refresh = async (jar: Jar): Promise<number> => {
  const answer = await post("refresh", { headers: cookie(jar) });
  keep(jar, answer);
  return answer.status;
};

test("an answer to a request without an origin says only that answers vary", async () => {
  const of = async (headers: Record<string, string>) => {
    const answer = await api.call(pizza.slug, "/api/restaurant", { headers });
    return ["vary", "access-control-allow-origin", "access-control-expose-headers"].map(
      (name) => answer.headers.get(name)?.split(", ")[0],
    );
  };
  expect(await of({})).toEqual(["Origin", undefined, undefined]);
  expect(await of({ origin: own() })).toEqual([
    "Origin",
    own(),
    "ETag,Idempotent-Replayed,RateLimit,RateLimit-Policy,Retry-After,Waiter-Oldest-Client,X-Request-Id",
  ]);
  expect(await of({ origin: "https://evil.example" })).toEqual([
    "Origin",
    undefined,
    expect.stringContaining("ETag"),
  ]);
});

test("a board that a browser keeps is of one person and one origin", async () => {
  const token = await loginAs(api, pizza);
  const board = await api.call(pizza.slug, "/api/board", { token });
  expect([board.status, board.headers.get("vary")]).toEqual([
    200,
    "Authorization, Origin, Accept-Encoding",
  ]);
});

describe("a page of another origin", () => {
  test.each([
    ["of a sibling restaurant", { origin: "https://status.localhost" }],
    ["of the apex", { origin: "https://localhost" }],
    ["of another site", { origin: "https://evil.example" }],
    ["without an origin of its own", { origin: "null" }],
    ["in a same-site frame", { "sec-fetch-site": "same-site" }],
    ["in a cross-site form", { "sec-fetch-site": "cross-site" }],
  ])("%s can use no cookie", async (_name, headers) => {
    const jar = await logIn();
    for (const path of ["refresh", "logout"]) {
      const answer = await post(path, {
        headers: { ...cookie(jar), ...headers },
        body: { refresh: "body" },
      });
      expect([answer.status, answer.body["code"]]).toEqual([403, "origin_refused"]);
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
    const login = await post("login", { body: credentials(), headers });
    expect([login.status, login.headers.get("set-cookie")]).toEqual([403, null]);
    expect(await refresh(jar)).toBe(200);
  });

  test("may use tokens that it holds itself", async () => {
    const headers = { origin: "https://kiosk.localhost" };
    const login = await post("login", { body: { ...credentials(), refresh: "body" }, headers });
    const refreshed = await post("refresh", {
      body: { refreshToken: login.body["refreshToken"] },
      headers,
    });
    expect([login.status, refreshed.status]).toEqual([200, 200]);
    expect(refreshed.headers.get("set-cookie")).toBeNull();
    expect(refreshed.headers.get("access-control-allow-origin")).toBe("https://kiosk.localhost");
    expect(refreshed.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("is the own page with the own origin, or as the browser says", async () => {
    for (const headers of [{ origin: own() }, { "sec-fetch-site": "same-origin" }, {}]) {
      const jar = await logIn();
      const answer = await post("refresh", { headers: { ...cookie(jar), ...headers } });
      expect(answer.status).toBe(200);
    }
  });
});

describe("the refresh cookie", () => {
  test("has the __Host- name and its old name with the same token", async () => {
    const jar = await logIn();
    expect(jar.get("__Host-waiter_refresh")).toBe(jar.get("waiter_refresh"));
    const header = (await post("refresh", { headers: cookie(jar) })).headers.get("set-cookie");
    expect(header).toMatch(
      /__Host-waiter_refresh=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict; Secure/,
    );
    expect(header).toMatch(
      /, waiter_refresh=[^;]+; Max-Age=\d+; Path=\/api\/auth; HttpOnly; SameSite=Strict; Secure/,
    );
  });

  /** What an api of the release before does with its one cookie. */
  async function refreshAtOldApi(jar: Jar): Promise<void> {
    const token = parseRefreshToken(jar.get("waiter_refresh") ?? "");
    if (token === undefined) throw new Error("no cookie for the old api");
    const tenant = await api.context.database.findTenant(pizza.slug);
    const next = api.context.chain.next(token.secret);
    const rotation = await api.context.database.inTenant(tenant?.id ?? "", (tx) =>
      rotateStaffSession(tx, {
        presentedHash: hashSecret(token.secret),
        nextHashes: [hashSecret(next)],
        lifetimeS: 2_592_000,
        maxLifetimeS: 31_536_000,
        graceS: refreshGraceS,
      }),
    );
    expect(rotation.status).toBe("rotated");
    jar.set("waiter_refresh", `${token.sid}.${next}`);
  }

  test("goes on through login, refresh at the new, the old and the new api", async () => {
    const jar = await logIn();
    expect(await refresh(jar)).toBe(200);
    await refreshAtOldApi(jar);
    await refreshAtOldApi(jar);
    expect(jar.get("__Host-waiter_refresh")).not.toBe(jar.get("waiter_refresh"));
    expect(await refresh(jar)).toBe(200);
    expect(jar.get("__Host-waiter_refresh")).toBe(jar.get("waiter_refresh"));
    expect(await refresh(jar)).toBe(200);
  });

  test("that a sibling planted neither wins nor clears the real one", async () => {
    const jar = await logIn();
    const forged = `${createHash("md5")
      .update("x")
      .digest("hex")
      .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")}.${"A".repeat(43)}`;
    const planted = { cookie: `waiter_refresh=${forged}; ${cookie(jar).cookie}` };
    const answer = await post("refresh", { headers: planted });
    expect(answer.status).toBe(200);
  });

  test("of a session beyond its absolute end is refused", async () => {
    const jar = await logIn();
    const tenant = await api.context.database.findTenant(pizza.slug);
    await api.context.database.inTenant(tenant?.id ?? "", async (tx) => {
      const sid = jar.get("waiter_refresh")?.split(".")[0] ?? "";
      const begun = new Date(Date.now() - 181 * 86_400_000);
      await tx
        .updateTable("staff_session")
        .set({ created_at: begun } as never)
        .where("id", "=", sid)
        .execute();
    });
    expect(await refresh(jar)).toBe(200);
    expect(await refresh(jar)).toBe(401);
  });

  test("of the session used least lately ends when a person has too many", async () => {
    const jars: Jar[] = [];
    for (let index = 0; index < 21; index++) jars.push(await logIn());
    expect(await refresh(jars[0] ?? new Map())).toBe(401);
    expect(await refresh(jars[1] ?? new Map())).toBe(200);
  });
});

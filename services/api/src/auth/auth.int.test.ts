import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ticketOf, Tickets } from "@waiter/auth";
import { guestSessionAnswer, loginAnswer } from "@waiter/contracts";
import { refreshGraceS } from "./sessions.ts";
import { shareApi } from "../testing/share-api.ts";
import {
  createRestaurant,
  internalToken,
  loginAs,
  startTestApi,
  type CallOptions,
  type Restaurant,
  type TestAnswer,
} from "../testing/start-test-api.ts";

const api = shareApi({ env: { RATE_LIMIT_AUTH: "5" } });
let pizza: Restaurant;

beforeAll(async () => {
  pizza = await createRestaurant(api);
});

const login = (body: object) => api.call(pizza.slug, "/api/auth/login", { method: "POST", body });
const loginInBody = async (): Promise<string> =>
  (await login({ ...credentials(), refresh: "body" })).body["refreshToken"] as string;
const refresh = (refreshToken: string) =>
  api.call(pizza.slug, "/api/auth/refresh", { method: "POST", body: { refreshToken } });
const credentials = () => ({ email: pizza.owner.email, password: pizza.owner.password });
const refreshed = (answer: TestAnswer): string => answer.body["refreshToken"] as string;
const cookieOf = (answer: TestAnswer): string => answer.headers.get("set-cookie") ?? "";
const byCookies = (cookies: readonly string[], options: CallOptions = {}) =>
  api.call(pizza.slug, "/api/auth/refresh", {
    method: "POST",
    ...options,
    headers: { cookie: cookies.join("; "), ...options.headers },
  });
/** Moves the last rotation into the past. */
const pass = async (seconds: number): Promise<void> => {
  const tenant = await api.context.database.findTenant(pizza.slug);
  await api.context.database.inTenant(tenant?.id ?? "", async (tx) => {
    for (const { id, rotated_at } of await tx
      .selectFrom("staff_session")
      .select(["id", "rotated_at"])
      .execute())
      await tx
        .updateTable("staff_session")
        .set({ rotated_at: new Date(rotated_at.getTime() - seconds * 1_000) })
        .where("id", "=", id)
        .execute();
  });
};

/** Tickets as the gateways make and check them. */
const gatewayTicket = (token: string, audience: "staff" | "guest"): string | undefined =>
  ticketOf(token, api.context.tokens.keys, new Tickets([internalToken]), audience);

describe("the resumption ticket", () => {
  test("comes with each access token of a login and a refresh", async () => {
    const first = loginAnswer.parse((await login({ ...credentials(), refresh: "body" })).body);
    const second = loginAnswer.parse((await refresh(first.refreshToken ?? "")).body);
    for (const { accessToken, ticket } of [first, second])
      expect(ticket).toBe(gatewayTicket(accessToken, "staff"));
    expect(first.ticket).not.toBe(second.ticket);
  });

  test("comes with a guest's access token, for its audience", async () => {
    const body = { tableToken: pizza.tables[0]?.token };
    const answer = await api.call(pizza.slug, "/api/guest/sessions", { method: "POST", body });
    const { accessToken, ticket } = guestSessionAnswer.parse(answer.body);
    expect(ticket).toBe(gatewayTicket(accessToken, "guest"));
    expect(ticket).not.toBe(gatewayTicket(accessToken, "staff"));
  });

  test("is absent without INTERNAL_TOKEN", async () => {
    await using alone = await startTestApi({ env: { INTERNAL_TOKEN: undefined } });
    const place = await createRestaurant(alone);
    const body = { tableToken: place.tables[0]?.token };
    const answer = await alone.call(place.slug, "/api/guest/sessions", { method: "POST", body });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty("ticket");
  });
});

describe("login", () => {
  test("answers a 15-minute access token and an HttpOnly refresh cookie", async () => {
    const answer = await login(credentials());
    const body = loginAnswer.parse(answer.body);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(body.refreshToken).toBeUndefined();
    expect(cookieOf(answer)).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookieOf(answer)).toContain("Path=/api/auth");
    expect((await api.call(pizza.slug, "/api/board", { token: body.accessToken })).status).toBe(
      200,
    );
  });

  test("says the same of a wrong password and an unknown person", async () => {
    const answers = await Promise.all([
      login({ ...credentials(), password: "wrong" }),
      login({ email: "unknown@example.com", password: "wrong" }),
    ]);
    expect(answers.map(({ status, body }) => [status, body["code"], body["detail"]])).toEqual(
      Array.from({ length: 2 }, () => [
        401,
        "unauthorized",
        "The e-mail address or the password is wrong.",
      ]),
    );
  });

  test("guessing one person's password is limited, and others are not locked out by it", async () => {
    const guess = () => login({ email: "victim@example.com", password: "guess" });
    for (let attempt = 0; attempt < 5; attempt++) expect((await guess()).status).toBe(401);
    let limited = await guess();
    // Where the window of the rate ended meanwhile, five more guesses fill the next one.
    for (let attempt = 0; attempt < 5 && limited.status !== 429; attempt++) limited = await guess();
    expect([limited.status, limited.body["code"]]).toEqual([429, "rate_limited"]);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    for (let attempt = 0; attempt < 7; attempt++)
      expect((await login(credentials())).status).toBe(200);
    expect(await api.context.metrics.registry.metrics()).toContain(
      'waiter_security_events_total{event="limit_reached"} 1',
    );
  });
});

describe("refresh", () => {
  test("trades a token for the next one, by body and by cookie", async () => {
    const first = await loginInBody();
    const second = await refresh(first);
    expect(second.status).toBe(200);
    expect(refreshed(second)).not.toBe(first);
    const cookie = cookieOf(await login(credentials())).split(";")[0] ?? "";
    const byCookie = await api.call(pizza.slug, "/api/auth/refresh", {
      method: "POST",
      headers: { cookie },
    });
    expect(byCookie.status).toBe(200);
    expect(cookieOf(byCookie)).toContain("HttpOnly");
    expect(byCookie.body["refreshToken"]).toBeUndefined();
  });

  test("concurrent and repeated refreshes get the same next token", async () => {
    const first = await loginInBody();
    const answers = await Promise.all([refresh(first), refresh(first)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(answers.map(refreshed)).size).toBe(1);
    expect((await refresh(refreshed(answers[0]))).status).toBe(200);
  });

  test("a token that came in a cookie is answered only in a cookie", async () => {
    const token = await loginInBody();
    const answer = await byCookies([`waiter_refresh=${token}`], { body: { refresh: "body" } });
    expect([answer.status, answer.body["refreshToken"]]).toEqual([200, undefined]);
    expect(cookieOf(answer)).toMatch(/waiter_refresh=[\w.-]+; .*HttpOnly/);
  });

  test("a refresh with a lost answer is repeated and stays logged in", async () => {
    const first = await loginInBody();
    const lost = await refresh(first);
    await pass(90);
    const again = await refresh(first);
    expect([again.status, refreshed(again)]).toEqual([200, refreshed(lost)]);
  });

  test("asking again does not make the grace any longer", async () => {
    const first = await loginInBody();
    await refresh(first);
    await pass(90);
    expect((await refresh(first)).status).toBe(200);
    await pass(90);
    expect((await refresh(first)).status).toBe(401);
  });

  test("a token used again later ends the whole family", async () => {
    const first = await loginInBody();
    const second = await refresh(first);
    await pass(refreshGraceS + 1);
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(refreshed(second))).status).toBe(401);
    expect(
      (await api.call(pizza.slug, "/api/board", { token: second.body["accessToken"] as string }))
        .status,
    ).toBe(401);
  });

  test("a sid with another secret ends nothing", async () => {
    const first = await loginInBody();
    const [sid = ""] = first.split(".");
    const forged = await refresh(`${sid}.${"A".repeat(43)}`);
    expect(forged.status).toBe(401);
    expect((await refresh(first)).status).toBe(200);
  });

  test("no chain is searched for a session that does not exist", async () => {
    const includes = jest.spyOn(api.context.chain, "includes");
    // Of the year 1970: the longest chain, 40 ms of CPU.
    const invented = `00000000-0000-7000-8000-000000000001.${"A".repeat(43)}`;
    expect((await refresh(invented)).status).toBe(401);
    expect(includes).not.toHaveBeenCalled();
    includes.mockRestore();
  });

  test("a token of several exchanges ago ends the session", async () => {
    const first = await loginInBody();
    const third = await refresh(refreshed(await refresh(first)));
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(refreshed(third))).status).toBe(401);
  });

  test.each(["", "nonsense", "0199a4a2-0000-7000-8000-000000000001.x"])(
    "%j is no token",
    async (token) => {
      expect((await refresh(token)).status).toBe(401);
    },
  );
});

describe("logout", () => {
  test("ends access token, refresh token and sockets of the session at once", async () => {
    const answer = await login({ ...credentials(), refresh: "body" });
    const { accessToken, refreshToken } = loginAnswer.parse(answer.body);
    const out = await api.call(pizza.slug, "/api/auth/logout", {
      method: "POST",
      body: { refreshToken },
    });
    expect(out.status).toBe(204);
    expect(cookieOf(out)).toContain("Max-Age=0");
    expect((await api.call(pizza.slug, "/api/board", { token: accessToken })).status).toBe(401);
    expect((await refresh(refreshToken ?? "")).status).toBe(401);
    const tenant = (await api.context.database.findTenant(pizza.slug))?.id ?? "";
    const heads = await api.call(undefined, "/internal/heads", {
      method: "POST",
      body: { tenants: [tenant] },
      headers: { authorization: `Internal ${internalToken}` },
    });
    const sid = (
      JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString()) as {
        sid: string;
      }
    ).sid;
    expect(heads.body["heads"]).toMatchObject([{ tenant, revoked: expect.arrayContaining([sid]) }]);
  });

  test("takes what refresh takes", async () => {
    const refreshToken = await loginInBody();
    expect(
      (
        await api.call(pizza.slug, "/api/auth/logout", {
          method: "POST",
          body: { refreshToken, refresh: "body" },
        })
      ).status,
    ).toBe(204);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  test("works with the access token alone, and twice", async () => {
    const token = await loginAs(api, pizza);
    expect((await api.call(pizza.slug, "/api/auth/logout", { method: "POST", token })).status).toBe(
      204,
    );
    expect((await api.call(pizza.slug, "/api/auth/logout", { method: "POST", token })).status).toBe(
      204,
    );
    expect((await api.call(pizza.slug, "/api/board", { token })).status).toBe(401);
  });
});

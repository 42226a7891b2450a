import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { signStaff } from "@waiter/auth";
import { claims, type InvitationAnswer, type LoginAnswer } from "@waiter/contracts";
import { createLogger } from "@waiter/logger";
import {
  createRestaurant,
  internalToken,
  loginAs,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../testing/start-test-api.ts";

let api: TestApi;
let pizza: Restaurant;
let owner: string;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split("\n"))
        lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  api = await startTestApi({ logger: createLogger({ service: "api", stream }) });
  pizza = await createRestaurant(api);
  owner = await loginAs(api, pizza);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body?: object, token = owner) =>
  api.call(pizza.slug, path, { method, token, ...(body !== undefined && { body }) });
const claimsOf = (token: string) =>
  claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
const revokedHeads = async (): Promise<string[]> => {
  const { body } = await api.call(undefined, "/internal/heads", {
    method: "POST",
    body: { tenants: [claimsOf(owner).tid] },
    headers: { authorization: `Internal ${internalToken}` },
  });
  return (body["heads"] as { revoked: string[] }[])[0]?.revoked ?? [];
};
/** Lines of the security log about one person. */
const securityOf = (staffId: string) =>
  lines.filter((line) => line["log"] === "security" && line["staffId"] === staffId);

interface Hired {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
}
async function hire(role: string): Promise<Hired> {
  const added = await send("POST", "/api/staff", { name: "Mia", role });
  const { id } = added.body["staff"] as { id: string };
  const invited = await send("POST", `/api/staff/${id}/invitation`, {});
  const { url } = invited.body as unknown as InvitationAnswer;
  const { body } = await api.call(pizza.slug, "/api/auth/join", {
    method: "POST",
    body: { invitation: new URL(url).hash.slice(1), refresh: "body" },
  });
  const { accessToken, refreshToken = "" } = body as unknown as LoginAnswer;
  return { id, token: accessToken, refreshToken };
}
const refresh = (refreshToken: string) =>
  api.call(pizza.slug, "/api/auth/refresh", { method: "POST", body: { refreshToken } });

describe("a new role", () => {
  test("expires the tokens of the former one, and the device refreshes into the new one", async () => {
    const { id, token, refreshToken } = await hire("manager");
    const { status } = await send("PATCH", `/api/staff/${id}`, { role: "waiter", version: 1 });
    expect(status).toBe(200);
    const refused = await send("GET", "/api/board", undefined, token);
    expect([refused.status, refused.body["code"]]).toEqual([401, "token_expired"]);
    const former = claimsOf(token) as { rid?: string };
    expect(await revokedHeads()).toEqual(expect.arrayContaining([former.rid]));

    const refreshed = await refresh(refreshToken);
    expect(refreshed.status).toBe(200);
    const { accessToken, staff } = refreshed.body as unknown as LoginAnswer;
    expect(staff).toEqual({ id, name: "Mia", role: "waiter" });
    expect((await send("GET", "/api/board", undefined, accessToken)).status).toBe(200);
    expect((await send("POST", "/api/zones", { name: "Bar" }, accessToken)).status).toBe(403);
  });

  test("of one person leaves the tokens of others", async () => {
    const [mia, leo] = [await hire("waiter"), await hire("waiter")];
    await send("PATCH", `/api/staff/${mia.id}`, { role: "manager", version: 1 });
    expect((await send("GET", "/api/board", undefined, leo.token)).status).toBe(200);
  });

  test("expires a token of the previous release, which names no generation", async () => {
    const { id, token } = await hire("manager");
    const { rid: _rid, ...old } = claimsOf(token) as { rid?: string } & ReturnType<typeof claimsOf>;

    const { keys, issuer } = api.context.tokens;
    const oldToken = signStaff(old as Parameters<typeof signStaff>[0], keys, { issuer }).token;
    expect((await send("GET", "/api/board", undefined, oldToken)).status).toBe(200);
    await send("PATCH", `/api/staff/${id}`, { role: "screen", version: 1 });
    const refused = await send("GET", "/api/board", undefined, oldToken);
    expect([refused.status, refused.body["code"]]).toEqual([401, "token_expired"]);
  });

  test("by a hand at psql counts like one by the api", async () => {
    const { id, token } = await hire("manager");
    await api.context.database.inTenant(claimsOf(owner).tid, (tx) =>
      tx
        .updateTable("staff")
        .set({ role: "waiter" })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .execute(),
    );
    const refused = await send("GET", "/api/board", undefined, token);
    expect([refused.status, refused.body["code"]]).toEqual([401, "token_expired"]);
  });

  test("given again with nothing else ends nothing", async () => {
    const { id, token } = await hire("waiter");
    await send("PATCH", `/api/staff/${id}`, { role: "waiter", name: "Mio", version: 1 });
    expect((await send("GET", "/api/board", undefined, token)).status).toBe(200);
  });
});

describe("a deactivated person", () => {
  test("loses sessions as well: a refresh is refused", async () => {
    const { id, token, refreshToken } = await hire("waiter");
    await send("PATCH", `/api/staff/${id}`, { active: false, version: 1 });
    const refused = await send("GET", "/api/board", undefined, token);
    expect([refused.status, refused.body["code"]]).toEqual([401, "unauthorized"]);
    expect((await refresh(refreshToken)).status).toBe(401);
  });
});

describe("the security log", () => {
  test("names who invited, joined, changed a role, ended a device and deactivated", async () => {
    const { id, token } = await hire("manager");
    const by = claimsOf(owner).sub;
    await send("PATCH", `/api/staff/${id}`, { role: "waiter", version: 1 });
    await send("DELETE", `/api/staff/${id}/devices/${claimsOf(token).sid}`);
    await send("PATCH", `/api/staff/${id}`, { active: false, version: 2 });
    expect(securityOf(id)).toMatchObject([
      { event: "invitation_made", by },
      { event: "invitation_used", sid: claimsOf(token).sid },
      { event: "login_succeeded" },
      { event: "role_changed", by, role: "waiter" },
      { event: "session_revoked", by, reason: "device_ended" },
      { event: "person_deactivated", by },
    ]);
    const text = JSON.stringify(securityOf(id));
    expect(text).not.toContain("Mia");
  });
});

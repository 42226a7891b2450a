import { describe, expect, test } from "@jest/globals";
import type { InvitationAnswer, LoginAnswer, Me } from "@waiter/contracts";
import { openRestaurant } from "../testing/open-restaurant.ts";
import { platformToken } from "../testing/start-test-api.ts";

const house = openRestaurant();

const send = (method: string, path: string, body?: object, token = house.owner) =>
  house.api.call(house.pizza.slug, path, { method, token, ...(body !== undefined && { body }) });
const secretOf = ({ url }: InvitationAnswer): string => new URL(url).hash.slice(1);
const invite = async (id: string, token = house.owner): Promise<string> => {
  const { body } = await send("POST", `/api/staff/${id}/invitation`, {}, token);
  return secretOf(body as unknown as InvitationAnswer);
};
const read = (invitation: string) =>
  house.api.call(house.pizza.slug, "/api/auth/invitation", {
    method: "POST",
    body: { invitation },
  });
const join = (invitation: string, device?: { key: string }) =>
  house.api.call(house.pizza.slug, "/api/auth/join", {
    method: "POST",
    body: { invitation, refresh: "body", ...(device && { device }) },
  });
async function add(role: string): Promise<string> {
  const { body } = await send("POST", "/api/staff", { name: "Mia", role });
  return (body["staff"] as { id: string }).id;
}
async function hire(role: string): Promise<{ readonly id: string; readonly token: string }> {
  const id = await add(role);
  const { body } = await join(await invite(id));
  return { id, token: (body as unknown as LoginAnswer).accessToken };
}
const change = (id: string, body: object) => send("PATCH", `/api/staff/${id}`, body);
const expired = { status: 410, body: { code: "invitation_expired" } };

describe("a link gives no more than its maker may give when it is used", () => {
  test.each(["owner", "manager"])("a manager's link to a waiter who became %s", async (role) => {
    const manager = await hire("manager");
    const waiter = await add("waiter");
    const link = await invite(waiter, manager.token);
    expect((await read(link)).status).toBe(200);
    await change(waiter, { role, version: 1 });
    expect(await read(link)).toMatchObject(expired);
    expect(await join(link)).toMatchObject(expired);
  });

  test.each([{ role: "manager" }, { active: false }])(
    "an owner's link to an owner, its maker now %j",
    async (next) => {
      const maker = await hire("owner");
      const other = await add("owner");
      const link = await invite(other, maker.token);
      await change(maker.id, { ...next, version: 1 });
      expect(await join(link)).toMatchObject(expired);
    },
  );

  test("an owner's link goes on whatever role the person has", async () => {
    const person = await add("waiter");
    const link = await invite(person);
    await change(person, { role: "manager", version: 1 });
    expect(await join(link)).toMatchObject({ status: 200, body: { staff: { role: "manager" } } });
  });

  test("a platform's link goes on as well", async () => {
    const me = (await send("GET", "/api/me")).body["me"] as Me;
    const { body } = await house.api.call(
      undefined,
      `/api/platform/tenants/${house.pizza.slug}/invitation`,
      {
        method: "POST",
        token: platformToken,
        body: { staffId: me.id },
      },
    );
    expect((await join(secretOf(body["invitation"] as InvitationAnswer))).status).toBe(200);
  });
});

test("a device that was signed out does not sign in again by its link", async () => {
  const person = await add("waiter");
  const link = await invite(person);
  const device = { key: "device-1" };
  expect((await join(link, device)).status).toBe(200);
  expect((await join(link, device)).status).toBe(200);
  expect((await send("DELETE", `/api/staff/${person}/devices`)).status).toBe(204);
  expect(await join(link, device)).toMatchObject({
    status: 410,
    body: { code: "invitation_used" },
  });
  expect((await send("GET", `/api/staff/${person}/devices`)).body).toEqual({ devices: [] });
});

import { expect, test } from "@jest/globals";
import { claims, type InvitationAnswer, type LoginAnswer } from "@waiter/contracts";
import { Revocations } from "@waiter/live-state";
import { waitFor } from "@waiter/testkit";
import { openRestaurant } from "../testing/open-restaurant.ts";

const house = openRestaurant();

const send = (method: string, path: string, body?: object, token = house.owner) =>
  house.api.call(house.pizza.slug, path, { method, token, ...(body !== undefined && { body }) });
async function hire(role: string): Promise<{ readonly id: string; readonly token: string }> {
  const added = await send("POST", "/api/staff", { name: "Mia", role });
  const { id } = added.body["staff"] as { id: string };
  const { body } = await send("POST", `/api/staff/${id}/invitation`, {});
  const invitation = new URL((body as unknown as InvitationAnswer).url).hash.slice(1);
  const joined = await send("POST", "/api/auth/join", { invitation, refresh: "body" });
  return { id, token: (joined.body as unknown as LoginAnswer).accessToken };
}
const claimsOf = (token: string) =>
  claims.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
const upper = (id = "") => id.toUpperCase();

test("a table is found by its id in upper case", async () => {
  const made = (await send("POST", "/api/tables", { label: "Bar" })).body;
  const [table] = made["tables"] as { id: string; version: number }[];
  const path = `/api/tables/${upper(table?.id)}`;
  expect((await send("POST", `${path}/mute`, { minutes: 1 })).status).toBe(200);
  expect((await send("PATCH", path, { label: "Bar 1", version: 2 })).status).toBe(200);
  expect((await send("POST", `${path}/rotate-token`, {})).status).toBe(200);
  const duty = await send("PUT", "/api/duty", { tables: [upper(table?.id)] });
  expect(duty).toMatchObject({ status: 200, body: { duty: { tables: [table?.id] } } });
  const listed = (await send("GET", "/api/tables")).body;
  const ids = (listed["tables"] as { id: string }[]).map(({ id }) => upper(id));
  const ordered = await send("PUT", "/api/tables/order", { ids, version: listed["version"] });
  expect(ordered.status).toBe(200);
  expect((await send("DELETE", path)).status).toBe(204);
});

test("a screen completes what it claimed for a person whose id it wrote in upper case", async () => {
  const [screen, mia] = [await hire("screen"), await hire("waiter")];
  const call = { tableId: upper(house.pizza.tables[0]?.id), type: "waiter" };
  const { id } = (await send("POST", "/api/requests", call)).body["request"] as { id: string };
  const command = (verb: string) =>
    send("POST", `/api/requests/${upper(id)}/${verb}`, { as: upper(mia.id) }, screen.token);
  expect((await command("claim")).status).toBe(200);
  expect(await command("claim")).toMatchObject({ status: 200, body: { request: { version: 2 } } });
  expect(await command("complete")).toMatchObject({
    status: 200,
    body: { request: { state: "completed", claimedBy: { id: mia.id } } },
  });
});

test("a device that was signed out is announced by its id as tokens name it", async () => {
  const { id, token } = await hire("waiter");
  const { tid, sid } = claimsOf(token);
  const path = `/api/staff/${upper(id)}/devices/${upper(sid)}`;
  expect((await send("DELETE", path)).status).toBe(204);
  const revocations = new Revocations(house.api.context.redis.client);
  const announced = await waitFor(async () => {
    const ids = (await revocations.read(tid)).map((one) => one.id);
    return ids.some((one) => one.toLowerCase() === sid) && ids;
  });
  expect(announced).toContain(sid);
});

test("the epoch may be in upper case", async () => {
  const { body } = await send("GET", "/api/board");
  const query = `epoch=${upper(String(body["epoch"]))}&since=${String(body["seq"])}`;
  expect((await send("GET", `/api/events?${query}`)).status).toBe(200);
});

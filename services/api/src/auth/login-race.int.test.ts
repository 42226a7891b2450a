import { expect, test } from "@jest/globals";
import type { InvitationAnswer } from "@waiter/contracts";
import { openRestaurant } from "../testing/open-restaurant.ts";

const house = openRestaurant();

const send = (method: string, path: string, body: object) =>
  house.api.call(house.pizza.slug, path, { method, body, token: house.owner });
const signIn = (path: string, body: object) =>
  house.api.call(house.pizza.slug, path, { method: "POST", body: { ...body, refresh: "body" } });

/** Runs `work` once, after the next hash and before what it was for goes on. */
function afterNextHash(work: () => Promise<unknown>): void {
  const { passwords } = house.api.context;
  const run = passwords.run.bind(passwords);
  passwords.run = async (ticket, hash) => {
    const result = await run(ticket, hash);
    passwords.run = run;
    await work();
    return result;
  };
}

const password = "password of Mia";
async function hire(email: string): Promise<{ readonly id: string; readonly link: string }> {
  const added = await send("POST", "/api/staff", { name: "Mia", role: "waiter", email });
  const { id } = added.body["staff"] as { id: string };
  const { body } = await send("POST", `/api/staff/${id}/invitation`, {});
  return { id, link: new URL((body as unknown as InvitationAnswer).url).hash.slice(1) };
}

test("a person who is deactivated while the password is checked gets no session", async () => {
  const { id, link } = await hire("mia@example.com");
  const credentials = { email: "mia@example.com", password };
  expect((await signIn("/api/auth/join", { invitation: link, password })).status).toBe(200);
  expect((await signIn("/api/auth/login", credentials)).status).toBe(200);
  afterNextHash(() => send("PATCH", `/api/staff/${id}`, { active: false, version: 1 }));
  expect((await signIn("/api/auth/login", credentials)).status).toBe(401);
  expect((await send("PATCH", `/api/staff/${id}`, { active: true, version: 2 })).status).toBe(200);
  expect((await signIn("/api/auth/login", credentials)).status).toBe(200);
});

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { InvitationAnswer } from "@waiter/contracts";
import {
  createRestaurant,
  loginAs,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "./start-test-api.test.helper.ts";

let api: TestApi;
let pizza: Restaurant;
let owner: string;

beforeAll(async () => {
  api = await startTestApi();
  pizza = await createRestaurant(api);
  owner = await loginAs(api, pizza);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const send = (method: string, path: string, body: object) =>
  api.call(pizza.slug, path, { method, body, token: owner });
const signIn = (path: string, body: object) =>
  api.call(pizza.slug, path, { method: "POST", body: { ...body, refresh: "body" } });

/** Runs `work` once, after the next hash and before what it was for goes on. */
function afterNextHash(work: () => Promise<unknown>): void {
  const { passwords } = api.context;
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

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { GuestClient } from "../index.ts";
import { FakeWaiter, fast, until } from "../testing/fake-waiter.test.helper.ts";

let fake: FakeWaiter;
let client: GuestClient;

beforeEach(async () => {
  fake = await FakeWaiter.start();
  client = new GuestClient({
    baseUrl: fake.url,
    tableToken: "table-1",
    timing: { ...fast, openingSpreadMs: 20 },
  });
});
afterEach(async () => {
  client.close();
  await fake.stop();
});
const soon = () => new Date(Date.now() + 300).toISOString();
const sessions = () => fake.asked.filter((one) => one === "POST /api/guest/sessions").length;

test.each(["closed", "table_muted"])(
  "a request refused with `%s` renews the session before it is dropped",
  async (code) => {
    client.connect();
    await until(() => client.state === "live");
    fake.shut = { open: false, mutedUntil: "2099-01-01T00:00:00.000Z" };
    fake.refusing = code;
    client.call({ type: "waiter" });
    const [, error] = await client.once("callDropped");
    expect(error.code).toBe(code);
    expect(client.session).toMatchObject(fake.shut);
  },
);

test("a request refused as closed is dropped also while no session comes", async () => {
  client.connect();
  await until(() => client.state === "live");
  fake.refusing = "closed";
  fake.down = true;
  client.call({ type: "waiter" });
  await client.once("callDropped");
  expect(client.session?.open).toBeUndefined();
});

test("any other refusal costs no session", async () => {
  client.connect();
  await until(() => client.state === "live");
  fake.refusing = "not_found";
  client.call({ type: "waiter" });
  await client.once("callDropped");
  expect(sessions()).toBe(1);
});

test("the session is renewed when the restaurant opens", async () => {
  fake.shut = { open: false, opensAt: soon() };
  client.connect();
  await client.once("change", () => client.session?.open === false);
  fake.shut = { open: true };
  await client.once("change", () => client.session?.open === true);
});

test("the session is renewed when a mute is over, also before the opening", async () => {
  fake.shut = { open: true, opensAt: "2099-01-01T00:00:00.000Z", mutedUntil: soon() };
  client.connect();
  await client.once("change", () => client.session?.mutedUntil !== undefined);
  fake.shut = { open: true };
  await client.once("change", () => client.session?.mutedUntil === undefined);
});

test("a time that has passed renews nothing", async () => {
  fake.shut = { open: false, opensAt: new Date(Date.now() - 1_000).toISOString() };
  client.connect();
  await until(() => client.state === "live");
  await client.sync();
  expect(sessions()).toBe(1);
});

test("a page that is open learns of a mute and of its end before a tap", async () => {
  client.connect();
  await until(() => client.state === "live");
  fake.shut = { open: true, mutedUntil: "2099-01-01T00:00:00.000Z" };
  fake.io.of("/guest").emit("resync", { withinMs: 1, mutedUntil: fake.shut.mutedUntil });
  await client.once("change", () => client.session?.mutedUntil !== undefined);
  fake.shut = { open: true };
  fake.io.of("/guest").emit("resync", { withinMs: 1, mutedUntil: null });
  await client.once("change", () => client.session?.mutedUntil === undefined);
});

test("a mute that ends while the session is being read is read once more", async () => {
  client.connect();
  await until(() => client.state === "live");
  let send = (): void => undefined;
  fake.seatingHeld = new Promise((resolve) => (send = resolve));
  fake.shut = { open: true, mutedUntil: "2099-01-01T00:00:00.000Z" };
  const before = sessions();
  const resync = (mutedUntil: string | null) =>
    fake.io.of("/guest").emit("resync", { withinMs: 1, mutedUntil });
  resync("2099-01-01T00:00:00.000Z");
  await until(() => sessions() === before + 1);
  fake.shut = { open: true };
  resync(null);
  // The socket keeps the order: who has the status has the resync.
  fake.io.of("/guest").emit("status", { staffOnline: false });
  await client.once("change", () => client.staffOnline === false);
  send();
  await client.once("change", () => client.session?.mutedUntil !== undefined);
  await client.once("change", () => client.session?.mutedUntil === undefined);
});

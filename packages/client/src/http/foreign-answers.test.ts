import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GuestClient, StaffClient } from "../index.ts";
import { FakeWaiter, fast, until } from "../testing/fake-waiter.test.helper.ts";

type Intruder = (response: ServerResponse) => void;
const text =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): Intruder =>
  (response) =>
    void response.writeHead(status, { "content-type": type, ...headers }).end(body);
const html = "<!doctype html><title>Welcome to the Wi-Fi</title>";
const elsewhere = { location: "http://127.0.0.1:9/portal" };

const intruders: readonly (readonly [string, Intruder])[] = [
  ["a router's 404", text(404, "text/plain", "404 page not found\n")],
  ["a firewall's 403", text(403, "text/html", html)],
  ["a proxy's 401", text(401, "text/html", html)],
  ["a proxy's 407", text(407, "text/html", html)],
  ["a proxy's 421", text(421, "text/plain", "Misdirected Request")],
  ["an empty 410", text(410, "text/plain", "")],
  ["another service's JSON 404", text(404, "application/json", '{"code":404,"message":"none"}')],
  [
    "another service's JSON 401",
    text(401, "application/json", '{"code":"unauthorized","status":"error"}'),
  ],
  ["a captive portal's page", text(200, "text/html", html)],
  ["a captive portal's JSON", text(200, "application/json", '{"captive":true}')],
  ["an empty 200", text(200, "text/plain", "")],
  ["a redirect to another origin", text(302, "text/html", html, elsewhere)],
  ["a redirect that keeps the method", text(307, "text/html", html, elsewhere)],
];

let fake: FakeWaiter;
let client: GuestClient | StaffClient | undefined;
beforeEach(async () => {
  fake = await FakeWaiter.start();
});
afterEach(async () => {
  client?.close();
  await fake.stop();
});
const noGateway = "http://127.0.0.1:9";

describe.each(intruders)("%s decides nothing", (_name, intruder) => {
  test("for a guest: opens the session and sends a request once", async () => {
    fake.intruder = intruder;
    const guest = new GuestClient({
      baseUrl: fake.url,
      socketUrl: noGateway,
      tableToken: "table-1",
      timing: fast,
    });
    client = guest;
    const ends: unknown[] = [];
    guest.on("refused", (code) => ends.push(code));
    guest.on("callDropped", (_call, error) => ends.push(error));
    guest.connect();
    const { key } = guest.call({ type: "waiter" });
    await guest.once("sent");
    expect(ends).toEqual([]);
    expect(fake.asked.filter((route) => route === "POST /api/guest/requests")).toHaveLength(2);
    expect([...fake.answers.keys()]).toEqual([key]);
  });

  test("for staff: the session lasts, the board is read and commands are done", async () => {
    const { id } = fake.create();
    const session = fake.session();
    fake.expired.add(session.accessToken);
    fake.intruder = intruder;
    const staff = new StaffClient({
      baseUrl: fake.url,
      socketUrl: noGateway,
      session,
      timing: fast,
    });
    client = staff;
    const ends: unknown[] = [];
    staff.on("refused", (code) => ends.push(code));
    staff.on("session", (renewed) => renewed ?? ends.push("session"));
    staff.connect();
    await until(() => staff.requests.length === 1);
    for (const act of [() => staff.claim(id), () => staff.undo(id), () => staff.dismiss(id, "x")])
      await act();
    expect(ends).toEqual([]);
    expect(fake.requests.get(id)?.state).toBe("dismissed");
  });
});

test("a problem of the api still decides", async () => {
  const guest = new GuestClient({ baseUrl: `${fake.url}/x`, tableToken: "gone", timing: fast });
  client = guest;
  guest.connect();
  expect(await guest.once("refused")).toEqual(["not_found"]);
});

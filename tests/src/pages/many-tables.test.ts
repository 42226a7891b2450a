import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import { io, type Socket } from "socket.io-client";
import { ask } from "../harness/ask.ts";
import { openManage } from "../harness/manage-page.ts";
import { openBoard } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const sockets: Socket[] = [];

afterAll(() => {
  for (const socket of sockets) socket.disconnect();
});
const { system, browser } = shareSystem({ gateways: 2 });

interface Received {
  readonly id: string;
  readonly type: string;
  readonly seq: number;
}

async function ownerToken(): Promise<string> {
  const owner = system.file.staffMembers.find(({ role }) => role === "owner");
  const { email, password } = owner ?? {};
  const body = { email, password, refresh: "body" };
  return String(
    (await ask(system, "/api/auth/login", { method: "POST", body })).body["accessToken"],
  );
}

/** Every event that a gateway sends to a staff socket, duplicates included. */
async function listenAt(gateway: string, token: string): Promise<Received[]> {
  const socket = io(`${gateway}/staff`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { token },
    extraHeaders: system.tenant.headers,
  });
  sockets.push(socket);
  const received: Received[] = [];
  socket.on("event", (event: Received) => received.push(event));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return received;
}

test("500 tables in one request are one event, and every board shows them", async () => {
  const [one = "", other = ""] = system.file.gateways;
  const token = await ownerToken();
  const received = await Promise.all([listenAt(one, token), listenAt(other, token)]);
  using board = await openBoard(system, { socketUrl: one });
  using otherBoard = await openBoard(system, { socketUrl: other });
  await using page = await openManage(browser, system, "owner", "floor");
  await page.locator("[data-does^='table:']").first().waitFor();

  const labels = Array.from({ length: 500 }, (_, index) => `Hall ${index + 1}`);
  const started = performance.now();
  const elapsed = (): number => Math.round(performance.now() - started);
  const shown = Promise.all([
    ...[board, otherBoard].map(async (screen) => {
      const shows = () => screen.tables.filter(({ label }) => label.startsWith("Hall ")).length;
      await waitFor(() => shows() === labels.length, 60_000, "a board with the tables");
      return elapsed();
    }),
    page
      .getByRole("button", { name: "Hall 500", exact: true })
      .waitFor({ timeout: 60_000 })
      .then(elapsed),
  ]);
  const answered = await ask(system, "/api/tables", {
    method: "POST",
    token,
    key: randomUUID(),
    body: { labels },
  });
  expect(answered.status).toBe(201);
  expect(answered.body["tables"]).toHaveLength(labels.length);
  const committedMs = elapsed();
  const [oneMs, otherMs, manageMs] = await shown;
  process.stdout.write(
    `500 tables: committed after ${committedMs} ms, on the boards after ${oneMs} ms and ` +
      `${otherMs} ms, in /manage after ${manageMs} ms\n`,
  );

  // A later change's event arrives behind every event of the tables.
  await ask(system, "/api/zones", {
    method: "POST",
    token,
    key: randomUUID(),
    body: { name: "The end" },
  });
  const isLast = ({ type }: Received) => type === "zone.created";
  await waitFor(() => received.every((events) => events.some(isLast)), 60_000, "the zone's event");
  for (const events of received)
    expect(events.map(({ type }) => type)).toEqual(["table.created", "zone.created"]);
  expect(received[0]).toEqual(received[1]);
}, 180_000);

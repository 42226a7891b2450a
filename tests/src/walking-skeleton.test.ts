import { describe, expect, test } from "@jest/globals";
import { GuestClient } from "@waiter/client";
import { waitFor } from "@waiter/testkit";
import { ask } from "./harness/ask.ts";
import { openBoard } from "./harness/people.ts";
import { shareSystem } from "./harness/share-system.ts";

const { system, browser } = shareSystem({ gateways: 2 });

test("a guest's tap reaches the board on another gateway, and the claim comes back", async () => {
  const [one, other] = system.file.gateways;
  using board = await openBoard(system, { socketUrl: one ?? "" });
  const guest = new GuestClient({
    ...system.tenant,
    socketUrl: other ?? "",
    tableToken: system.file.tables[7]?.token ?? "",
  });
  try {
    guest.connect();
    await waitFor(() => guest.state === "live", 10_000, "the guest being live");
    guest.call({ type: "water" });
    const shown = await waitFor(
      () => board.requests.find(({ type }) => type === "water"),
      5_000,
      "the call on the board",
    );
    await board.claim(shown.id);
    await waitFor(
      () => guest.requests.find(({ id, state }) => id === shown.id && state === "claimed"),
      5_000,
      "the claim at the guest's",
    );
  } finally {
    guest.close();
  }
});

/** Sockets that this gateway holds itself. */
async function clientsOf(gateway: string): Promise<number> {
  const text = await (await fetch(`${gateway}/metrics`)).text();
  return [...text.matchAll(/^waiter_connected_clients(?:\{[^}]*\})? (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

test("in browsers on two gateways: guest taps, board shows, waiter claims, guest sees", async () => {
  const { boardUrl, guestUrl, staffMembers, gateways } = system.file;
  const waiter = staffMembers.find(({ role }) => role === "waiter");
  const staffPage = await (await browser.newContext()).newPage();
  await staffPage.goto(boardUrl);
  await staffPage.getByLabel("Email").fill(waiter?.email ?? "");
  await staffPage.getByLabel("Password").fill(waiter?.password ?? "");
  await staffPage.getByRole("button", { name: "Sign in" }).click();
  await staffPage.getByText("Live", { exact: true }).waitFor();
  const busy = (await clientsOf(gateways[0] ?? "")) > 0 ? 0 : 1;

  const guestPage = await (await browser.newContext()).newPage();
  await guestPage.goto(guestUrl);
  await guestPage.getByRole("button", { name: /Call waiter/ }).waitFor();
  await waitFor(
    async () => (await clientsOf(gateways[1 - busy] ?? "")) > 0,
    10_000,
    "the guest's socket on the other gateway",
  );

  await guestPage.getByRole("button", { name: /Call waiter/ }).click();
  const card = staffPage.getByTestId("request").filter({ hasText: "Call waiter" });
  await card.waitFor();
  await guestPage.getByText("The team has seen it").waitFor();
  expect(await staffPage.title()).toContain("(");
  await card.getByRole("button", { name: "I’ll go" }).click();
  await guestPage.getByText("Anna is coming").waitFor();
});

describe("one origin answers for all services", () => {
  test.each([
    "/api/health",
    "/api/health/db-pool",
    "/api/health/sockets",
    "/api/health/system",
    "/api/health/comprehensive",
  ])("%s", async (path) => {
    const answer = await fetch(`${system.tenant.baseUrl}${path}`, {
      headers: { accept: "application/json" },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(expect.any(Object));
  });

  test("/metrics holds the samples of every process, each with its name", async () => {
    const text = await (await fetch(`${system.tenant.baseUrl}/metrics`)).text();
    for (const name of ["api-1", "gateway-1", "gateway-2", "worker"])
      expect(text).toContain(`process_cpu_user_seconds_total{process="${name}"}`);
  });

  test("what services say to each other is not reachable from outside", async () => {
    expect(
      (await ask(system, "/internal/heads", { method: "POST", body: { tenants: [] } })).status,
    ).toBe(404);
  });
});

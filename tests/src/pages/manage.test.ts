import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openManage, openSheet } from "../harness/manage-page.ts";
import { openTable } from "../harness/pages.ts";
import { openBoard } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

const row = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const rows = (page: Page) => page.locator("[data-does^='table:']").allTextContents();

test("two managers edit one table: one wins, the other reads what changed", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  await using manager = await openManage(browser, system, "manager", "floor");
  const ours = await openSheet(row(owner, "Table 1"));
  const theirs = await openSheet(row(manager, "Table 1"));
  await ours.getByLabel("Name").fill("Window");
  await ours.getByRole("button", { name: "Save" }).click();
  await ours.waitFor({ state: "detached" });

  await theirs.getByLabel("Name").fill("Bar");
  await theirs.getByRole("button", { name: "Save" }).click();
  await theirs.getByRole("alert").getByText("Name: Window").waitFor();
  expect(await theirs.getByLabel("Name").inputValue()).toBe("Bar");
  await theirs.getByRole("button", { name: "Save" }).click();
  await theirs.waitFor({ state: "detached" });
  await row(owner, "Bar").waitFor();
});

test("a lost answer to a change makes it once", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  await owner.evaluate(() => {
    const send = globalThis.fetch;
    const keys: string[] = [];
    globalThis.fetch = async (input, init) => {
      const answer = await send(input, init);
      if (input !== "/api/tables" || init?.method !== "POST") return answer;
      keys.push(new Headers(init.headers).get("idempotency-key") ?? "");
      document.body.dataset["keys"] = keys.join();
      if (keys.length === 1) throw new TypeError("the answer is lost");
      return answer;
    };
  });
  await owner.getByLabel("New tables").fill("Roof 1 to 2");
  await owner.getByRole("button", { name: "Add" }).click();
  await owner.getByText("2 tables added.").waitFor();
  await row(owner, "Roof 2").waitFor();
  expect(await row(owner, "Roof 1").count()).toBe(1);
  const keys = (await owner.locator("body").getAttribute("data-keys"))?.split(",");
  expect(keys).toEqual([expect.stringMatching(/^\w{32}$/), keys?.[0]]);
});

test("the order changes by the arrow keys and by dragging, and the focus stays", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  await row(owner, "Table 4").waitFor();
  const before = await rows(owner);
  const from = before.indexOf("Table 4");
  const saved = () =>
    owner.waitForResponse((answer) => answer.url().endsWith("/api/tables/order") && answer.ok());
  await owner.getByRole("button", { name: /^Move Table 4/ }).focus();
  const byKeys = saved();
  await owner.keyboard.press("ArrowUp");
  await owner.keyboard.press("ArrowUp");
  await byKeys;
  const moved = await rows(owner);
  expect(moved.indexOf("Table 4")).toBe(from - 2);
  expect(await owner.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(
    /^Move Table 4/,
  );

  const handle = await owner.getByRole("button", { name: /^Move Table 4/ }).boundingBox();
  const target = await row(owner, before[from] ?? "").boundingBox();
  const end = await row(owner, moved[from] ?? "").boundingBox();
  if (handle === null || target === null || end === null) throw new Error("a row is not on screen");
  const byFinger = saved();
  await owner.mouse.move(handle.x + 20, handle.y + 20);
  await owner.mouse.down();
  await owner.mouse.move(handle.x + 20, end.y + 20, { steps: 12 });
  await owner.mouse.up();
  await byFinger;
  await owner.reload();
  await row(owner, "Table 4").waitFor();
  expect(await rows(owner)).toEqual(before);
});

test("a table is made, renamed and removed with the keyboard alone", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  const reach = async (target: Locator) => {
    await target.waitFor();
    const isThere = () => target.evaluate((element) => element === document.activeElement);
    for (let presses = 0; !(await isThere()); presses++) {
      if (presses > 100) throw new Error("Tab does not reach the control");
      await owner.keyboard.press("Tab");
    }
  };
  await reach(owner.getByLabel("New tables"));
  await owner.keyboard.type("Keys");
  await owner.keyboard.press("Enter");
  await reach(row(owner, "Keys"));
  await owner.keyboard.press("Enter");
  const sheet = owner.getByRole("dialog");
  await reach(sheet.getByLabel("Name"));
  await owner.keyboard.press("ControlOrMeta+A");
  await owner.keyboard.type("Renamed");
  await owner.keyboard.press("Enter");
  await sheet.waitFor({ state: "detached" });
  await reach(row(owner, "Renamed"));
  await owner.keyboard.press("Enter");
  await reach(sheet.getByRole("button", { name: "Remove table" }));
  await owner.keyboard.press("Enter");
  await reach(sheet.getByRole("button", { name: "Remove table" }));
  await owner.keyboard.press("Enter");
  await row(owner, "Renamed").waitFor({ state: "detached" });
  await owner.waitForFunction(() => document.activeElement?.id === "floor-heading");
});

test("zones hold tables; a zone in use is deleted after a question", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  const zones = await openSheet(row(owner, "Zones"));
  await zones.getByLabel("New zone").fill("Terrace");
  await zones.getByRole("button", { name: "Add" }).click();
  await zones.getByText("no tables").waitFor();
  await owner.keyboard.press("Escape");
  const table = await openSheet(row(owner, "Table 5"));
  await table.getByLabel("Zone").selectOption("Terrace");
  await table.getByRole("button", { name: "Save" }).click();
  const terrace = owner.getByRole("group", { name: "Terrace" });
  await terrace.getByRole("button", { name: "Table 5", exact: true }).waitFor();

  const again = await openSheet(row(owner, "Zones"));
  await again.getByRole("button", { name: /^Terrace/ }).click();
  await again.getByRole("button", { name: "Delete zone" }).click();
  await again.getByText("Its tables (1 table) stay, without a zone.").waitFor();
  await again.getByRole("button", { name: "Delete zone" }).click();
  await terrace.waitFor({ state: "detached" });
  await row(owner, "Table 5").waitFor();
});

test("a muted table's guests cannot call; a removed table's code ends", async () => {
  await using owner = await openManage(browser, system, "owner", "floor");
  await using guest = await openTable(browser, system, 5);
  const sheet = await openSheet(row(owner, "Table 6"));
  await sheet.getByRole("button", { name: "Mute", exact: true }).click();
  await sheet.getByText(/^Muted until/).waitFor();
  await guest.reload();
  expect(await guest.locator("[data-does='call:waiter']:not([disabled])").count()).toBe(0);
  await sheet.getByRole("button", { name: "End the mute" }).click();
  await sheet.getByRole("button", { name: "Mute", exact: true }).waitFor();

  await sheet.getByRole("button", { name: "Remove table" }).click();
  await sheet.getByRole("button", { name: "Remove table" }).click();
  await sheet.waitFor({ state: "detached" });
  await row(owner, "Table 6").waitFor({ state: "detached" });
  await owner.waitForFunction(() => document.activeElement?.id === "floor-heading");
  await guest.reload();
  await guest.getByText("This code does not work").waitFor();
});

test("a signed-in phone checks a code, and /manage ticks it off", async () => {
  await using owner = await openManage(browser, system, "owner", "codes");
  await owner.getByText(/^0 of/).waitFor();
  const phone = await owner.context().newPage();
  await phone.goto(`${system.file.tenantOrigin}/t/${system.file.tables[6]?.token ?? ""}`);
  await phone.getByText("Table 7, checked").waitFor();
  await owner.getByText(/^1 of/).waitFor();
});

test("the team's page shows live who is on duty, and with what", async () => {
  await using owner = await openManage(browser, system, "owner", "team");
  using waiter = await openBoard(system);
  const { staff, accessToken: token = "" } = waiter.session ?? {};
  const tag = owner.locator(`[data-does="person:${staff?.id}"]`).getByText(/^On duty/);
  const [first] = waiter.tables;
  const change = (method: "PUT" | "DELETE", body?: object) =>
    ask(system, "/api/duty", { method, token, ...(body && { body }) });
  await change("PUT", { tables: [first?.id] });
  await tag.getByText(first?.label ?? "").waitFor();
  await change("PUT", { tables: "all" });
  await tag.getByText("Everything").waitFor();
  await change("DELETE");
  await tag.waitFor({ state: "detached" });
});

test("a demoted manager's page says so; a deactivated one's asks to sign in", async () => {
  await using owner = await openManage(browser, system, "owner", "team");
  await using manager = await openManage(browser, system, "manager", "floor");
  const name = /^Marco/;
  const change = async (work: (sheet: Awaited<ReturnType<typeof openSheet>>) => Promise<void>) => {
    const sheet = await openSheet(owner.getByRole("button", { name }));
    await work(sheet);
    await sheet.waitFor({ state: "detached" });
  };
  await change(async (sheet) => {
    await sheet.getByLabel("Role").selectOption("Waiter");
    await sheet.getByRole("button", { name: "Save" }).click();
  });
  await manager.getByText("Only owners and managers can change the restaurant.").waitFor();
  await change(async (sheet) => {
    await sheet.getByLabel("Role").selectOption("Manager");
    await sheet.getByRole("button", { name: "Save" }).click();
  });
  await using again = await openManage(browser, system, "manager", "floor");
  await change(async (sheet) => {
    await sheet.getByRole("button", { name: "No longer works here" }).click();
    await sheet.getByRole("button", { name: "No longer works here" }).click();
  });
  await again.getByTestId("signed-out").waitFor();
});

const clockBehind = () => {
  const { now } = Date;
  Date.now = () => now() - 3_600_000;
};
/** The first table is muted for the 6 s, by the server's time, after it was read first. */
const muteForAMoment = () => {
  const ask = globalThis.fetch;
  let until: number | undefined;
  globalThis.fetch = async (input, init) => {
    const answer = await ask(input, init);
    if (typeof input !== "string" || !input.startsWith("/api/tables?")) return answer;
    const date = answer.headers.get("date") ?? "";
    const { tables, ...body } = (await answer.json()) as { tables: object[] };
    until ??= Date.parse(date) + 6_000;
    const mutedUntil = new Date(until).toISOString();
    const isOver = Date.parse(date) >= until;
    const shown = tables.map((one, n) => (n === 0 && !isOver ? { ...one, mutedUntil } : one));
    return Response.json({ ...body, tables: shown }, { headers: { date } });
  };
};
test.each([
  ["right", () => undefined],
  ["an hour behind", clockBehind],
])(
  "a mute that ends by its time is shown no longer, by a clock that is %s",
  async (_how, before) => {
    await using page = await openManage(browser, system, "owner", "floor", {
      before,
      prepare: (opened) => opened.addInitScript(muteForAMoment),
    });
    const muted = page.getByText(/^Muted until/);
    await muted.waitFor();
    await muted.waitFor({ state: "detached", timeout: 20_000 });
  },
  60_000,
);

test("a restaurant that has answered a request reads no lists at each further one", async () => {
  using board = await openBoard(system, { role: "owner" });
  const answer = async (type: string) => {
    const table = board.tables[4]?.id ?? "";
    const { id } = await board.create({ tableId: table, type });
    await board.complete(id);
  };
  await answer("water");
  await using owner = await openManage(browser, system, "owner", "floor");
  await sleep(3_000);
  let read = 0;
  owner.on("request", (request) => (read += request.url().includes("state=completed") ? 1 : 0));
  const heard = owner.waitForResponse(async (response) => {
    if (!response.url().includes("/api/events?")) return false;
    const { events } = (await response.json()) as { events: { type: string }[] };
    return events.some(({ type }) => type === "request.completed");
  });
  await answer("bill");
  await heard;
  await sleep(1_000);
  expect(read).toBe(0);
}, 60_000);

import { describe, expect, test } from "@jest/globals";
import type { GuestRequest } from "@waiter/contracts";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { middleOf, openBoardPage, openTable, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** What the table's guests have asked for, read from the server. */
async function requestsOf(table: number): Promise<readonly GuestRequest[]> {
  const token = await sitDown(system, table);
  const { body } = await ask(system, "/api/guest/requests", { token });
  return body["requests"] as GuestRequest[];
}

async function tapTwice(page: Page, x: number, y: number, gapMs: number): Promise<void> {
  await page.mouse.click(x, y);
  await page.waitForTimeout(gapMs);
  await page.mouse.click(x, y);
}

describe("a guest's double tap makes one request and nothing else", () => {
  const taps = [
    ["waiter", 0.9, 0.15],
    ["waiter", 0.5, 0.5],
    ["water", 0.5, 0.5],
    ["order", 0.5, 0.5],
  ] as const;
  test.each([80, 150, 300, 500].map((gap, index) => [gap, index] as const))(
    "%d ms apart, on every tile",
    async (gap, table) => {
      await using page = await openTable(browser, system, table);
      for (const [type, right, down] of taps.slice(1)) {
        const box = await page.locator(`[data-does='call:${type}']`).boundingBox();
        if (box === null) throw new Error(`no tile ${type}`);
        await tapTwice(page, box.x + box.width * right, box.y + box.height * down, gap);
        await page.locator(`[data-does='show:${type}']`).waitFor();
        expect(await page.locator("dialog").count()).toBe(0);
        await page.waitForTimeout(1_000);
      }
      const made = await requestsOf(table);
      expect(made.map(({ type, state }) => `${type} ${state}`).toSorted()).toEqual(
        ["order", "waiter", "water"].map((type) => `${type} new`),
      );
    },
  );

  test("in the upper corner of the first tile, where a button to cancel would appear", async () => {
    await using page = await openTable(browser, system, 4);
    const [type, right, down] = taps[0];
    const box = await page.locator(`[data-does='call:${type}']`).boundingBox();
    if (box === null) throw new Error("no tile");
    await tapTwice(page, box.x + box.width * right, box.y + box.height * down, 200);
    await page.locator("[data-does='show:waiter']").waitFor();
    expect((await requestsOf(4)).map(({ state }) => state)).toEqual(["new"]);
  });

  test.each([80, 300])(
    "on a tile that asks how to pay opens the question, and answers nothing, %d ms apart",
    async (gap) => {
      await using page = await openTable(browser, system, 5);
      const { x, y } = await middleOf(page, "[data-does='call:bill']");
      await tapTwice(page, x, y, gap);
      await page.getByRole("dialog").waitFor();
      await page.waitForTimeout(500);
      expect(await page.getByRole("dialog").count()).toBe(1);
      expect(await requestsOf(5)).toEqual([]);
    },
  );
});

test("no tile changes its place or size when another one is tapped", async () => {
  await using page = await openTable(browser, system, 6);
  const places = () =>
    page
      .locator(".tile")
      .evaluateAll((tiles) => tiles.map((tile) => JSON.stringify(tile.getBoundingClientRect())));
  const before = await places();
  const sent = page.getByText("Sent to the team").or(page.getByText("The team has seen it"));
  await tapUntil(page.locator("[data-does='call:water']"), sent);
  expect(await places()).toEqual(before);
});

test("a tap on a control that stood still counts at once", async () => {
  await using page = await openTable(browser, system, 7);
  const turns = [
    () => (document.documentElement.dir = "rtl"),
    () => (document.documentElement.style.fontSize = "130%"),
  ];
  for (const [index, type] of (["water", "order"] as const).entries()) {
    await page.evaluate(turns[index] ?? (() => undefined));
    await page.waitForTimeout(700);
    await page.locator(`[data-does='call:${type}']`).scrollIntoViewIfNeeded();
    const { x, y } = await middleOf(page, `[data-does='call:${type}']`);
    await page.mouse.click(x, y);
    await page.locator(`[data-does='show:${type}']`).waitFor();
  }
});

test("a tap that is swallowed shows on the control, and the next one counts", async () => {
  await using page = await openTable(browser, system, 7);
  const { x, y } = await middleOf(page, "[data-does='call:waiter']");
  await page.evaluate(() => {
    const tiles = document.querySelector(".tiles");
    tiles?.append(...[...tiles.children].reverse());
  });
  await page.mouse.click(x, y);
  await page.locator("[data-missed]").waitFor();
  expect(await page.locator("dialog").count()).toBe(0);
  const waiter = page.locator("[data-does='call:waiter']");
  await tapUntil(waiter, page.locator("[data-does='show:waiter']"));
});

test("on the wall, no tile moves while a finger is on one", async () => {
  using ben = await openBoard(system);
  // The wall shows twelve tiles: some of earlier tests make room.
  for (const { id } of ben.requests.slice(8)) await ben.dismiss(id, "By mistake");
  const first = requestOf(await call(system, await sitDown(system, 4), "bill"));
  const second = requestOf(await call(system, await sitDown(system, 5), "bill"));
  await using page = await openBoardPage(browser, system, "anna", { path: "/wall" });
  const count = page.locator(".wall-count");
  const before = await count.textContent();
  const { x, y } = await middleOf(page, `[data-id='${second.id}']`);
  const place = await page.locator(`[data-id='${second.id}']`).evaluate((tile) => {
    const { left, top, width } = tile.getBoundingClientRect();
    return [left, top, width];
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  await ben.dismiss(first.id, "By mistake");
  const after = await page.waitForFunction(
    ([known, id]) => {
      if (document.querySelector(".wall-count")?.textContent === known) return undefined;
      const { left, top, width } =
        document.querySelector(`[data-id='${id}']`)?.getBoundingClientRect() ?? {};
      return [left, top, width];
    },
    [before, second.id] as const,
    { polling: "raf" },
  );
  expect(await after.jsonValue()).toEqual(place);
  await page.mouse.up();
  await page.locator(`[data-id='${first.id}']`).waitFor({ state: "detached" });
  await ben.dismiss(second.id, "By mistake");
});

describe("on the board", () => {
  test("a click meant for one table does nothing to the card that takes its place", async () => {
    const guest = await sitDown(system, 6);
    const first = requestOf(await call(system, guest, "waiter"));
    const second = requestOf(await call(system, await sitDown(system, 7), "waiter"));
    await using page = await openBoardPage(browser, system, "anna");
    const { x, y } = await middleOf(page, `[data-id='${first.id}'] [data-does^='claim:']`);
    await page.mouse.move(x, y);
    using ben = await openBoard(system);
    await ben.claim(first.id);
    await page.locator(`[data-id='${first.id}'][data-state='claimed']`).waitFor();
    await page.mouse.click(x, y);
    // The place is given away later; a click at that very moment is meant for the old one too.
    await page.waitForFunction(
      ([id, px, py]) =>
        document.elementFromPoint(px, py)?.closest("[data-id]")?.getAttribute("data-id") !== id,
      [first.id, x, y] as const,
      { polling: "raf" },
    );
    await page.mouse.click(x, y);
    const untouched = (await requestsOf(7)).find(({ id }) => id === second.id);
    expect(untouched?.state).toBe("new");
  });

  test.each([120, 250])(
    "a double click on a claim, %d ms apart, claims and does not complete, also under a notice",
    async (gap) => {
      const made = requestOf(await call(system, await sitDown(system, 3), "other"));
      await using page = await openBoardPage(browser, system, "anna");
      const place = await middleOf(page, `[data-id='${made.id}'] [data-does^='claim:']`);
      await tapTwice(page, place.x, place.y, gap);
      await page.locator(`[data-id='${made.id}'] [data-does^='complete:']`).waitFor();
      const [claimed] = (await requestsOf(3)).filter(({ id }) => id === made.id);
      expect(claimed?.state).toBe("claimed");
      await page.locator(`[data-id='${made.id}'] [data-does^='complete:']`).click();
      await page.locator(`[data-id='${made.id}']`).waitFor({ state: "detached" });
    },
  );

  test("notices float: they move no card", async () => {
    const made = requestOf(await call(system, await sitDown(system, 2), "other"));
    await using page = await openBoardPage(browser, system, "anna");
    const other = page.locator("[data-testid='request']").first();
    await other.waitFor();
    using ben = await openBoard(system);
    const top = () => other.evaluate((card) => card.getBoundingClientRect().top);
    const before = await top();
    await page.context().setOffline(true);
    await page.getByTestId("shout").waitFor();
    expect(await top()).toBe(before);
    await page.context().setOffline(false);
    await ben.dismiss(made.id, "By mistake");
  });

  test("the keyboard keeps its place: after a claim the next request's claim has the focus", async () => {
    const token = await sitDown(system, 1);
    await call(system, token, "bill");
    await call(system, token, "other");
    await using page = await openBoardPage(browser, system, "anna");
    const claims = page.locator("[data-does^='claim:']");
    await claims.nth(1).waitFor();
    await claims.first().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => {
      const does = (document.activeElement as HTMLElement | null)?.dataset["does"];
      return does?.startsWith("claim:") && !(document.activeElement as HTMLButtonElement).disabled;
    });
  });

  test("each button says which request it is for", async () => {
    await using page = await openBoardPage(browser, system, "ben");
    await page.getByTestId("request").first().waitFor();
    const names = await page
      .locator(".card button[data-does]")
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name?.includes("Table"))).toBe(true);
  });
});

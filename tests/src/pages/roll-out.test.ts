import { delimiter } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openBrowser } from "@waiter/bench";
import { startSystem, type System } from "@waiter/testkit";
import type { Browser, Page } from "playwright-core";
import { openBoardPage, openPage, tableUrl, tapUntil } from "../harness/pages.ts";
import { makeSecondBuild, type SecondBuild } from "../harness/second-build.ts";

const guests = 100;
const screens = 20;
/** Pages that load in the same moment. */
const atOnce = 4;
/** Each fifth guest stays: its service worker is kept, and it loads a chunk later. */
const stays = (guest: number): boolean => guest % 5 === 0;

let second: SecondBuild;
let system: System;
let browser: Browser;

beforeAll(async () => {
  second = makeSecondBuild();
  const env = { WAITER_API_ROOT: ["", second.root].join(delimiter) };
  [system, browser] = await Promise.all([startSystem({ apis: 2, env }), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  second?.[Symbol.dispose]();
}, 60_000);

/** The build that a page's document came from, by the script that it names. */
async function buildOf(page: Page): Promise<"first" | "second"> {
  const path = await page.locator("script[data-entry]").first().getAttribute("src");
  return second.has(path ?? "") ? "second" : "first";
}

/** What is on the screen: the product, the words that it cannot load, or neither within 60 s. */
async function stateOf(page: Page, product: string): Promise<"alive" | "cannot load" | "empty"> {
  const cannotLoad = page.locator("#boot-retry");
  const shown = page.locator(product).or(cannotLoad).first();
  const came = await shown.waitFor({ timeout: 60_000 }).then(
    () => true,
    () => false,
  );
  if (!came) return "empty";
  return (await cannotLoad.count()) > 0 ? "cannot load" : "alive";
}

/** Runs `one` for each number below `count`, `atOnce` at a time. @returns the results, counted. */
async function tally(
  count: number,
  one: (index: number) => Promise<string>,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let next = 0;
  const some = async () => {
    for (let index = next++; index < count; index = next++) {
      const result = await one(index);
      counts[result] = (counts[result] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, some));
  return counts;
}

describe("while two builds answer in turn", () => {
  test("each of 100 guests who arrive gets a page that works", async () => {
    const builds = new Set<string>();
    const arrive = async (guest: number) => {
      const serviceWorkers = stays(guest) ? "allow" : "block";
      await using page = await openPage(browser, { serviceWorkers });
      await page.goto(tableUrl(system, guest % system.file.tables.length));
      const state = await stateOf(page, "[data-does='call:waiter'], [data-does='show:waiter']");
      if (state !== "alive") return state;
      builds.add(await buildOf(page));
      if (stays(guest)) {
        const bill = page.getByRole("button", { name: /Bill, please/ });
        await tapUntil(bill, page.getByRole("button", { name: "Cash" }));
      }
      return state;
    };
    expect(await tally(guests, arrive)).toEqual({ alive: guests });
    expect(builds).toEqual(new Set(["first", "second"]));
  }, 600_000);

  test("each of 20 screens that reload is live again", async () => {
    const builds = new Set<string>();
    const reload = async (index: number) => {
      await using page = await openBoardPage(browser, system, index % 2 === 0 ? "anna" : "ben");
      await page.reload();
      const state = await stateOf(page, "[data-testid='connection'][data-state='live']");
      if (state === "alive") builds.add(await buildOf(page));
      return state;
    };
    expect(await tally(screens, reload)).toEqual({ alive: screens });
    expect(builds).toEqual(new Set(["first", "second"]));
  }, 600_000);
});

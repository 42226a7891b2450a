import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startSystem, type System } from "@waiter/testkit";
import type { Browser } from "playwright-core";
import { openBrowser, watchTransfers, type Transfer } from "@waiter/bench";
import { openPage, tableUrl } from "../harness/pages.ts";

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

test.each(["en", "ar"])("a guest can tap after at most 45 kB on the wire (%s)", async (locale) => {
  await using page = await openPage(browser, { locale });
  const transfers = await watchTransfers(page);
  await page.goto(tableUrl(system, 0));
  await page.locator("[data-does='call:waiter']").waitFor();
  await page.waitForLoadState("networkidle");
  const later = /\/(?:assets\/socket-|icon|guest-worker)/;
  const first = transfers.filter(({ path }) => !later.test(path));
  const sum = (all: readonly Transfer[]) => all.reduce((bytes, each) => bytes + each.bytes, 0);
  expect(first.length).toBeGreaterThan(3);
  expect(sum(first)).toBeLessThanOrEqual(45_000);
  // The socket's code and the icon come after the first paint.
  expect(transfers.some(({ path }) => path.startsWith("/assets/socket-"))).toBe(true);
  expect(sum(transfers)).toBeLessThanOrEqual(57_000);
});

test("scripts travel in brotli", async () => {
  await using page = await openPage(browser);
  const encodings: (string | undefined)[] = [];
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith("/assets/") || path.startsWith("/t/"))
      encodings.push(response.headers()["content-encoding"]);
  });
  await page.goto(tableUrl(system, 1));
  await page.locator("[data-does='call:waiter']").waitFor();
  expect(new Set(encodings)).toEqual(new Set(["br"]));
});

test("the session is asked for once, before the page's own code has come", async () => {
  await using page = await openPage(browser);
  const paths: string[] = [];
  page.on("request", (request) => paths.push(new URL(request.url()).pathname));
  let release = () => {};
  const asked = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/assets/guest-*.js", async (route) => {
    await asked;
    await route.continue();
  });
  page.on("request", (request) => {
    if (request.url().endsWith("/api/guest/sessions")) release();
  });
  await page.goto(tableUrl(system, 1), { waitUntil: "commit" });
  await page.locator("[data-does='call:waiter']").waitFor();
  expect(paths.filter((path) => path === "/api/guest/sessions")).toHaveLength(1);
});

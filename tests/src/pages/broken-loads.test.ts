import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSystem, type System } from "@waiter/testkit";
import type { Browser } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openBrowser } from "@waiter/bench";
import { faultsOf, openPage, openTable, signIn, tableUrl, tapUntil } from "../harness/pages.ts";

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** Takes away what Safari 15.4, Chrome 94 or Firefox 93 do not have. */
function beOld(): void {
  const lost: [object, string[]][] = [
    [Array.prototype, ["toSorted", "toReversed", "toSpliced", "with", "findLast", "findLastIndex"]],
    [Object, ["groupBy"]],
    [Map, ["groupBy"]],
    [Array, ["fromAsync"]],
    [Promise, ["withResolvers", "try"]],
    [AbortSignal, ["timeout", "any"]],
    [globalThis, ["structuredClone", "HTMLDialogElement"]],
    [Crypto.prototype, ["randomUUID"]],
    [HTMLDialogElement.prototype, ["showModal", "show", "close"]],
    [Element.prototype, ["moveBefore", "setHTML", "checkVisibility"]],
    [Navigator.prototype, ["locks", "wakeLock", "setAppBadge", "vibrate"]],
    [Set.prototype, ["union", "intersection", "difference", "isSubsetOf"]],
    [globalThis, ["Iterator"]],
    [String.prototype, ["isWellFormed", "toWellFormed"]],
    [URL, ["canParse", "parse"]],
  ];
  for (const [owner, names] of lost)
    for (const name of names) delete (owner as Record<string, unknown>)[name];
}

describe("a browser of the oldest supported kind", () => {
  test("shows the guest page, sends a request, pays and cancels", async () => {
    const faults: string[] = [];
    await using page = await openPage(browser, { before: beOld });
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(tableUrl(system, 0));
    const cash = page.getByRole("button", { name: "Cash" });
    const sent = page.locator("[data-does='show:bill']");
    const cancel = page.getByRole("button", { name: /^Cancel/ });
    await tapUntil(page.getByRole("button", { name: /Bill, please/ }), cash);
    await tapUntil(cash, sent);
    await page.getByText("Sent to the team").waitFor();
    await tapUntil(sent, cancel);
    await page.keyboard.press("Tab");
    await tapUntil(cancel, page.getByText("Cancelled at your table"));
    expect(faults).toEqual([]);
  });

  test("shows the board", async () => {
    const faults: string[] = [];
    await using page = await openPage(browser, { before: beOld });
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(`${system.file.tenantOrigin}/board`);
    await signIn(page, system, "anna");
    await page.locator("[data-testid='connection'][data-state='live']").waitFor();
    await tapUntil(page.getByTestId("menu"), page.getByRole("dialog"));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("that is even older gets a message", async () => {
    await using page = await openPage(browser, {
      before: () => {
        delete (Object as { hasOwn?: unknown }).hasOwn;
      },
    });
    await page.route("**/assets/guest-*.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "@" }),
    );
    await page.goto(tableUrl(system, 0));
    await page.getByText("This browser is too old for this page.").waitFor();
  });
});

describe("a file that is lost on the way", () => {
  test.each(["guest-*.js", "guest-*.css"])("once, %s, is asked for again", async (file) => {
    await using page = await openPage(browser);
    let lost = 0;
    await page.route(`**/assets/${file}*`, (route) => {
      if (lost++ === 0) return route.abort();
      return route.continue();
    });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.locator("[data-does='call:water']").waitFor();
    const tile = "[data-does='call:water']";
    await page.waitForFunction(
      (selector) =>
        getComputedStyle(document.querySelector(selector) ?? document.body).borderRadius !== "0px",
      tile,
    );
    expect(lost).toBeGreaterThan(0);
  });

  test("is retried five times, then the page says what to do", async () => {
    await using page = await openPage(browser);
    let asked = 0;
    await page.route("**/assets/guest-*.js*", (route) => {
      asked++;
      return route.abort();
    });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.getByText("Trying again").first().waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor({ timeout: 20_000 });
    expect(asked).toBe(6);
    expect(await page.locator("#boot-status").textContent()).toContain("wave to the staff");
  });

  test("that loads it all again, the boot script, leaves words and a way on", async () => {
    await using page = await openPage(browser);
    await page.route("**/assets/*.js*", (route) => route.abort());
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.getByText("Please wave to the staff.").waitFor({ timeout: 20_000 });
    await page.getByRole("link", { name: "Try again" }).waitFor();
  });

  test("a language, twice, is asked for again; meanwhile the page speaks English", async () => {
    await using page = await openPage(browser, { locale: "de-AT" });
    let lost = 0;
    await page.route("**/assets/de-*.js", (route) =>
      lost++ < 2 ? route.abort() : route.continue(),
    );
    await page.goto(tableUrl(system, 0));
    await page.getByText("What can we do for you?").waitFor();
    await page.getByText("Was dürfen wir für Sie tun?").waitFor();
  });
});

test("a fault while rendering is a page that says so", async () => {
  await using page = await openTable(browser, system, 1);
  const { body } = await ask(system, "/api/guest/sessions", {
    method: "POST",
    body: { tableToken: system.file.tables[1]?.token },
  });
  await page.route("**/api/guest/sessions", (route) =>
    route.fulfill({ status: 201, json: { ...body, languages: 1 } }),
  );
  await page.reload();
  await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

describe("a person at a dead end gets a page", () => {
  test.each([
    [
      "an unknown path",
      () => `${system.file.tenantOrigin}/nothing/here`,
      "nothing at this address",
    ],
    ["no code", () => `${system.file.tenantOrigin}/t/`, "nothing at this address"],
    [
      "an unknown restaurant",
      () => system.file.tenantOrigin.replace("demo.", "unknown."),
      "nothing at this address",
    ],
    ["a damaged code", () => `${system.file.tenantOrigin}/t/%E0%A4%A`, "code does not work"],
    ["a wrong code", () => `${system.file.tenantOrigin}/t/wrong`, "code does not work"],
  ])("%s", async (_name, address, words) => {
    await using page = await openPage(browser);
    await page.goto(address());
    await page.getByRole("heading", { name: words }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
});

import { describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { invite } from "../harness/invite.ts";
import { closeSheet, goToPart, openManage, openSheet } from "../harness/manage-page.ts";
import { faultsOf, openPage, openTable, signIn, tableUrl, tapUntil } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

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

  test("joins by an invitation and shows the wall", async () => {
    const faults: string[] = [];
    await using page = await openPage(browser, { before: beOld });
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(await invite(system, "Nora"));
    await page.getByText("Nora").first().waitFor();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    const live = page.locator("[data-testid='connection'][data-state='live']");
    await live.waitFor();
    await page.goto(`${system.file.tenantOrigin}/wall`);
    await page.locator(".wall-clock").waitFor();
    await live.waitFor();
    expect(faults).toEqual([]);
  });

  test("shows every part of /manage and a sheet", async () => {
    const faults: string[] = [];
    await using page = await openManage(browser, system, "manager", "floor", { before: beOld });
    page.on("pageerror", ({ message }) => faults.push(message));
    await openSheet(page.getByRole("button", { name: "Zones", exact: true }));
    await closeSheet(page);
    for (const part of ["setup", "types", "requests", "team", "settings", "codes"])
      await goToPart(page, part);
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
  test("once, the guest page's code, is asked for again", async () => {
    await using page = await openPage(browser);
    let lost = 0;
    await page.route("**/assets/guest-*.js*", (route) => {
      if (lost++ === 0) return route.abort();
      return route.continue();
    });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.locator("[data-does='call:water']").waitFor();
    expect(lost).toBeGreaterThan(0);
  });

  test("once, the style sheet of the staff's pages, is asked for again", async () => {
    await using page = await openPage(browser);
    let lost = 0;
    await page.route("**/assets/staff-*.css*", (route) => {
      if (lost++ === 0) return route.abort();
      return route.continue();
    });
    await page.goto(`${system.file.tenantOrigin}/login`, { waitUntil: "domcontentloaded" });
    await page.waitForFunction(() => {
      const button = document.querySelector("button[type='submit']");
      return button !== null && getComputedStyle(button).borderRadius !== "0px";
    });
    expect(lost).toBeGreaterThan(0);
  });

  test("the guest page's style sheet cannot be: it is part of the document", async () => {
    await using page = await openPage(browser);
    await page.route("**/*.css*", (route) => route.abort());
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    const tile = page.locator("[data-does='call:water']");
    await tile.waitFor();
    expect(await tile.evaluate((each) => getComputedStyle(each).borderRadius)).not.toBe("0px");
  });

  test("once does not make the page run twice, also when a later chunk needs it", async () => {
    await using page = await openPage(browser);
    const paths: string[] = [];
    page.on("request", (request) => paths.push(new URL(request.url()).pathname));
    await page.route("**/assets/guest-*.js", (route) => route.abort(), { times: 1 });
    await page.goto(tableUrl(system, 1), { waitUntil: "domcontentloaded" });
    const bill = page.getByRole("button", { name: /Bill, please/ });
    await tapUntil(bill, page.getByRole("button", { name: "Cash" }));
    expect(paths.some((path) => path.startsWith("/assets/sheets-"))).toBe(true);
    expect(paths.filter((path) => path === "/api/guest/sessions")).toHaveLength(1);
  });

  test("once, the built-ins of an old browser, is asked for again", async () => {
    await using page = await openPage(browser, { before: beOld });
    await page.route("**/assets/polyfills-*.js", (route) => route.abort(), { times: 1 });
    await page.goto(tableUrl(system, 2), { waitUntil: "domcontentloaded" });
    await page.locator("[data-does='call:water']").waitFor();
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

  test("is asked for again even when the document is all that ever came", async () => {
    await using page = await openPage(browser, { serviceWorkers: "block" });
    const lost = new Map<string, number>();
    // Each file is lost twice: nothing but the document can ask for it again.
    await page.route("**/assets/*.js*", (route) => {
      const { pathname } = new URL(route.request().url());
      const times = (lost.get(pathname) ?? 0) + 1;
      lost.set(pathname, times);
      return times <= 2 ? route.abort() : route.continue();
    });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.locator("[data-does='call:water'], [data-does='show:water']").first().waitFor();
  });

  test("leaves words and a way on where no script may run", async () => {
    await using page = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await page.getByRole("link", { name: "Try again" }).waitFor({ timeout: 20_000 });
    await page.locator(".boot-late", { hasText: "Please wave to the staff." }).waitFor();
  });

  test("a language, twice, is asked for again; meanwhile the page speaks English", async () => {
    await using page = await openPage(browser, { locale: "de-AT" });
    const english = page.getByText("What can we do for you?");
    let lost = 0;
    // It comes once the page was seen in English, however slow this machine is.
    await page.route("**/assets/de-*.js", async (route) => {
      if (lost++ < 2) return route.abort();
      await english.waitFor();
      return route.continue();
    });
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await english.waitFor();
    await page.getByText("Was dürfen wir für Sie tun?").waitFor();
  });

  test("English, twice, is asked for again at another address", async () => {
    await using page = await openPage(browser);
    const lost: string[] = [];
    await page.route("**/assets/en-*.js*", (route) => {
      if (lost.length >= 3) return route.continue();
      lost.push(new URL(route.request().url()).search);
      return route.abort();
    });
    await page.goto(tableUrl(system, 0));
    await page.getByText("What can we do for you?").waitFor();
    expect(lost.slice(0, 2)).toEqual(["", ""]);
  });

  test("the texts of every language, for good, leaves words and a way on", async () => {
    // A service worker would bring the files by its own requests.
    await using page = await openPage(browser, { locale: "de-AT", serviceWorkers: "block" });
    const again: string[] = [];
    await page.route(/\/assets\/(?:de|en)-/, (route) => {
      again.push(new URL(route.request().url()).search);
      return route.abort();
    });
    const last = page.waitForRequest(/\/assets\/en-.*again=5/);
    await page.goto(tableUrl(system, 0), { waitUntil: "domcontentloaded" });
    await last;
    expect(again).toEqual(expect.arrayContaining([1, 2, 3, 4].map((each) => `?again=${each}`)));
    await page.getByText("Die Seite ließ sich nicht laden.").waitFor();
    await page.getByRole("button", { name: "Nochmals versuchen" }).waitFor();
  });
});

describe("a file that neither comes nor fails", () => {
  const saysNothing = (page: Page, files: string) =>
    page.route(files, () => new Promise(() => undefined));
  const lost = (page: Page) => page.getByRole("button", { name: "Try again" });

  test("is no endless wait: the page says what to do", async () => {
    await using page = await openPage(browser);
    await page.clock.install();
    await saysNothing(page, "**/assets/guest-*.js*");
    await page.goto(tableUrl(system, 0), { waitUntil: "commit" });
    await page.locator("#boot-status").waitFor();
    await page.clock.fastForward(13_000);
    await lost(page).waitFor();
  });

  test("of what an old browser lacks is no endless wait either", async () => {
    await using page = await openPage(browser, { before: beOld });
    await page.clock.install();
    await saysNothing(page, "**/assets/polyfills-*.js");
    const asked = page.waitForRequest("**/assets/polyfills-*.js");
    await page.goto(tableUrl(system, 0), { waitUntil: "commit" });
    await asked;
    await page.clock.fastForward(13_000);
    await lost(page).waitFor();
  });

  test("a language, leaves a page in English after 3 s", async () => {
    await using page = await openPage(browser, { locale: "de-AT" });
    await saysNothing(page, "**/assets/de-*.js");
    await page.goto(tableUrl(system, 0), { waitUntil: "commit" });
    await page.getByText("What can we do for you?").waitFor();
  });

  test("the socket's code, leaves a page that sends over HTTP", async () => {
    await using page = await openPage(browser);
    await saysNothing(page, "**/assets/socket-*.js");
    await page.goto(tableUrl(system, 5), { waitUntil: "commit" });
    const tile = page.locator("[data-does='call:water']");
    await tapUntil(tile, page.getByText(/Sent to the team|The team has seen it/));
  });

  test("the sheets' code, is announced on the page", async () => {
    // A service worker would have the file already.
    await using page = await openTable(browser, system, 6, { serviceWorkers: "block" });
    await saysNothing(page, "**/assets/sheets-*.js");
    const bill = page.getByRole("button", { name: /Bill, please/ });
    await tapUntil(bill, page.getByText("One moment…"));
  });
});

test("an api that says nothing about a table is not waited for: the page says so", async () => {
  await using page = await openPage(browser);
  await page.clock.install();
  await page.route("**/api/guest/sessions", () => new Promise(() => undefined), { times: 1 });
  await page.goto(tableUrl(system, 7), { waitUntil: "commit" });
  await page.locator("html[data-started]").waitFor({ state: "attached" });
  await page.clock.fastForward(4_500);
  await page.getByText("We cannot reach the restaurant.").waitFor();
  await page.clock.fastForward(10_000);
  await page.locator("[data-does='call:waiter']").waitFor();
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

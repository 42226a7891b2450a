import { expect, test } from "@jest/globals";
import { watchTransfers, type Transfer } from "@waiter/bench";
import { openPage, tableUrl } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

const languages = {
  en: "What can we do for you?",
  de: "Was dürfen wir für Sie tun?",
  fr: "Que pouvons-nous faire pour vous ?",
  es: "¿Qué podemos hacer por usted?",
  it: "Che cosa possiamo fare per Lei?",
  ar: "كيف يمكننا خدمتك؟",
};

test.each(Object.entries(languages))(
  "the guest page's whole first load is at most 45 kB on the wire (%s)",
  async (locale, words) => {
    // What a service worker keeps for later comes after the first load, and would hide some of it.
    await using page = await openPage(browser, { locale, serviceWorkers: "block" });
    const transfers = await watchTransfers(page);
    const socketCame = page.waitForEvent("requestfinished", (request) =>
      request.url().includes("/assets/socket-"),
    );
    await page.goto(tableUrl(system, 0));
    await page.getByText(words).waitFor();
    await page.locator("[data-does='call:waiter']").waitFor();
    await socketCame;
    await page.waitForLoadState("networkidle");
    const sum = (all: readonly Transfer[]) => all.reduce((bytes, each) => bytes + each.bytes, 0);
    const before = transfers.filter(({ path }) => !path.startsWith("/assets/socket-"));
    // The socket's code comes after the first paint.
    expect([before.length > 3, before.length < transfers.length]).toEqual([true, true]);
    expect(sum(before)).toBeLessThanOrEqual(35_500);
    expect(sum(transfers)).toBeLessThanOrEqual(45_000);
    // The texts of one language, and the sheets' code waits for a finger.
    const texts = transfers.filter(({ path }) => /\/assets\/[a-z]{2}-/.test(path));
    expect(texts.map(({ path }) => path.slice(8, 10))).toEqual([locale]);
    expect(transfers.filter(({ path }) => path.includes("sheets"))).toEqual([]);
  },
);

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

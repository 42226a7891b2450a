import { describe, expect, test } from "@jest/globals";
import { waitFor, type System } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openManage } from "../harness/manage-page.ts";
import {
  faultsOf,
  openBoardPage,
  openPage,
  openTable,
  overflowOf,
  signIn,
  tableUrl,
  tapUntil,
} from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** Signs every device of the demo's person with this role out. */
async function endDevices(of: System, role: string): Promise<void> {
  using client = await openBoard(of, { role });
  const { staff, accessToken: token } = client.session ?? {};
  await ask(of, `/api/staff/${staff?.id ?? ""}/devices`, {
    method: "DELETE",
    ...(token && { token }),
  });
}

/** Waits until the page's service worker keeps its shell. */
async function shellIsKept(page: Page): Promise<void> {
  await waitFor(
    () =>
      page.evaluate(async () => {
        const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
        return active?.state === "activated" && navigator.serviceWorker.controller !== null;
      }),
    20_000,
    "the service worker being in charge",
  );
}

describe("without network", () => {
  test("the guest page opens with its last state and takes a request", async () => {
    await using page = await openTable(browser, system, 0);
    await shellIsKept(page);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByTestId("banner").getByText("This is what we knew at").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const unsent = page.getByTestId("call").getByText("Not sent yet");
    await tapUntil(page.locator("[data-does='call:water']"), unsent);
    await page.context().setOffline(false);
    await page
      .getByTestId("call")
      .getByText(/Sent to the team|The team has seen it/)
      .waitFor();
  });

  test("the guest's worker keeps the guest page alone", async () => {
    await using page = await openTable(browser, system, 1);
    await shellIsKept(page);
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
      );
      return lists.flat().map((url) => new URL(url).pathname);
    });
    expect(kept).toContain("/guest.html");
    expect(kept.filter((path) => !/^\/(?:guest\.html|assets\/[\w.-]+)$/.test(path))).toEqual([]);
    expect(kept.filter((path) => path.includes("staff"))).toEqual([]);
  });

  test("the board opens with its last state, without controls", async () => {
    await call(system, await sitDown(system, 2), "waiter");
    await using page = await openBoardPage(browser, system, "anna");
    await page.getByTestId("request").first().waitFor();
    await shellIsKept(page);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByTestId("shout").getByText("Requests as of").waitFor();
    expect(await page.getByText("Table 3").count()).toBe(1);
    expect(await page.locator("main button").count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  });

  test("/manage says that there is no connection, and opens once it is back", async () => {
    await using page = await openManage(browser, system, "owner", "team");
    await page.route("**/api/**", (route) => route.abort());
    await page.reload();
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.getByRole("link", { name: "Board" }).getAttribute("href")).toBe("/board");
    await page.getByRole("button", { name: "Try again" }).click();
    expect(await page.getByRole("heading", { name: "No connection" }).count()).toBe(1);
    await page.unroute("**/api/**");
    await page.locator("[data-does^='person:']").first().waitFor();
  });

  test.each([
    ["/manage", "owner"],
    ["/board", "anna"],
    ["/wall", "anna"],
    ["/login", undefined],
    ["/join#no-invitation", undefined],
  ] as const)("%s opens as a page of ours, and by itself when it is back", async (path, person) => {
    await using page = await openPage(browser);
    const { tenantOrigin } = system.file;
    await page.goto(`${tenantOrigin}${path}`);
    if (person !== undefined) {
      await signIn(page, system, person === "owner" ? "olivia" : person);
      await page.locator(".manage-main .part, [data-state='live']").first().waitFor();
    }
    await shellIsKept(page);
    await page.evaluate(() => localStorage.removeItem("waiter:board"));
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    const isBoard = path === "/board" || path === "/wall";
    const notShown = page.getByText("NOT shown");
    if (isBoard) await notShown.waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "No connection" }).waitFor();
    await page.context().setOffline(false);
    const back = {
      "/manage": ".manage-main .part",
      "/login": "#email",
      "/join#no-invitation": "[data-testid='join-problem']",
    };
    await page
      .locator(path in back ? back[path as keyof typeof back] : "[data-state='live']")
      .first()
      .waitFor({ timeout: 60_000 });
  });

  test("after a sign-out it shows nothing that the person saw", async () => {
    const made = requestOf(await call(system, await sitDown(system, 2), "water"));
    for (const leave of ["here", "elsewhere", "in /manage"] as const) {
      await using page = await openBoardPage(browser, system, "olivia");
      await page.locator(`[data-id='${made.id}']`).waitFor();
      await shellIsKept(page);
      if (leave === "here") {
        const signOut = page.getByRole("button", { name: "Sign out" });
        await tapUntil(page.getByTestId("menu"), signOut);
        await tapUntil(signOut, page.locator("#email"));
      } else {
        if (leave === "in /manage") {
          await page.goto(`${system.file.tenantOrigin}/manage#team`);
          await page.locator(".manage-main .part").first().waitFor();
        }
        await endDevices(system, "owner");
        await page.locator("#email").waitFor({ timeout: 60_000 });
      }
      await page.context().setOffline(true);
      await page.goto(`${system.file.tenantOrigin}/board`);
      await page.getByRole("heading", { name: "No connection" }).waitFor();
      expect(await page.getByText("Table 3").count()).toBe(0);
    }
  });

  test("a cancellation is kept and done when the network is back", async () => {
    const token = await sitDown(system, 3);
    const made = requestOf(await call(system, token, "water"));
    await using page = await openTable(browser, system, 3);
    await page.waitForLoadState("networkidle"); // a request of the table brings the sheets' code
    await page.context().setOffline(true);
    const cancel = page.getByRole("button", { name: /^Cancel/ });
    await tapUntil(page.locator("[data-does='show:water']"), cancel);
    await tapUntil(cancel, page.locator("body:not(:has(dialog))"));
    await page.getByText("No connection just now. We cancel it").waitFor({ timeout: 45_000 });
    await page.context().setOffline(false);
    await page.getByText("Cancelled at your table").waitFor();
    using board = await openBoard(system);
    expect(board.requests.map(({ id }) => id)).not.toContain(made.id);
  });
});

test("a cancellation whose answers are lost is sent again while the page stays live", async () => {
  const token = await sitDown(system, 5);
  const made = requestOf(await call(system, token, "water"));
  await using page = await openTable(browser, system, 5);
  await page.waitForLoadState("networkidle"); // a request of the table brings the sheets' code
  // Neither the gateway nor the api answers the first attempt.
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (!String(message).includes('"request:cancel"')) server.send(message);
    });
  });
  await page.reload();
  await page.waitForLoadState("networkidle");
  await page.route("**/api/guest/requests/*/cancel", (route) => route.abort(), { times: 1 });
  const cancel = page.getByRole("button", { name: /^Cancel/ });
  await tapUntil(page.locator("[data-does='show:water']"), cancel);
  await tapUntil(cancel, page.locator("body:not(:has(dialog))"));
  await page.getByText("No connection just now. We cancel it").waitFor({ timeout: 45_000 });
  await page.getByText("Cancelled at your table").waitFor({ timeout: 60_000 });
  using board = await openBoard(system);
  expect(board.requests.map(({ id }) => id)).not.toContain(made.id);
});

test("a request unsent for five minutes is sent only after a yes", async () => {
  await using page = await openTable(browser, system, 4);
  await page.context().setOffline(true);
  const unsent = page.getByTestId("call").getByText("Not sent yet");
  await tapUntil(page.locator("[data-does='call:order']"), unsent);
  // The page is closed meanwhile: what it kept is six minutes old when it opens again.
  await page.evaluate((minutes) => {
    for (const [name, value] of Object.entries(localStorage)) {
      if (!name.startsWith("waiter:calls:")) continue;
      const calls = JSON.parse(value as string) as { at: number }[];
      const older = calls.map((each) => ({ ...each, at: each.at - minutes * 60_000 }));
      addEventListener("pagehide", () => localStorage.setItem(name, JSON.stringify(older)));
    }
  }, 6);
  await page.goto("about:blank");
  await page.context().setOffline(false);
  await page.goto(tableUrl(system, 4));
  const question = page.getByTestId("stale");
  await question.getByText("Do you still need it?").waitFor();
  const token = await sitDown(system, 4);
  const ordered = async () => {
    const { body } = await ask(system, "/api/guest/requests", { token });
    return (body["requests"] as { type: string }[]).some(({ type }) => type === "order");
  };
  expect(await ordered()).toBe(false);
  const yes = question.getByRole("button", { name: "Yes, send it" });
  await tapUntil(yes, page.locator("[data-does='show:order']"));
  await waitFor(ordered, 30_000, "the request at the server");
  expect(await question.count()).toBe(0);
});

test("a fresh board shows SILENT until a touch and rings after a test", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await tapUntil(page.getByTestId("menu"), page.getByRole("dialog"));
  await page.getByLabel("Sound on").uncheck();
  await page.keyboard.press("Escape");
  await page.getByTestId("silent").getByText("This screen is SILENT.").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  const audible = page.locator("body:not(:has([data-testid='silent']))");
  await tapUntil(page.getByRole("button", { name: "Turn on sound" }), audible);
});

test("a waiter on the way sees that the guest has cancelled", async () => {
  await using guest = await openTable(browser, system, 5);
  const sent = guest.locator("[data-does='show:waiter']");
  await tapUntil(guest.locator("[data-does='call:waiter']"), sent);
  await using page = await openBoardPage(browser, system, "anna");
  const card = page.getByTestId("request").filter({ hasText: "Table 6" });
  await tapUntil(card.locator("[data-does^='claim:']"), guest.getByText("Anna is coming"));
  const cancel = guest.getByRole("button", { name: /^Cancel/ });
  await tapUntil(sent, cancel);
  await tapUntil(cancel, guest.getByText("Cancelled at your table"));
  await page.getByTestId("toast").getByText("cancelled by the guest").waitFor();
  await card.getByText("Cancelled by the guest").waitFor();
});

test("a language that was chosen is kept", async () => {
  await using page = await openTable(browser, system, 6);
  await page.getByLabel("Language").selectOption("fr");
  await page.getByText("Que pouvons-nous faire pour vous").waitFor();
  await page.reload();
  await page.getByText("Que pouvons-nous faire pour vous").waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("fr");
});

describe("undo", () => {
  test("a request that a waiter finished by mistake can be taken back", async () => {
    const made = requestOf(await call(system, await sitDown(system, 7), "water"));
    await using page = await openBoardPage(browser, system, "anna");
    const card = page.locator(`[data-id='${made.id}']`);
    const complete = card.locator("[data-does^='complete:']");
    const undo = page.getByTestId("toast").filter({ hasText: "done" }).getByText("Undo");
    await tapUntil(card.locator("[data-does^='claim:']"), complete);
    await tapUntil(complete, undo);
    await tapUntil(undo, complete);
  });

  test("the last three stay in the menu after their toasts have gone", async () => {
    const made = requestOf(await call(system, await sitDown(system, 6), "bill"));
    await using page = await openBoardPage(browser, system, "anna");
    const card = page.locator(`[data-id='${made.id}']`);
    await tapUntil(card.locator("[data-does^='claim:']"), page.getByTestId("toast"));
    await page.getByTestId("toast").waitFor({ state: "detached" });
    const undo = page.getByRole("button", { name: "Undo: Table 7, Bill, please: you are going." });
    await tapUntil(page.getByTestId("menu"), undo);
  });

  test("a guest's cancellation can be taken back", async () => {
    await using page = await openTable(browser, system, 7);
    const card = page.getByRole("button", { name: "Card" });
    const sent = page.locator("[data-does='show:bill']");
    const cancel = page.getByRole("button", { name: /^Cancel/ });
    const undo = page.getByTestId("toast").getByRole("button", { name: "Undo" });
    await tapUntil(page.locator("[data-does='call:bill']"), card);
    await tapUntil(card, sent);
    await tapUntil(sent, cancel);
    await tapUntil(cancel, undo);
    await tapUntil(undo, sent);
  });
});

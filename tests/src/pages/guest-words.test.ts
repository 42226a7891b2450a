import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import type { RequestType } from "@waiter/contracts";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openTable, tapUntil } from "../harness/pages.ts";
import { call, openBoard, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** What a guest has written, chosen or taken back is done, or the page says that it was not. */
let board: StaffClient & Disposable;

afterAll(() => {
  board?.[Symbol.dispose]();
});
const { system, browser } = shareSystem();
beforeAll(async () => {
  board = await openBoard(system, { role: "owner" });
}, 180_000);

const toast = (page: Page, text: string) => page.getByTestId("toast").filter({ hasText: text });
const noted = (note: string) => board.requests.find((one) => one.note === note);

async function write(page: Page, note: string): Promise<void> {
  await tapUntil(page.getByRole("button", { name: "Write to us" }), page.locator("textarea"));
  await page.locator("textarea").fill(note);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

describe("while another guest of the table asks for the same", () => {
  /** Their requests reach the api between the page's first tap and its own one. */
  const overtakenBy = (table: number, types: readonly string[]) => async (page: Page) => {
    const theirs = await sitDown(system, table);
    let overtaking: Promise<unknown> | undefined;
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const isTap = String(message).includes('"request:create"');
        if (isTap) overtaking ??= Promise.all(types.map((type) => call(system, theirs, type)));
        void Promise.resolve(isTap ? overtaking : undefined).then(() => server.send(message));
      });
    });
  };

  test("a message goes with another type", async () => {
    const prepare = overtakenBy(0, ["other"]);
    await using page = await openTable(browser, system, 0, { prepare });
    await page.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
    await write(page, "I have an allergy");
    await waitFor(() => noted("I have an allergy") !== undefined, 30_000, "the message");
    expect(noted("I have an allergy")?.type).not.toBe("other");
  }, 60_000);

  test("a message that no type is left for is said to be unsent", async () => {
    const prepare = overtakenBy(1, ["other", "waiter", "order", "water", "bill"]);
    await using page = await openTable(browser, system, 1, { prepare });
    await page.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
    await write(page, "🪑🪑");
    await toast(page, "“Something else” was asked for already").waitFor();
    expect(noted("🪑🪑")).toBe(undefined);
  }, 60_000);

  test("a way to pay that was not sent is said to be unsent", async () => {
    const prepare = overtakenBy(2, ["bill"]);
    await using page = await openTable(browser, system, 2, { prepare });
    await page.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
    const card = page.getByRole("button", { name: "Card" });
    await tapUntil(page.locator("[data-does='call:bill']"), card);
    await card.click();
    await toast(page, "“Bill, please” was asked for already").waitFor();
  }, 60_000);
});

test("a message of before, which is still wanted, is sent beside a newer one", async () => {
  const old = { type: "other", note: "An old wish" };
  await using page = await openTable(browser, system, 3, {
    prepare: (opened) =>
      opened.addInitScript(
        ([token, call]) => {
          const asks = [{ key: "old", call, at: Date.now() - 6 * 60_000 }];
          if (localStorage.getItem("begun") === null)
            localStorage.setItem(`waiter:asks:${token}`, JSON.stringify(asks));
          localStorage.setItem("begun", "yes");
        },
        [system.file.tables[3]?.token ?? "", old] as const,
      ),
  });
  await page.getByTestId("stale").waitFor();
  await write(page, "A new wish");
  await waitFor(() => noted("A new wish") !== undefined, 30_000, "the new message");
  await page.getByRole("button", { name: "Yes, send" }).click();
  await waitFor(() => noted("An old wish") !== undefined, 15_000, "the old message");
  expect(noted("An old wish")?.type).not.toBe("other");
  expect(noted("A new wish")?.type).toBe("other");
}, 60_000);

test("an undo without an answer says so, and can be tried again", async () => {
  await using page = await openTable(browser, system, 3);
  const open = page.locator("[data-state='new'] [data-does='show:water']");
  await page.locator("[data-does='call:water']").click();
  const cancel = page.getByRole("dialog").getByRole("button", { name: /^Cancel/ });
  await tapUntil(open, cancel);
  const undo = toast(page, "cancelled").getByRole("button", { name: "Undo" });
  await tapUntil(cancel, undo);
  await page.route("**/undo", (route) => route.abort());
  const unanswered = toast(page, "It may still be cancelled.");
  await tapUntil(undo, unanswered);
  expect(await page.getByText("That can no longer be undone.").count()).toBe(0);
  await page.unroute("**/undo");
  await tapUntil(unanswered.getByRole("button", { name: "Try again" }), open);
}, 60_000);

test("a request that is wanted again says when too much waits to be sent", async () => {
  await using page = await openTable(browser, system, 4);
  await page.locator("[data-does='call:water']").click();
  const made = () => board.requests.find((one) => one.table.label === system.file.tables[4]?.label);
  await waitFor(() => made() !== undefined, 30_000, "the request on a board");
  await board.complete(made()?.id ?? "");
  await page.getByRole("button", { name: /^Still needed/ }).waitFor();
  await page.evaluate((token) => {
    const calls = Array.from({ length: 20 }, (_, index) => ({
      key: `key-${index}`,
      call: { type: "bill" },
      at: Date.now(),
    }));
    addEventListener("pagehide", () =>
      localStorage.setItem(`waiter:calls:${token}`, JSON.stringify(calls)),
    );
  }, system.file.tables[4]?.token);
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (!String(message).includes('"request:create"')) server.send(message);
    });
  });
  await page.route("**/api/guest/requests", (route) =>
    route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  await page.route("**/reopen", (route) => route.abort());
  const rejections: Error[] = [];
  page.on("pageerror", (error) => rejections.push(error));
  await page.reload();
  await tapUntil(
    page.getByRole("button", { name: /^Still needed/ }),
    toast(page, "Too much is waiting to be sent."),
  );
  expect(rejections).toEqual([]);
}, 90_000);

test("a message that is refused can be sent later without being written again", async () => {
  await using page = await openTable(browser, system, 7);
  const { accessToken: token = "" } = board.session ?? {};
  const { id } = board.tables.find(({ label }) => label === system.file.tables[7]?.label) ?? {};
  const mute = (minutes: number) =>
    ask(system, `/api/tables/${id}/mute`, { method: "POST", token, body: { minutes } });
  const open = page.getByRole("button", { name: "Write to us" });
  const field = page.locator("textarea");
  await page.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
  await tapUntil(open, field);
  await field.fill("A quiet place, please");
  await mute(30);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const muted = page.getByText("This table can send requests again at");
  await muted.waitFor();
  await mute(0);
  await muted.waitFor({ state: "detached" });
  await tapUntil(open, field);
  expect(await field.inputValue()).toBe("A quiet place, please");
}, 60_000);

describe("where the restaurant wants no messages", () => {
  const types = async (): Promise<readonly (RequestType & { version: number })[]> => {
    const { accessToken: token = "" } = board.session ?? {};
    const { body } = await ask(system, "/api/request-types", { token });
    return body["requestTypes"] as (RequestType & { version: number })[];
  };
  async function refuseMessages(key: string): Promise<void> {
    const { accessToken: token = "" } = board.session ?? {};
    const { version } = (await types()).find((type) => type.key === key) ?? {};
    const path = `/api/request-types/${key}`;
    const body = { allowsNote: false, version };
    const { status } = await ask(system, path, { method: "PATCH", token, body });
    expect(status).toBe(200);
    // The api keeps what its sessions say, until the event of the change reaches it.
    const tableToken = system.file.tables[5]?.token;
    const isKnown = async () => {
      const session = { method: "POST", body: { tableToken } };
      const { body: seated } = await ask(system, "/api/guest/sessions", session);
      const listed = seated["requestTypes"] as readonly RequestType[];
      return listed.find((type) => type.key === key)?.allowsNote === false;
    };
    await waitFor(isKnown, 30_000, "the api knowing the type");
  }

  test("a message goes with a type that takes one, and the other is sent by one tap", async () => {
    await refuseMessages("other");
    await using page = await openTable(browser, system, 5);
    await write(page, "A spoon, please");
    await waitFor(() => noted("A spoon, please") !== undefined, 30_000, "the message");
    await tapUntil(
      page.locator("[data-does='call:other']"),
      page.locator("[data-state='new'] [data-does='show:other']"),
    );
  }, 60_000);

  test("nothing offers to write where no type takes a message", async () => {
    for (const { key, asksPayment } of await types()) if (!asksPayment) await refuseMessages(key);
    await using page = await openTable(browser, system, 6);
    expect(await page.getByRole("button", { name: "Write to us" }).count()).toBe(0);
  }, 60_000);
});

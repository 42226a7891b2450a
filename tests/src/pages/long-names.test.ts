import { beforeAll, expect, test } from "@jest/globals";
import type { Table } from "@waiter/client";
import { ask, type Answer } from "../harness/ask.ts";
import { enlargeText, openBoardPage, openPage, overflowOf, tableUrl } from "../harness/pages.ts";
import { call, openBoard, requestOf } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** Names that are one word as long as the api takes. */
const word = "Donaudampfschifffahrtsgesellschaftskapitaenskajuete".slice(0, 50);
const { system, browser } = shareSystem();
let guestUrl = "";

function succeeded({ status, body }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

beforeAll(async () => {
  using owner = await openBoard(system, { role: "owner" });
  const { accessToken: token = "" } = owner.session ?? {};
  const make = async (path: string, body: object) => {
    const made = await ask(system, path, { method: "POST", token, body });
    return succeeded(made);
  };
  const { tables } = (await make("/api/tables", { labels: [word] })) as {
    tables: (Table & { guestUrl: string })[];
  };
  guestUrl = tables[0]?.guestUrl ?? "";
  const made = await make("/api/request-types", { label: word, icon: "🍷" });
  const { key } = made["requestType"] as { key: string };
  const tableToken = guestUrl.split("/t/")[1];
  const seated = await ask(system, "/api/guest/sessions", {
    method: "POST",
    body: { tableToken },
  });
  const answer = await call(system, String(seated.body["accessToken"]), key);
  succeeded(answer);
  const name = `${word}${word}`;
  succeeded(await ask(system, "/api/me", { method: "PATCH", token, body: { name } }));
  await owner.claim(requestOf(answer).id);
}, 180_000);

test.each([320, 390, 1_280])("no page is wider than a window of %d px", async (width) => {
  const viewport = { width, height: 740 };
  await using guest = await openPage(browser, { viewport });
  await guest.goto(guestUrl);
  await guest.locator("[data-does^='show:']").first().waitFor();
  expect(await overflowOf(guest)).toBe(0);
  for (const path of ["/board", "/wall"]) {
    await using board = await openBoardPage(browser, system, "anna", { viewport, path });
    await board.getByTestId("request").first().waitFor();
    expect([path, await overflowOf(board)]).toEqual([path, 0]);
  }
});

test("a notice in large letters leaves the tiles within reach", async () => {
  await using page = await openPage(browser, { viewport: { width: 320, height: 640 } });
  await page.goto(tableUrl(system, 0));
  await page.getByTestId("banner").waitFor();
  await enlargeText(page, 200);
  const box = await page.getByTestId("banner").boundingBox();
  expect(box?.height).toBeLessThanOrEqual(0.4 * 640);
});

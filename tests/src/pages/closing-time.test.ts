import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import type { Settings } from "@waiter/contracts";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openPage, openTable, tableUrl } from "../harness/pages.ts";
import { openBoard } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** A guest's page that stays open while the restaurant closes and opens, or its table is muted. */
let owner: StaffClient & Disposable;

afterAll(() => {
  owner?.[Symbol.dispose]();
});
const { system, browser } = shareSystem();
beforeAll(async () => {
  owner = await openBoard(system, { role: "owner" });
}, 180_000);

const change = async (method: string, path: string, body?: object) => {
  const { accessToken: token = "" } = owner.session ?? {};
  const answer = await ask(system, path, { method, token, ...(body && { body }) });
  expect([200, 201, 204]).toContain(answer.status);
  return answer.body;
};
const minute = 60_000;
/** Opens every day at `opensAt` (ms since the epoch) for ten minutes; without it at all hours. */
async function setHours(opensAt?: number): Promise<void> {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const { version } = (await change("GET", "/api/settings"))["settings"] as Settings;
  const span = opensAt === undefined ? [] : [[clock(opensAt), clock(opensAt + 10 * minute)]];
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const hours =
    opensAt === undefined ? null : { weekly: Object.fromEntries(days.map((day) => [day, span])) };
  await change("PATCH", "/api/settings", { hours, timeZone: "UTC", version });
  // The api keeps what its sessions say, until the event of the change reaches it.
  const tableToken = system.file.tables[3]?.token;
  const session = () =>
    ask(system, "/api/guest/sessions", { method: "POST", body: { tableToken } });
  await waitFor(
    async () => (await session()).body["open"] === (opensAt === undefined),
    30_000,
    "the api knowing the hours",
  );
}
/** The start of a minute that is about `minutes` ahead. */
const ahead = (minutes: number) => Math.ceil(Date.now() / minute + minutes) * minute;
const ready = (page: Page) => page.locator("[data-does='call:waiter']:not([disabled])");
const disabled = (page: Page) => page.locator("[data-does='call:waiter'][disabled]");
const refused = (page: Page) => page.getByText(/could not be sent/).count();

test("a tap after closing time is answered by when it opens, not by `tap again`", async () => {
  await using page = await openTable(browser, system, 0);
  await setHours(ahead(120));
  await ready(page).click();
  await page
    .getByTestId("banner")
    .getByText(/^We are closed\. We open/)
    .waitFor();
  await disabled(page).waitFor();
  expect(await refused(page)).toBe(0);
  await setHours();
});

test("a page that was opened while closed takes requests once it opens", async () => {
  const opensAt = ahead(5);
  await setHours(opensAt);
  await using page = await openPage(browser);
  await page.clock.install();
  await page.goto(tableUrl(system, 1));
  await page
    .getByTestId("banner")
    .getByText(/^We are closed\. We open/)
    .waitFor();
  await setHours();
  // Well before the session would be renewed anyway: its token lives for 30 minutes.
  await page.clock.fastForward(opensAt - Date.now() + 11_000);
  await ready(page).waitFor();
  await page
    .getByTestId("banner")
    .getByText(/^We are closed/)
    .waitFor({ state: "detached" });
});

test("an open page says until when its table is muted, and that the mute was ended", async () => {
  await using page = await openTable(browser, system, 2);
  const { id } = owner.tables.find(({ label }) => label === system.file.tables[2]?.label) ?? {};
  const mute = (minutes: number) => change("POST", `/api/tables/${id}/mute`, { minutes });
  const says = page.getByTestId("banner").getByText(/^This table can send requests again/);
  await ready(page).waitFor();
  await page.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
  await mute(30);
  await says.waitFor();
  await disabled(page).waitFor();
  expect(await refused(page)).toBe(0);
  await mute(0);
  await says.waitFor({ state: "detached" });
  await ready(page).waitFor();
});

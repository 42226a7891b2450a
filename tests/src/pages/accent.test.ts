import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Settings } from "@waiter/contracts";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { faultsOf, openPage, openTable, tableUrl, tapUntil } from "../harness/pages.ts";
import { openBoard } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** The restaurant's colour on its guests' pages. */
const { system, browser } = shareSystem();

/** The palest accepted shade of this hue: the hardest to read. */
const accent = "#876c00";
const rgb = "rgb(135, 108, 0)";

beforeAll(async () => {
  using owner = await openBoard(system, { role: "owner" });
  const { accessToken: token = "" } = owner.session ?? {};
  const { version } = (await ask(system, "/api/settings", { token })).body["settings"] as Settings;
  const body = { accent, version };
  const { status } = await ask(system, "/api/settings", { method: "PATCH", body, token });
  if (status !== 200) throw new Error(`the colour was refused: ${status}`);
  // The api keeps what its sessions say, until the event of the change reaches it.
  const tableToken = system.file.tables[3]?.token;
  const session = () =>
    ask(system, "/api/guest/sessions", { method: "POST", body: { tableToken } });
  await waitFor(async () => (await session()).body["accent"] === accent, 30_000, "the colour");
}, 180_000);

const colours = (page: Page) =>
  page.locator("[data-does='call:waiter']").evaluate((tile) => {
    const { backgroundColor, color } = getComputedStyle(tile);
    return [backgroundColor, color];
  });

describe("the restaurant's colour", () => {
  test("is the guest page's in light, and can be read there", async () => {
    await using page = await openTable(browser, system, 0, { colorScheme: "light" });
    using staff = await openBoard(system);
    expect(await colours(page)).toEqual([rgb, "rgb(255, 255, 255)"]);
    expect(await faultsOf(page)).toEqual([]);
    const waiter = page.locator("[data-does='show:waiter']");
    await tapUntil(page.locator("[data-does='call:waiter']"), waiter);
    await waitFor(() => staff.requests.length > 0, 30_000, "the request");
    await staff.claim(staff.requests[0]?.id ?? "");
    await page.locator(".tile.good").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await tapUntil(waiter, page.getByRole("dialog"));
    expect(await faultsOf(page)).toEqual([]);
  });

  test("leaves the dark page as it is", async () => {
    await using page = await openTable(browser, system, 1, { colorScheme: "dark" });
    expect(await colours(page)).toEqual(["rgb(88, 195, 163)", "rgb(6, 35, 27)"]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await colours(page)).toEqual([rgb, "rgb(255, 255, 255)"]);
  });

  test("is remembered for a page that opens without network", async () => {
    await using page = await openPage(browser, { colorScheme: "light" });
    await page.goto(tableUrl(system, 2));
    await page.locator("[data-does='call:waiter']").waitFor();
    await page.waitForFunction(() =>
      Object.keys(localStorage).some((key) => key.startsWith("waiter:table:")),
    );
    await page.route("**/api/guest/**", (route) => route.abort());
    await page.reload();
    await page.getByText(/This is what we knew at/).waitFor();
    expect((await colours(page))[0]).toBe(rgb);
  });
});

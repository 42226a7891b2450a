import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { openBoardPage, phone } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/**
 * A browser that keeps the sound off until the page was touched (for a finger: until it is lifted),
 * and starts it a moment after. Counts what sounds.
 */
const keepSilent = () => {
  // Playwright's own questions activate a page, so the browser's word does not count.
  let isTouched = false;
  const touch = () => void (isTouched = true);
  for (const kind of ["mousedown", "touchend", "keydown"]) addEventListener(kind, touch, true);
  globalThis.AudioContext = class extends AudioContext {
    constructor() {
      super();
      void this.suspend();
    }
    override async resume() {
      if (!isTouched) return;
      await new Promise((done) => setTimeout(done, 100));
      await super.resume();
    }
  };
  Object.assign(globalThis, { struck: 0 });
  globalThis.OscillatorNode = class extends OscillatorNode {
    override start(at?: number) {
      (globalThis as unknown as { struck: number }).struck++;
      super.start(at);
    }
  };
};

/** A second page of Anna's phone, which no finger has touched. */
async function openUntouched(board: Page, path: string): Promise<Page> {
  const page = await board.context().newPage();
  await page.addInitScript(keepSilent);
  await page.goto(`${system.file.tenantOrigin}${path}`);
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  await page.getByTestId("silent").waitFor();
  return page;
}

test.each(["/board", "/wall"])(
  "the first touch of a finger turns the sound of %s on",
  async (path) => {
    await using board = await openBoardPage(browser, system, "anna", {
      viewport: phone,
      hasTouch: true,
    });
    const page = await openUntouched(board, path);
    await page.getByRole("heading", { level: 1 }).tap();
    await page.getByTestId("silent").waitFor({ state: "detached" });
  },
  120_000,
);

test("turning the sound on rings, although it starts a moment after the tap", async () => {
  await using board = await openBoardPage(browser, system, "anna");
  const page = await openUntouched(board, "/board");
  await page.getByRole("button", { name: "Turn on sound" }).click();
  await page.getByTestId("silent").waitFor({ state: "detached" });
  const struck = await page.waitForFunction(
    () => (globalThis as unknown as { struck: number }).struck,
  );
  expect(await struck.jsonValue()).toBeGreaterThan(0);
}, 120_000);

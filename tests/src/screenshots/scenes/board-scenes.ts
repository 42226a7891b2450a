import type { Page } from "playwright-core";
import { openDialog, type Scene, type SceneContext } from "./scene.ts";

/** A browser that lets no page sound before a touch. */
function beSilent(): void {
  Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended" });
  AudioContext.prototype.resume = () => new Promise(() => undefined);
}

async function openBoard(
  { stage }: SceneContext,
  path: "/board" | "/wall",
  before?: () => void,
): Promise<Page> {
  const page = await stage.open(path, { as: "anna", ...(before !== undefined && { before }) });
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  await page.getByTestId("request").first().waitFor();
  await page
    .getByTestId("silent")
    .waitFor({ state: before === undefined ? "detached" : "visible" });
  return page;
}

export const boardScenes: readonly Scene[] = [
  {
    name: "login",
    async open({ stage }) {
      const page = await stage.open("/login");
      await page.locator("#email").waitFor();
      return page;
    },
  },
  {
    name: "board-empty",
    async open({ stage, cast }) {
      const invitation = cast.fresh[stage.direction];
      const { origin } = new URL(invitation);
      const page = await stage.open(`${origin}/board`, { as: { invitation } });
      await page.locator("[data-testid='connection'][data-state='live']").waitFor();
      await page.locator(".quiet-board h2").waitFor();
      return page;
    },
  },
  { name: "board-busy", open: (context) => openBoard(context, "/board") },
  { name: "board-silent", open: (context) => openBoard(context, "/board", beSilent) },
  {
    name: "board-menu",
    open: async (context) => openDialog(await openBoard(context, "/board"), "[data-testid='menu']"),
  },
  {
    name: "board-request",
    open: async (context) => openDialog(await openBoard(context, "/board"), "[data-does^='more:']"),
  },
  {
    name: "board-duty",
    open: async (context) =>
      openDialog(await openBoard(context, "/board"), ".duty-bar > .button:not(.primary)"),
  },
  {
    name: "board-offline",
    async open(context) {
      const page = await openBoard(context, "/board");
      await page.context().setOffline(true);
      await page.getByTestId("shout").waitFor();
      return page;
    },
  },
  {
    name: "board-opened-offline",
    async open(context) {
      const page = await openBoard(context, "/board");
      await page.route(/\/api\//, (route) => route.abort());
      await page.reload();
      await page.getByTestId("shout").waitFor();
      return page;
    },
  },
  {
    name: "board-no-connection",
    async open(context) {
      const page = await openBoard(context, "/board");
      await page.route(/\/api\//, (route) => route.abort());
      await page.evaluate(() => localStorage.removeItem("waiter:board"));
      await page.reload();
      await page.locator(".splash .banner").waitFor();
      return page;
    },
  },
  { name: "wall", open: (context) => openBoard(context, "/wall") },
  { name: "wall-silent", open: (context) => openBoard(context, "/wall", beSilent) },
];

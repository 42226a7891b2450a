import type { Page } from "playwright-core";
import { openDialog, type Scene, type SceneContext } from "./scene.ts";

/** The demo's guest page: the first table has no request, the others have one of each type. */
async function openTable({ stage }: SceneContext, table: number): Promise<Page> {
  const page = await stage.open(`/t/${stage.system.file.tables[table]?.token ?? ""}`);
  await page.locator("[data-does$=':waiter']").waitFor();
  await page.locator(".notice-bar[data-state='live']").waitFor();
  return page;
}

export const guestScenes: readonly Scene[] = [
  { name: "guest-open", open: (context) => openTable(context, 0) },
  {
    name: "guest-payment",
    open: async (context) => openDialog(await openTable(context, 0), "[data-does='call:bill']"),
  },
  {
    name: "guest-note",
    open: async (context) => openDialog(await openTable(context, 0), ".write"),
  },
  { name: "guest-asked", open: (context) => openTable(context, 1) },
  { name: "guest-claimed", open: (context) => openTable(context, 2) },
  {
    name: "guest-request",
    open: async (context) => openDialog(await openTable(context, 2), "[data-does='show:waiter']"),
  },
  {
    name: "guest-no-staff",
    async open({ stage, cast }) {
      const page = await stage.open(cast.links.noStaff);
      await page.locator("[data-does='show:water']").waitFor();
      await page.getByTestId("banner").waitFor();
      return page;
    },
  },
  {
    name: "guest-offline",
    async open(context) {
      const page = await openTable(context, 0);
      await page.context().setOffline(true);
      await page.locator("[data-testid='banner'].alarm").waitFor();
      return page;
    },
  },
  {
    name: "guest-closed",
    async open({ stage, cast }) {
      const page = await stage.open(cast.links.closed);
      await page.locator("[data-does='show:bill']").waitFor();
      return page;
    },
  },
  {
    name: "guest-wrong-code",
    async open({ stage }) {
      const page = await stage.open("/t/unknown-code");
      await page.locator("html[data-started] h1").waitFor();
      return page;
    },
  },
];

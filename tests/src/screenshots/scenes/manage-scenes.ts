import type { Page } from "playwright-core";
import { openDialog, type Scene, type SceneContext } from "./scene.ts";

async function openPart({ stage }: SceneContext, part: string): Promise<Page> {
  const page = await stage.open(`/manage#${part}`, { as: "olivia" });
  await page.locator(`[data-does="tab:${part}"][aria-current="page"]`).waitFor();
  await page.locator(".manage-main h2").first().waitFor();
  await page.locator("[aria-busy='true']").first().waitFor({ state: "detached" });
  return page;
}

const tab = (part: string): Scene => ({
  name: `manage-${part}`,
  open: (context) => openPart(context, part),
});
const sheet = (name: string, part: string, control: string): Scene => ({
  name: `manage-${name}`,
  open: async (context) => openDialog(await openPart(context, part), control),
});

export const manageScenes: readonly Scene[] = [
  {
    name: "manage-first-day",
    async open({ stage, cast }) {
      const invitation = cast.fresh[stage.direction];
      const { origin } = new URL(invitation);
      const page = await stage.open(`${origin}/manage`, { as: { invitation } });
      await page.locator(".manage-main h2").first().waitFor();
      return page;
    },
  },
  tab("setup"),
  tab("floor"),
  tab("types"),
  tab("requests"),
  tab("team"),
  tab("settings"),
  {
    name: "manage-codes",
    // Tokens and the system's port.
    covered: ".code-picture, .code-url",
    async open(context) {
      const page = await openPart(context, "codes");
      await page.locator(".code-scan p").first().waitFor();
      return page;
    },
  },
  sheet("table", "floor", "[data-does^='table:']"),
  sheet("type", "types", "[data-does^='type:']"),
  sheet("request", "requests", "[data-does^='request:']"),
];

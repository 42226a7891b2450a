import type { Browser, Page } from "playwright-core";
import type { Cast } from "./prepare.ts";
import type { Scene } from "./scenes/index.ts";
import { Stage, type Direction } from "./stage.ts";

const sizes = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1024, height: 768 },
  { width: 1920, height: 1080 },
] as const;
const schemes = ["light", "dark"] as const;
/** How many pictures a scene has: each size, scheme and direction of writing. */
export const picturesOfScene = sizes.length * schemes.length * 2;

/** `<scene>.<width>.<ltr or rtl>-<light or dark>`: the picture's name, and a way to take it again. */
export type OnPicture = (name: string, take: () => Promise<Buffer>) => Promise<void>;

export interface PictureTaking {
  readonly onPicture: OnPicture;
  /** A scene that did not open. */
  readonly onFailure: (scene: string, error: unknown) => void;
}

/**
 * Opens each scene in both directions and takes its pictures in every size and scheme. Scenes come
 * one after the other, so that the guests' pictures do not depend on the boards opened later.
 */
export async function takePictures(
  browser: Browser,
  cast: Cast,
  scenes: readonly Scene[],
  { onPicture, onFailure }: PictureTaking,
): Promise<void> {
  await using ltr = new Stage(browser, cast.system, cast.data, "ltr");
  await using rtl = new Stage(browser, cast.system, cast.data, "rtl");
  for (const [index, scene] of scenes.entries())
    for (const stage of [ltr, rtl]) {
      const startedAt = performance.now();
      const name = `${scene.name} (${stage.direction})`;
      const page = await scene.open({ stage, cast }).catch((error: unknown) => {
        onFailure(name, error);
      });
      if (page !== undefined) await takeEach(page, scene, stage.direction, onPicture);
      await stage.clear();
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      console.log(`${index + 1} of ${scenes.length}: ${name}, ${seconds} s`);
    }
}

async function takeEach(
  page: Page,
  scene: Scene,
  direction: Direction,
  onPicture: OnPicture,
): Promise<void> {
  await page.mouse.move(0, 0);
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await settled(page);
      const name = `${scene.name}.${size.width}.${direction}-${scheme}`;
      await onPicture(name, () => shoot(page, scene));
    }
  }
}

/** The whole page; of an open dialog what the screen shows, because the page behind it is covered. */
export async function shoot(page: Page, { covered }: Pick<Scene, "covered"> = {}): Promise<Buffer> {
  const hasDialog = await page.getByRole("dialog").isVisible();
  return page.screenshot({
    fullPage: !hasDialog,
    animations: "disabled",
    caret: "hide",
    scale: "css",
    ...(covered !== undefined && { mask: [page.locator(covered)] }),
  });
}

/** Fonts are there, and the page was laid out and painted twice since. */
export function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 2; frame++)
      await new Promise((resolve) => {
        requestAnimationFrame(resolve);
      });
  });
}

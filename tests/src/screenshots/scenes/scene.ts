import type { Page } from "playwright-core";
import { tapUntil } from "../../harness/pages.ts";
import type { Cast } from "../prepare.ts";
import type { Stage } from "../stage.ts";

export interface SceneContext {
  readonly stage: Stage;
  readonly cast: Cast;
}

/** A page in one state, opened the same way in every run. */
export interface Scene {
  readonly name: string;
  /** What differs from run to run and is covered in the picture: a CSS selector. */
  readonly covered?: string;
  open(context: SceneContext): Promise<Page>;
}

/** Waits for the dialog that a click opens. */
export async function openDialog(page: Page, control: string): Promise<Page> {
  await tapUntil(page.locator(control).first(), page.getByRole("dialog"));
  return page;
}

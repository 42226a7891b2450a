import type { System } from "@waiter/testkit";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { signIn, type DemoPerson } from "../harness/pages.ts";
import { fixData, type FixedData } from "./fixed-data.ts";

export const directions = { ltr: "en-GB", rtl: "ar" } as const;
export type Direction = keyof typeof directions;

/** How a scene's page is opened. */
export interface Opening extends BrowserContextOptions {
  /** The demo's person who is signed in, or the invitation that its person has used. */
  readonly as?: DemoPerson | { readonly invitation: string };
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
}

/** Where scenes are opened: one direction of writing, no animation, no worker, fixed times. */
export class Stage implements AsyncDisposable {
  /** Of the people who are signed in; by person. They last as long as the stage. */
  readonly #signedIn = new Map<string, BrowserContext>();
  /** Of the scene that is open. */
  #passing: BrowserContext[] = [];
  readonly #browser: Browser;
  readonly #data: FixedData;
  readonly system: System;
  readonly direction: Direction;

  constructor(browser: Browser, system: System, data: FixedData, direction: Direction) {
    this.#browser = browser;
    this.#data = data;
    this.system = system;
    this.direction = direction;
  }

  /** A page at `path` of the demo restaurant, or at a whole address. */
  async open(path: string, { as, before, ...options }: Opening = {}): Promise<Page> {
    const context = as === undefined ? await this.#pass(options) : await this.#contextOf(as);
    const page = await context.newPage();
    await fixData(page, this.#data);
    if (before !== undefined) await page.addInitScript(before);
    await page.goto(this.#addressOf(path));
    return page;
  }

  /** Ends the open scene, failed or not: no page is left, and the network is back. */
  async clear(): Promise<void> {
    for (const context of this.#passing.splice(0)) await context.close();
    for (const context of this.#signedIn.values()) {
      for (const page of context.pages()) await page.close();
      await context.setOffline(false);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    for (const context of this.#signedIn.values()) await context.close();
  }

  #addressOf(path: string): string {
    return path.startsWith("/") ? `${this.system.file.tenantOrigin}${path}` : path;
  }

  #newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.#browser.newContext({
      locale: directions[this.direction],
      timezoneId: "UTC",
      reducedMotion: "reduce",
      serviceWorkers: "block",
      ...options,
    });
  }

  async #pass(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await this.#newContext(options);
    this.#passing.push(context);
    return context;
  }

  /** One sign-in for each person: the device session is the context's. */
  async #contextOf(as: NonNullable<Opening["as"]>): Promise<BrowserContext> {
    const key = typeof as === "string" ? as : as.invitation;
    const known = this.#signedIn.get(key);
    if (known !== undefined) return known;
    const context = await this.#newContext();
    try {
      await this.#signIn(context, as);
    } catch (error) {
      await context.close();
      throw error;
    }
    this.#signedIn.set(key, context);
    return context;
  }

  async #signIn(context: BrowserContext, as: NonNullable<Opening["as"]>): Promise<void> {
    const page = await context.newPage();
    if (typeof as === "string") {
      await page.goto(this.#addressOf("/login"));
      await signIn(page, this.system, as);
      await page.locator("[data-testid='connection'][data-state='live']").waitFor();
    } else {
      await page.goto(as.invitation);
      await page.locator("form button[type='submit']").click();
      await page.locator(".manage-main h2").first().waitFor();
    }
    await page.close();
  }
}

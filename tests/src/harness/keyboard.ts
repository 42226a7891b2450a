import type { Locator, Page } from "playwright-core";

/** More stops than any page has. */
const mostStops = 150;

/** A person without a mouse. Every control that this person reaches must show that it has the focus. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses Tab (or Shift+Tab) until the control has the focus. @throws when no stop is its own. */
  async reach(control: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await control.waitFor();
    for (let stops = 0; stops < mostStops; stops++) {
      const focus = await focusOn(control);
      if (focus === "hidden") throw new Error(`the focus on ${String(control)} is not visible`);
      if (focus === "visible") return;
      await this.#page.keyboard.press(key);
    }
    throw new Error(`${mostStops} presses of ${key} do not reach ${String(control)}`);
  }

  /** Reaches a control and presses a key on it. */
  async press(control: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
    await this.reach(control);
    await this.#page.keyboard.press(key);
  }

  /** A sheet takes the focus; Escape closes it and gives the focus back to what opened it. */
  async opensAndCloses(control: Locator): Promise<void> {
    await this.press(control);
    await this.#page.locator("[role='dialog'] :focus").waitFor();
    await this.closes(control);
  }

  /** Escape closes the open sheet; the focus returns to what opened it. */
  async closes(opener: Locator): Promise<void> {
    await this.#page.keyboard.press("Escape");
    await this.#page.getByRole("dialog").waitFor({ state: "detached" });
    // A sheet that opens before the browser has gone back is closed by that.
    await this.#page.waitForFunction(() => !("sheet" in ((history.state as object | null) ?? {})));
    await this.isOn(opener);
  }

  /** Waits until the control has the focus. */
  async isOn(control: Locator): Promise<void> {
    await control.and(this.#page.locator(":focus")).waitFor();
  }

  /** Waits until something inside the element has the focus. */
  async isIn(element: Locator): Promise<void> {
    await element.locator(":focus").waitFor();
  }

  /** Waits until a part of the page has the focus: it is not lost to the page's top. */
  async isSomewhere(): Promise<void> {
    await this.#page.locator("body :focus").waitFor();
  }
}

/** Looks once, without waiting: the control may be gone. */
function focusOn(control: Locator): Promise<"elsewhere" | "hidden" | "visible"> {
  return control.evaluateAll((elements) => {
    const focused = elements.find((element) => element === document.activeElement);
    if (focused === undefined) return "elsewhere";
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return outlineStyle === "none" || Number.parseFloat(outlineWidth) < 2 ? "hidden" : "visible";
  });
}

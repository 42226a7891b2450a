import type { Page } from "playwright-core";

/** The moment that every page shows. It lies a day and more before all that a run makes. */
export const shownAt = Date.parse("2025-03-07T18:30:00.000Z");

/** What a page shows of a request in place of what the run gave it. */
export interface Dress {
  readonly ageS: number;
  readonly level?: number;
}

/** What the pages are given in place of the run's own times. */
export interface FixedData {
  /** When the run began, in milliseconds: times of the run are moved from here to `shownAt`. */
  readonly startedAt: number;
  /** Request id -> how old it is shown. */
  readonly dresses: Record<string, Dress>;
}

/**
 * Stops the page's clock at `shownAt` and moves each time that comes from the server there too, so
 * that two runs show the same. Before the page's own scripts run.
 */
export async function fixData(page: Page, data: FixedData): Promise<void> {
  await page.clock.setFixedTime(shownAt);
  await page.addInitScript(moveTimes, { ...data, shownAt });
}

/** Runs in the page: self-contained. */
function moveTimes({
  startedAt,
  dresses,
  shownAt,
}: FixedData & { readonly shownAt: number }): void {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000] as const;
  const isTime = (value: unknown): value is string =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value);
  const isoOf = (ms: number) => new Date(ms).toISOString();

  /** Of the run: now. Before: as long before. Later: as many whole hours later. */
  const moved = (value: string): string => {
    const time = Date.parse(value);
    const distance = time - startedAt;
    if (distance < -day) return value;
    if (Math.abs(distance) < hour) return isoOf(shownAt);
    return isoOf(shownAt + (distance < 0 ? distance : Math.floor(distance / hour) * hour));
  };
  const movedIn = (value: unknown): unknown => {
    if (isTime(value)) return moved(value);
    if (Array.isArray(value)) return value.map(movedIn);
    if (typeof value !== "object" || value === null) return value;
    const given = value as Record<string, unknown>;
    const entries = Object.entries(given);
    const dress = dresses[String(given["id"])];
    const created = given["createdAt"];
    if (dress !== undefined && isTime(created) && Date.parse(created) > startedAt - day) {
      const from = Date.parse(created);
      const age = dress.ageS * 1_000;
      const dressed = (time: string) =>
        isoOf(shownAt - age + Math.floor((Date.parse(time) - from) / (minute / 2)) * (minute / 2));
      return Object.fromEntries(
        entries.map(([key, each]) => {
          if (key === "level" && dress.level !== undefined) return [key, dress.level];
          return [key, isTime(each) ? dressed(each) : movedIn(each)];
        }),
      );
    }
    const isSession = "accessToken" in given;
    return Object.fromEntries(
      entries.map(([key, each]) => {
        if (isSession && key === "expiresAt") return [key, isoOf(shownAt + 15 * minute)];
        // How many devices are signed in depends on the scenes before.
        if (key === "devices" && typeof each === "number") return [key, 1];
        return [key, movedIn(each)];
      }),
    );
  };

  const parse = JSON.parse.bind(JSON);
  JSON.parse = (text, reviver) => movedIn(parse(text, reviver));
  const text = Reflect.get<Response, "text">(Response.prototype, "text");
  Response.prototype.json = async function json(this: Response) {
    return JSON.parse(await text.call(this)) as unknown;
  };
}

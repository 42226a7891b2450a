import { within } from "../shared/within.ts";

/** The page does not wait longer for a name. */
const longestMs = 3_000;

/** The name of the restaurant whose host this is; undefined where it cannot be read in time. */
export async function readRestaurantName(): Promise<string | undefined> {
  try {
    const read = fetch("/api/restaurant", { headers: { accept: "application/json" } }).then(
      async (answer) =>
        answer.ok ? ((await answer.json()) as { restaurant?: { name?: string } }) : undefined,
    );
    return (await within(longestMs, read))?.restaurant?.name;
  } catch {
    return undefined;
  }
}

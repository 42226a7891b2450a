import type { OfficeMessages } from "../../i18n/office-texts.ts";

/** One line of GET /api/requests/:id/history. */
export interface Entry {
  readonly at: string;
  readonly what: string;
  readonly level?: number;
  readonly staff?: { readonly name: string };
  readonly device?: string;
  readonly channel?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly attempts?: number;
}

type Words = OfficeMessages["requests"];

/**
 * An entry as a sentence; a kind that this page does not know is shown by its name. `isolate` keeps
 * a person's name from turning the words around it.
 */
export function describeEntry(
  entry: Entry,
  words: Words,
  isolate: (name: string) => string,
): string {
  const { what, staff, channel, state, level = 0, attempts = 1 } = entry;
  if (channel !== undefined) {
    const channels: Readonly<Record<string, string>> = words.channels;
    const outcomes: Readonly<Record<string, string>> = words.outcomes;
    const told = staff === undefined ? words.somebody : isolate(staff.name);
    const times = attempts > 1 ? ` ×${attempts}` : "";
    const outcome = outcomes[state ?? ""] ?? state ?? what;
    return `${told}: ${channels[channel] ?? channel} · ${outcome}${times}`;
  }
  const known: Readonly<Record<string, string>> = words.happened;
  const text = known[what] ?? what;
  const step = what === "request.escalated" ? ` ${words.step(String(level))}` : "";
  return `${text}${step}${staff === undefined ? "" : `: ${isolate(staff.name)}`}`;
}

import { z } from "zod";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

/** Milliseconds of `500ms`, `60s`, `15m`, `12h`, `7d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * unitMs[match[2] as Unit]);
}

/** The shortest text for a number of milliseconds: `60s`, not `60000ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  const unit =
    (["d", "h", "m", "s"] as const).find(
      (candidate) => ms % unitMs[candidate] === 0 && (candidate !== "m" || ms / unitMs.m >= 5),
    ) ?? "ms";
  return `${ms / unitMs[unit]}${unit}`;
}

/** A variable such as `60s`, read as milliseconds, at least `min` (ms). */
export const duration = (min = 0) =>
  z.string().transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= min) return ms;
    context.addIssue({
      code: "custom",
      message:
        ms === undefined
          ? "expected a duration such as 500ms, 60s or 15m"
          : `expected at least ${formatDuration(min)}`,
    });
    return z.NEVER;
  });

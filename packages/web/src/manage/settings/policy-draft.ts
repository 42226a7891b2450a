import type { Settings } from "@waiter/client";
import { minutesText, numberOf } from "../shared/decimal.ts";

export type Policy = Settings["escalation"];
export type Audience = Policy["steps"][number]["to"];
export const audiences = ["assigned", "zone", "everyone", "managers"] as const;

/** The policy while a person edits it: numbers as they are typed. */
export interface PolicyDraft {
  readonly steps: readonly { readonly afterS: string; readonly to: Audience }[];
  /** Minutes; empty or 0 for never. */
  readonly doneMinutes: string;
}

export const draftPolicy = ({ steps, doneAfterS }: Policy): PolicyDraft => ({
  steps: steps.map(({ afterS, to }) => ({ afterS: String(afterS), to })),
  doneMinutes: minutesText(doneAfterS),
});

export const policyOf = ({ steps, doneMinutes }: PolicyDraft): Policy => ({
  steps: steps.map(({ afterS, to }) => ({ afterS: Number(afterS), to })),
  doneAfterS: Math.round(numberOf(doneMinutes) * 60),
});

/** How often the last step is repeated. */
const repeats = 2;

export interface Moment {
  readonly atS: number;
  readonly to: Audience;
  /** 1 and 2 for the repeats of the last step. */
  readonly repeat: number;
}

/**
 * When a request that waits rings whom: each step, then the last one twice more, each time after
 * the pause between the last two steps. A policy of one step has no pause and no repeats.
 */
export function momentsOf({ steps }: Policy): Moment[] {
  const moments = steps.map(({ afterS, to }) => ({ atS: afterS, to, repeat: 0 }));
  const [before, last] = [steps[steps.length - 2], steps[steps.length - 1]];
  if (before === undefined || last === undefined || last.afterS <= before.afterS) return moments;
  for (let repeat = 1; repeat <= repeats; repeat++)
    moments.push({
      atS: last.afterS + repeat * (last.afterS - before.afterS),
      to: last.to,
      repeat,
    });
  return moments;
}

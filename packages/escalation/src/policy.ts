import type { Audience, EscalationPolicy } from "@waiter/contracts";

/** What a restaurant has until its owner changes it. */
export const defaultPolicy: EscalationPolicy = {
  steps: [
    { afterS: 0, to: "assigned" },
    { afterS: 30, to: "zone" },
    { afterS: 60, to: "everyone" },
    { afterS: 120, to: "managers" },
  ],
  doneAfterS: 1_200,
};

/** The default policy as seconds: what the column of a new restaurant holds. */
export const defaultSeconds = defaultPolicy.steps.slice(1).map(({ afterS }) => afterS);

const repeats = 2;

/** The highest level: the last repeat of the last step. */
export const lastLevel = ({ steps }: EscalationPolicy): number =>
  steps.length - 1 + (steps.length > 1 ? repeats : 0);

/**
 * Seconds from a round's beginning at level 0 to a level; undefined where there is no such level.
 * The database's `policy_offset_s` answers the same.
 */
export function offsetS(policy: EscalationPolicy, level: number): number | undefined {
  const { steps } = policy;
  const step = steps[level];
  if (step !== undefined) return step.afterS;
  const [before, last] = steps.slice(-2);
  if (before === undefined || last === undefined || level > lastLevel(policy)) return undefined;
  return last.afterS + (level - steps.length + 1) * (last.afterS - before.afterS);
}

/** Whom a level rings. A level beyond the last one rings whom the last one rings. */
export const audienceAt = ({ steps }: EscalationPolicy, level: number): Audience =>
  (steps[level] ?? steps.at(-1))?.to ?? "everyone";

const laterAudiences = ["zone", "everyone", "managers"] as const satisfies readonly Audience[];

/**
 * A restaurant's policy, or what seconds alone describe: to `assigned` at once, then to
 * `zone`, `everyone` and `managers`. The database's `effective_policy` answers the same.
 */
export const effectivePolicy = (
  policy: EscalationPolicy | null,
  seconds: readonly number[],
): EscalationPolicy =>
  policy ?? {
    steps: [
      { afterS: 0, to: "assigned" },
      ...seconds.map((afterS, index) => ({ afterS, to: laterAudiences[index] ?? "managers" })),
    ],
    doneAfterS: defaultPolicy.doneAfterS,
  };

/** The seconds of every level above 0: what a release reads that knows levels only. */
export function secondsOf(policy: EscalationPolicy): number[] {
  const levels = Array.from({ length: lastLevel(policy) }, (_, index) => index + 1);
  return levels.flatMap((level) => offsetS(policy, level) ?? []);
}

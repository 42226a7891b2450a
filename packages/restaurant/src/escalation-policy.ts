import type { EscalationPolicy } from "@waiter/contracts";

/** What a restaurant has until its owner says otherwise. */
export const defaultPolicy: EscalationPolicy = {
  steps: [
    { afterS: 0, to: "assigned" },
    { afterS: 30, to: "zone" },
    { afterS: 60, to: "everyone" },
    { afterS: 120, to: "managers" },
  ],
  doneAfterS: 1_200,
};

/** The first step fires at creation; each later one later than the one before. */
export function findPolicyProblems({
  steps,
}: EscalationPolicy): { path: string; message: string }[] {
  const problems = steps.flatMap(({ afterS }, index) => {
    const before = steps[index - 1];
    return before !== undefined && afterS <= before.afterS
      ? [{ path: `steps.${index}.afterS`, message: "must be later than the step before" }]
      : [];
  });
  return steps[0]?.afterS === 0
    ? problems
    : [
        { path: "steps.0.afterS", message: "must be 0: the first step is the request itself" },
        ...problems,
      ];
}

/** The seconds of the later steps: what a release reads that knows levels only. */
export const stepsOf = ({ steps }: EscalationPolicy): number[] =>
  steps.flatMap(({ afterS }) => (afterS > 0 ? [afterS] : []));

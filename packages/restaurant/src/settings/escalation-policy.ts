import type { EscalationPolicy } from "@waiter/contracts";

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

import { toChildArray, type ComponentChildren } from "preact";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import type { Problem } from "./problems.ts";

/** Why a change was refused, always in the page so that it is read out when it appears. */
export function ProblemNote({
  problem,
  children,
}: {
  readonly problem: Problem | undefined;
  /** More about it, such as what another person changed. */
  readonly children?: ComponentChildren;
}) {
  const { problems } = useOfficeTexts();
  const isBare = problem?.code === "conflict" && toChildArray(children).length === 0;
  return (
    <div role="alert" class="problem-note" data-testid="problem">
      {problem !== undefined && (
        <p class="banner warn">{isBare ? problems.changed : problem.text}</p>
      )}
      {problem !== undefined && children}
    </div>
  );
}

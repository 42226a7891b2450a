import { useOfficeTexts } from "../../i18n/office-texts.ts";
import type { Problem } from "./problems.ts";
import { ProblemNote } from "./problem-note.tsx";

/** One field of an object as a person reads it. */
export interface ShownField {
  readonly label: string;
  readonly value: string;
}
export interface ConflictNoteProps {
  readonly problem: Problem | undefined;
  /** The object as it was when the person began, and as it is now. */
  readonly before: readonly ShownField[];
  readonly after: readonly ShownField[] | undefined;
}

/** A refusal; for a conflict also what the other person changed, field by field. */
export function ConflictNote({ problem, before, after }: ConflictNoteProps) {
  const { office } = useOfficeTexts();
  const changes =
    problem?.code === "conflict" && after !== undefined
      ? after.filter(
          ({ label, value }) => before.find((one) => one.label === label)?.value !== value,
        )
      : [];
  return (
    <ProblemNote problem={problem}>
      {changes.length > 0 && (
        <>
          <ul class="changes">
            {changes.map(({ label, value }) => (
              <li key={label}>
                {label}: <bdi>{value === "" ? office.nothing : value}</bdi>
              </li>
            ))}
          </ul>
          <p>{office.saveAgain}</p>
        </>
      )}
    </ProblemNote>
  );
}

import type { ConnectionState, PathState } from "@waiter/client";
import { useStaffTexts } from "../i18n/staff-texts.ts";

export interface LiveMarkProps {
  readonly state: ConnectionState;
  /** Whether a guest's request reaches this screen now. */
  readonly path: PathState;
}

/** Whether this screen can be trusted, in one word: a live connection alone does not make it live. */
export function LiveMark({ state, path }: LiveMarkProps) {
  const { board } = useStaffTexts();
  const shown = path === "broken" && state !== "offline" ? "stale" : state;
  return (
    <p class={`live ${shown}`} data-testid="connection" data-state={state} role="status">
      {board.state[shown]}
    </p>
  );
}

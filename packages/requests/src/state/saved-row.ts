import type { RequestRow } from "./request-row.ts";

/** The next level and the ms until it is due, by Postgres' clock; never negative. */
export interface NextEscalation {
  readonly level: number;
  readonly inMs: number;
}
/** A round that began: the audience of `level` is to be rung now. */
export interface NextRing {
  readonly level: number;
  readonly round: number;
}
/** Deadlines that the change wrote; the workers hear of them after COMMIT. */
export interface WakeUps {
  readonly escalation?: NextEscalation;
  readonly ring?: NextRing;
}

export type SavedRow = RequestRow & {
  readonly escalation: NextEscalation | null;
  /** The statement wrote a deadline for a round's first step. */
  readonly rings: boolean;
};

export const wakeUps = ({ escalation, rings, level, round }: SavedRow): WakeUps => ({
  ...(escalation !== null && { escalation }),
  ...(rings && { ring: { level, round } }),
});

/** Who made a change, for 30 s of undo: a guest session, or a person and the device's session. */
export interface Author {
  readonly by: string;
  readonly sid?: string | undefined;
}

export interface ChangeSource {
  readonly author?: Author | undefined;
  readonly reason?: string | undefined;
  /** W3C trace context, for the deadlines. */
  readonly traceparent?: string | undefined;
}

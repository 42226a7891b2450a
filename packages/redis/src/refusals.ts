/**
 * What an error reply of Redis says about the connection:
 * - `wrong-server`: a replica or a master that lost its role; another server takes the writes.
 * - `refuses-writes`: the right server, which takes no writes now (memory, persistence, replicas).
 */
export type Refusal = "wrong-server" | "refuses-writes";

const codes: Readonly<Record<string, Refusal>> = {
  READONLY: "wrong-server",
  MASTERDOWN: "wrong-server",
  OOM: "refuses-writes",
  MISCONF: "refuses-writes",
  NOREPLICAS: "refuses-writes",
};

/** The refusal in an error reply; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  return codes[/^[A-Z]+/.exec(error.message)?.[0] ?? ""];
}

/**
 * Whether an error says that Redis, or a sentinel, refuses the user or the password of the URL, or
 * wants some where the URL has none.
 */
export const isLoginRefused = (error: unknown): boolean =>
  error instanceof Error && /\b(?:WRONGPASS|NOAUTH)\b/.test(error.message);

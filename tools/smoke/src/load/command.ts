import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { send, type Sent } from "../send.ts";

/** First and longest pause before a command is sent again, in ms. */
const firstPauseMs = 500;
const longestPauseMs = 4_000;

export interface Commanded {
  readonly answer: Sent | undefined;
  /** What went wrong at each failed attempt. */
  readonly vain: readonly string[];
}
interface Command {
  readonly host: string;
  /** Bound of one attempt. */
  readonly timeoutMs: number;
  /** How long the client goes on with the command. */
  readonly patienceMs: number;
  readonly token: string;
  readonly body: unknown;
}

/**
 * A POST as every client of ours makes it: lost answers and answers that ask for patience are
 * followed by another attempt with the same key, until `patienceMs`. No answer: the client gave up.
 */
export async function command(
  url: string,
  { host, timeoutMs, patienceMs, token, body }: Command,
): Promise<Commanded> {
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
  const vain: string[] = [];
  for (const end = Date.now() + patienceMs; ;) {
    const begun = Date.now();
    const note = (what: string) =>
      vain.push(`${new Date(begun).toISOString()} after ${Date.now() - begun} ms: ${what}`);
    try {
      const answer = await send("POST", url, { host, timeoutMs, headers, body });
      if (!isPassing(answer.status)) return { answer, vain };
      note(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
    }
    const pauseMs =
      Math.min(longestPauseMs, firstPauseMs * 2 ** (vain.length - 1)) * (0.5 + Math.random());
    if (Date.now() + pauseMs > end) return { answer: undefined, vain };
    await sleep(pauseMs);
  }
}

const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { send, type Sent } from "../send.ts";

/**
 * How long a client goes on with one command, and its first and longest pause before it asks again,
 * in ms.
 */
const patienceMs = 20_000;
const firstPauseMs = 500;
const longestPauseMs = 4_000;

export interface Commanded {
  readonly answer: Sent | undefined;
  /** What went wrong at each failed attempt. */
  readonly vain: readonly string[];
}
interface Command {
  readonly host: string;
  readonly timeoutMs: number;
  readonly token: string;
  readonly body: unknown;
}

/**
 * A POST as every client of ours makes it: what the network loses, and what the server calls
 * passing, is asked again with the same key, for 20 s. No answer: it was given up.
 */
export async function command(
  url: string,
  { host, timeoutMs, token, body }: Command,
): Promise<Commanded> {
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() };
  const vain: string[] = [];
  for (const end = Date.now() + patienceMs; ;) {
    const begun = new Date().toISOString();
    try {
      const answer = await send("POST", url, { host, timeoutMs, headers, body });
      if (!isPassing(answer.status)) return { answer, vain };
      vain.push(`${begun} ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    } catch (error) {
      vain.push(`${begun} ${error instanceof Error ? error.message : String(error)}`);
    }
    const pauseMs =
      Math.min(longestPauseMs, firstPauseMs * 2 ** (vain.length - 1)) * (0.5 + Math.random());
    if (Date.now() + pauseMs > end) return { answer: undefined, vain };
    await sleep(pauseMs);
  }
}

const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

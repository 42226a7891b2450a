import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { treeCpuSeconds } from "../process-stats.ts";
import { postgresParts, timesBetween, timesOf, type PartTimes } from "./cpu-parts.ts";
import type { Subject } from "./subjects.ts";

export interface Cost {
  /** CPU of one command, ms. */
  readonly server: number;
  readonly postgres: number;
  readonly others: number;
  /** The same by part, user and system time apart, ms of one command. */
  readonly parts: Readonly<Record<string, number>>;
}
export interface Run {
  readonly postgres: number;
  readonly admin: pg.Client;
  readonly pairs: number;
  readonly concurrency: number;
}

export const total = ({ server, postgres, others }: Cost): number => server + postgres + others;

/** Creates and cancels `pairs` requests, `concurrency` at a time, until nothing is left to do. */
export async function load(
  { createAndCancel }: Subject,
  { admin, pairs, concurrency }: Pick<Run, "admin" | "pairs" | "concurrency">,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, lane) => {
      while (next < pairs) {
        next += 1;
        await createAndCancel(lane);
      }
    }),
  );
  const left = "select exists (select from outbox) as left";
  while ((await admin.query<{ left: boolean }>(left)).rows[0]?.left === true) await delay(50);
}

/** CPU per command over `pairs` creates and cancels. */
export async function measure(subject: Subject, run: Run): Promise<Cost> {
  return await costOf(subject, run, () => load(subject, run));
}

/** What the same processes use, per command, in the time that such a run took and without it. */
export async function measureRest(subject: Subject, run: Run, ms: number): Promise<Cost> {
  return await costOf(subject, run, () => delay(ms));
}

async function costOf(subject: Subject, run: Run, work: () => Promise<unknown>): Promise<Cost> {
  const before = await look(subject, run);
  await work();
  const after = await look(subject, run);
  const perCommand = 1_000 / (2 * run.pairs);
  const parts = Object.fromEntries(
    [...timesBetween(before.times, after.times)]
      .filter(([, seconds]) => seconds > 0)
      .map(([part, seconds]) => [part, seconds * perCommand]),
  );
  const sum = (holds: (part: string) => boolean): number =>
    Object.entries(parts)
      .filter(([part]) => holds(part))
      .reduce((ms, [, each]) => ms + each, 0);
  const isServer = (part: string): boolean => part.startsWith("server");
  return {
    server: sum(isServer),
    postgres: (after.postgres - before.postgres) * perCommand,
    others: sum((part) => !isServer(part) && !part.startsWith("Postgres")),
    parts,
  };
}

async function look(
  { pid, others }: Subject,
  { postgres, admin }: Run,
): Promise<{ readonly times: PartTimes; readonly postgres: number }> {
  const parts = new Map([["server", [pid]], ...others, ...(await postgresParts(admin, postgres))]);
  return { times: timesOf(parts), postgres: treeCpuSeconds(postgres) };
}

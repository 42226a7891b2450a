import type { Environment } from "@waiter/config";
import {
  createRelayDatabase,
  forgetConsumer,
  listConsumers,
  resetConsumer,
  type RelayDatabase,
} from "@waiter/database";
import { followEvents, type ConsumedEvent } from "@waiter/events";
import { loadLogConfig } from "../config.ts";
import { parsed, takesNone } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Writes the events of all tenants to standard output, one JSON line `{tenant, position, event}`
 * each, and remembers under the consumer's name how far: for an audit archive or a pipeline. A page
 * counts as read when standard output has taken it, so after an interruption its lines may come
 * again with the same event ids. Runs until SIGINT or SIGTERM, with `--once` to the end of the log.
 */
export async function followEventsCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { values } = parsed({
    args: [...args],
    options: {
      consumer: { type: "string" },
      "from-start": { type: "boolean" },
      once: { type: "boolean" },
      page: { type: "string" },
    },
  });
  const name = nameOf(values.consumer);
  const page = pageOf(values.page);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, onSignal);
  await withLog(env, (database) =>
    followEvents({
      database,
      name,
      page,
      signal: stop.signal,
      fromStart: values["from-start"] === true,
      once: values.once === true,
      handle: write,
    }),
  );
}

/** Lists the consumers: name, position, seconds behind, state, separated by tabs. */
export async function listConsumersCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  takesNone(args);
  for (const { name, handled, behindSeconds, lostAt } of await withLog(env, ({ db }) =>
    listConsumers(db),
  ))
    console.log(
      [name, handled, behindSeconds.toFixed(0), lostAt === null ? "reads" : "lost"].join("\t"),
    );
}

/** Begins again at the end of the log, or with the oldest event: the way on for a lost consumer. */
export async function resetConsumerCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { values } = parsed({
    args: [...args],
    options: { consumer: { type: "string" }, "from-start": { type: "boolean" } },
  });
  const name = nameOf(values.consumer);
  const fromStart = values["from-start"] === true;
  known(name, await withLog(env, ({ db }) => resetConsumer(db, name, { fromStart })));
}

/** Deletes a consumer, so that retention waits for it no more. */
export async function forgetConsumerCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { values } = parsed({ args: [...args], options: { consumer: { type: "string" } } });
  const name = nameOf(values.consumer);
  known(name, await withLog(env, ({ db }) => forgetConsumer(db, name)));
}

async function withLog<T>(
  env: Environment,
  work: (database: RelayDatabase) => Promise<T>,
): Promise<T> {
  const { RELAY_DATABASE_URL: url } = loadLogConfig(env);
  await using database = createRelayDatabase({ url, max: 2, name: "waiter-command" });
  return await work(database);
}

/** Resolves when standard output has taken the lines; rejects when it is closed. */
async function write(events: readonly ConsumedEvent[]): Promise<void> {
  const lines = events.map(
    ({ tenantId, position, envelope }) =>
      `{"tenant":"${tenantId}","position":${position},"event":${envelope}}\n`,
  );
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(lines.join(""), (error) =>
      error instanceof Error ? reject(error) : resolve(),
    );
  });
}

function nameOf(value: string | undefined): string {
  if (value === undefined || !/^[a-z][a-z0-9_-]{0,62}$/.test(value))
    throw new UsageError(
      "--consumer needs a name of lowercase letters, digits, - and _, at most 63 characters",
    );
  return value;
}

function pageOf(value = "500"): number {
  const page = Number(value);
  if (!Number.isInteger(page) || page < 1 || page > 10_000)
    throw new UsageError("--page needs a number from 1 to 10000");
  return page;
}

function known(name: string, found: boolean): void {
  if (!found) throw new Error(`there is no consumer ${name}`);
}

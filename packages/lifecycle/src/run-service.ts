import type { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { Lifecycle, type LifecycleLog } from "./lifecycle.ts";

/** What `runService` touches of the process: replaced in tests. */
export interface ServiceProcess {
  readonly events: Pick<EventEmitter, "on" | "off">;
  exit(code: number): void;
}

export interface ServiceTimers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface ServiceOptions {
  /** Appears in every line about start and stop. */
  readonly name: string;
  /** Without one, JSON lines go to stderr. */
  readonly logger?: LifecycleLog | undefined;
  /** Milliseconds from the begin of a stop until the process ends with code 1. */
  readonly deadlineMs: number;
  /**
   * Opens everything; defers the closing of each thing as it opens it; marks the lifecycle ready at
   * the end.
   */
  readonly start: (lifecycle: Lifecycle) => Promise<void>;
  readonly process?: ServiceProcess;
  readonly timers?: ServiceTimers;
}

const signals = ["SIGTERM", "SIGINT"] as const;

/**
 * Runs a service until a signal stops it; also as PID 1, where the default action of a signal is
 * none.
 *
 * Exit codes: 0 after a clean stop; 1 when the start or a step of the stop failed, an exception was
 * uncaught or the deadline passed; 128 + signal number after a second signal. A failed start closes
 * what it opened.
 */
export function runService(options: ServiceOptions): Lifecycle {
  const host: ServiceProcess = options.process ?? thisProcess;
  const timers: ServiceTimers = options.timers ?? globalTimers;
  const log = options.logger ?? stderrLog(options.name);
  const lifecycle = new Lifecycle({ log });
  let failed = false;
  let ended = false;

  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    for (const [event, listener] of listeners) host.events.off(event, listener);
    host.exit(code);
  };

  const stop = (reason: string): void => {
    if (lifecycle.signal.aborted) return;
    const timer = timers.setTimeout(() => {
      log.error("stop took too long", { reason, deadlineMs: options.deadlineMs });
      end(1);
    }, options.deadlineMs);
    void lifecycle.stop(reason).then(() => {
      timers.clearTimeout(timer);
      end(failed || lifecycle.failures > 0 ? 1 : 0);
    });
  };

  const crash = (message: string, error: unknown): void => {
    failed = true;
    log.error(message, { err: error });
    stop(message);
  };

  const onSignal = (signal: (typeof signals)[number], number: number) => (): void => {
    if (lifecycle.signal.aborted) end(128 + number);
    else stop(signal);
  };

  const listeners: readonly (readonly [string, (value: unknown) => void])[] = [
    ["SIGTERM", onSignal("SIGTERM", 15)],
    ["SIGINT", onSignal("SIGINT", 2)],
    ["uncaughtException", (error: unknown) => crash("uncaught exception", error)],
    ["unhandledRejection", (error: unknown) => crash("unhandled rejection", error)],
  ];
  for (const [event, listener] of listeners) host.events.on(event, listener);

  void (async () => {
    try {
      await options.start(lifecycle);
    } catch (error) {
      // A stop during the start is not a failure of the start.
      if (!lifecycle.signal.aborted) crash("start failed", error);
    }
  })();
  return lifecycle;
}

const thisProcess: ServiceProcess = {
  events: process,
  // oxlint-disable-next-line unicorn/no-process-exit -- the only exit: stopped, or out of time
  exit: (code) => process.exit(code),
};

const globalTimers: ServiceTimers = {
  // Not unref'd: the deadline must fire even when nothing else keeps the process alive.
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** A configuration error is its message: a stack would hide it. */
const describe = (error: Error): string =>
  error.name === "ConfigError" ? error.message : (error.stack ?? error.message);

function stderrLog(service: string): LifecycleLog {
  const write = (
    level: string,
    message: string,
    { err, ...fields }: { err?: unknown } = {},
  ): void => {
    const error =
      err === undefined ? {} : { err: err instanceof Error ? describe(err) : inspect(err) };
    process.stderr.write(
      `${JSON.stringify({ time: new Date().toISOString(), level, service, message, ...fields, ...error })}\n`,
    );
  };
  return {
    info: (message, fields) => write("info", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}

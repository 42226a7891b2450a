import type { Cluster, Redis } from "ioredis";

/** What ioredis passes to `sendCommand`, as far as it matters here. */
interface PendingCommand {
  readonly promise: Promise<unknown>;
  setTimeout?(ms: number): void;
}
type Send = (command: PendingCommand, ...rest: unknown[]) => unknown;

/**
 * Makes every command of a client safe to forget and bounded in time.
 *
 * A rejection without a handler (the adapter's `ssubscribe`, a renewal of subscriptions inside
 * ioredis) would be an unhandled rejection and end the process: each command's promise gets a
 * handler of its own, which takes nothing from callers that do await it. `timeoutMs` bounds the
 * whole command, a Cluster's redirections included.
 */
export function guardCommands(
  client: Redis | Cluster,
  options: { readonly timeoutMs?: number; readonly onTimeout: () => void },
): void {
  const patched = client as unknown as { sendCommand: Send };
  const send = patched.sendCommand.bind(client);
  patched.sendCommand = (command, ...rest) => {
    if (options.timeoutMs !== undefined) command.setTimeout?.(options.timeoutMs);
    command.promise.catch((error: unknown) => {
      if (error instanceof Error && error.message === "Command timed out") options.onTimeout();
    });
    return send(command, ...rest);
  };
}

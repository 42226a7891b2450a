import { SharedTimeout } from "@waiter/lifecycle";
import type { Cluster, Redis } from "ioredis";
import { refusalOf } from "./refusals.ts";

/** The part of ioredis' argument of `sendCommand` that is used here. */
interface PendingCommand {
  readonly promise: Promise<unknown>;
  reject(error: Error): void;
}
type Send = (command: PendingCommand, ...rest: unknown[]) => unknown;

/**
 * Handles the rejections of a client's commands and bounds their time. A Cluster's own commands,
 * such as the adapter's `ssubscribe`, pass here before they reach a connection. `timeoutMs` bounds
 * the whole command, a Cluster's redirections included. `onWrongServer` reports the reply of a
 * server that lost its role.
 */
export function guardCommands(
  client: Redis | Cluster,
  options: {
    readonly timeoutMs?: number;
    readonly onTimeout: () => void;
    readonly onWrongServer: (error: Error) => void;
  },
): void {
  const patched = client as unknown as { sendCommand: Send };
  const send = patched.sendCommand.bind(client);
  const timeout =
    options.timeoutMs === undefined ? undefined : new SharedTimeout(options.timeoutMs);
  patched.sendCommand = (command, ...rest) => {
    // A Cluster replaces `reject` while it follows redirections.
    const onLate = (): void => command.reject(new Error("Command timed out"));
    timeout?.begin(onLate);
    command.promise.then(
      () => timeout?.end(onLate),
      (error: unknown) => {
        timeout?.end(onLate);
        if (!(error instanceof Error)) return;
        if (error.message === "Command timed out") options.onTimeout();
        if (refusalOf(error) === "wrong-server") options.onWrongServer(error);
      },
    );
    return send(command, ...rest);
  };
}

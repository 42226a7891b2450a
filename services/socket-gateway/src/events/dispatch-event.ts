import { isAllowed, type Access } from "@waiter/contracts";
import { AppError, toAppError } from "@waiter/errors";
import type { Logger } from "@waiter/logger";
import { withSpan } from "@waiter/telemetry";
import { toCommandError } from "../api/api-problem.ts";
import { connectionOf } from "../engine/ws-internals.ts";
import type { AnySocket, Session } from "../handshake/session.ts";
import type { SocketEvent } from "./socket-event.ts";

export interface DispatchDeps {
  readonly endOf: (session: Session) => "unauthorized" | "token_expired" | undefined;
  readonly endSocket: (socket: AnySocket, reason: string) => void;
  /** Runs after an answer was queued for the connection. */
  readonly onAnswered: (socket: AnySocket) => void;
  readonly onRateLimited: () => void;
  /** An invalid payload or an unknown event name. */
  readonly onBadMessage: (event: string) => void;
  readonly logger: Logger;
}
type Ack = (answer: object) => void;

/**
 * One listener for all sockets of a namespace (`onAny`, called with the socket as `this`): a
 * listener per event and socket would cost each connection a table. Every message passes the same
 * checks (revocation, rate, known name, permission); then its event handles it. The answer or error
 * goes into the acknowledgement if the client asked for one.
 */
export function dispatchEvents<S extends Session>(
  events: readonly SocketEvent<S>[],
  access: Readonly<Record<string, Access>>,
  deps: DispatchDeps,
): (this: AnySocket, name: string, ...args: unknown[]) => void {
  const table = new Map(events.map((event) => [event.name, event]));

  return function dispatch(name, ...args) {
    const session = this.data as S;
    const last = args.at(-1);
    const ack = typeof last === "function" ? (last as Ack) : undefined;
    const payload = args[0] === ack ? undefined : args[0];
    void answer(this, session, name, payload).then((result) => {
      if (ack === undefined || result === undefined || !this.connected) return;
      ack(result);
      deps.onAnswered(this);
    });
  };

  async function answer(
    socket: AnySocket,
    session: S,
    name: string,
    payload: unknown,
  ): Promise<object | undefined> {
    try {
      admit(socket, session);
      const event = table.get(name);
      if (event === undefined)
        throw new AppError("bad_request", { detail: "There is no such event." });
      const row = access[name];
      if (row === undefined || !isAllowed(row, session.caller)) throw new AppError("forbidden");
      return await withSpan(`socket ${name}`, { kind: "server" }, () =>
        event.handle(session, payload, socket),
      );
    } catch (error) {
      return failure(error, name);
    }
  }

  function admit(socket: AnySocket, session: S): void {
    const end = deps.endOf(session);
    if (end !== undefined) {
      deps.endSocket(socket, end === "unauthorized" ? "revoked" : end);
      throw new AppError(end);
    }
    // The message was counted when it was received; see `ConnectionBudget`.
    if (!connectionOf(socket).budget.isOverRate) return;
    deps.onRateLimited();
    throw new AppError("rate_limited");
  }

  function failure(error: unknown, name: string): object {
    const { code, row } = toAppError(error);
    if (code === "validation_failed" || code === "bad_request")
      deps.onBadMessage(table.has(name) ? name : "unknown");
    else if (row.owner === "platform" && !("problem" in Object(error)))
      deps.logger.error("a socket event failed", { event: name, err: error });
    return { ok: false, error: toCommandError(error) };
  }
}

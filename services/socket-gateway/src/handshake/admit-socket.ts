import type { Refusal } from "@waiter/contracts";
import { toAppError, toRefusal } from "@waiter/errors";
import type { Logger } from "@waiter/logger";
import type { ExtendedError } from "socket.io";
import { connectionOf } from "../engine/ws-internals.ts";
import type { AnySocket, Session } from "./session.ts";
import { authenticate, type AuthenticateDeps } from "./authenticate.ts";

export interface AdmitDeps extends AuthenticateDeps {
  readonly isDraining: () => boolean;
  readonly logger: Logger;
}

/** Replaces Socket.IO's record of the handshake after authentication; shared by all sockets. */
const slimHandshake = Object.freeze({
  headers: Object.freeze({}),
  time: "",
  address: "",
  xdomain: false,
  secure: false,
  issued: 0,
  url: "",
  query: Object.freeze({}),
  auth: Object.freeze({}),
});

/** Attempts of one connection to join a namespace; a correct client needs one. */
const maxAttempts = 8;

/**
 * Namespace middleware: authenticates, or refuses with `err.data = {code, retryAfterMs?}`. Too many
 * attempts close the connection, because each attempt costs a signature check.
 */
export function admitSocket(
  audience: Session["audience"],
  deps: AdmitDeps,
): (socket: AnySocket, next: (error?: ExtendedError) => void) => Promise<void> {
  const attempts = new WeakMap<object, number>();
  return async (socket, next) => {
    const connection = connectionOf(socket);
    const count = (attempts.get(connection) ?? 0) + 1;
    attempts.set(connection, count);
    if (count <= maxAttempts) return next(await admit(socket));
    connection.close();
    return next(refuse({ code: "rate_limited" }));
  };

  /** Resolves with the refusal, or undefined. */
  async function admit(socket: AnySocket): Promise<ExtendedError | undefined> {
    if (deps.isDraining())
      return refuse({ code: "draining", retryAfterMs: 1_000 + Math.round(Math.random() * 4_000) });
    const { headers, auth } = socket.handshake;
    try {
      socket.data = await authenticate(
        audience,
        { host: headers.host, address: connectionOf(socket).remoteAddress, auth },
        deps,
      );
      (socket as { handshake: unknown }).handshake = slimHandshake;
      return undefined;
    } catch (error) {
      if (toAppError(error).row.owner === "platform")
        deps.logger.error("a handshake failed", { err: error });
      return refuse(toRefusal(error));
    }
  }
}

const refuse = (refusal: Refusal): ExtendedError =>
  Object.assign(new Error(refusal.code), { data: refusal });

import type { Refusal } from "@waiter/contracts";
import { toAppError, toRefusal } from "@waiter/errors";
import type { Logger } from "@waiter/logger";
import type { ExtendedError } from "socket.io";
import { connectionOf, type EngineConnection } from "../engine/ws-internals.ts";
import type { ConnectionShares } from "./connection-shares.ts";
import { retryAfter } from "./refusals.ts";
import type { AnySocket, Session } from "./session.ts";
import { authenticate, type AuthenticateDeps } from "./authenticate.ts";

export interface AdmitDeps extends AuthenticateDeps {
  readonly shares: Pick<ConnectionShares, "check">;
  readonly isDraining: () => boolean;
  /** The client told how long it bears silence, ms. */
  readonly onBearsSilence: (connection: EngineConnection, silenceMs: number) => void;
  /** A valid session was refused for load. */
  readonly onRefused: (refusal: Refusal) => void;
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

/**
 * Makes the admission of a namespace: authenticates, and resolves with undefined or with the
 * refusal `err.data = {code, retryAfterMs?}`. The budget of the connection limits the attempts,
 * each of which costs a signature check.
 */
export function admitSocket(
  audience: Session["audience"],
  deps: AdmitDeps,
): (socket: AnySocket) => Promise<ExtendedError | undefined> {
  return admit;

  async function admit(socket: AnySocket): Promise<ExtendedError | undefined> {
    if (deps.isDraining())
      return refuse({ code: "draining", retryAfterMs: retryAfter(1_000, 5_000) });
    const { headers, auth } = socket.handshake;
    const connection = connectionOf(socket);
    try {
      const session = await authenticate(
        audience,
        { host: headers.host, address: connection.remoteAddress, auth },
        deps,
      );
      const refusal = deps.shares.check(session);
      if (refusal !== undefined) {
        deps.onRefused(refusal);
        return refuse(refusal);
      }
      socket.data = session;
      (socket as { handshake: unknown }).handshake = slimHandshake;
      const { silenceMs } = auth as { silenceMs?: unknown };
      if (typeof silenceMs === "number") deps.onBearsSilence(connection, silenceMs);
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

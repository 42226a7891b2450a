import type { Socket } from "socket.io-client";
import type { Timing } from "../shared/timing.ts";
import type { ConnectionState, PathState } from "./connection-state.ts";

export interface LinkOptions {
  readonly namespace: "/staff" | "/guest";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timing: Timing;
  readonly random: () => number;
  /** Returns the token for the handshake; may call the api. */
  readonly token: () => Promise<string>;
  /** What the handshake's `auth` carries besides the token. */
  readonly auth: () => object;
  /** Renews a refused token. @throws ClientError, not retryable when the session has ended. */
  readonly renew: () => Promise<unknown>;
  /** Adds listeners to a new socket before it connects. */
  readonly prepare: (socket: Socket) => void;
  /** Catches up over the connected socket; retried until it succeeds or the socket closes. */
  readonly resume: (socket: Socket) => Promise<void>;
  /** Silence after which the connection is probed; asked after each frame. */
  readonly silenceMs: () => number;
  /**
   * Sends a message that a healthy gateway acknowledges; rejects without an acknowledgement.
   * `routine`: nothing but silence is the reason.
   */
  readonly probe: (socket: Socket, routine: boolean) => Promise<unknown>;
  /** One polling round over HTTP. @throws ClientError */
  readonly poll: () => Promise<void>;
  /** Whether to poll from the start, in parallel to the first connection. */
  readonly pollAtOnce: boolean;
  /** The first round comes within so long; the next ones at this mean interval. */
  readonly firstPollMs: () => number;
  readonly intervalMs: () => number;
  readonly onState: (state: ConnectionState) => void;
  readonly onPath: (path: PathState) => void;
  /** The gateway or the api refused this client for good. */
  readonly onRefused: (code: string) => void;
  readonly report: (error: unknown) => void;
}

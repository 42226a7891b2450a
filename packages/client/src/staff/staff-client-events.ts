import type { Envelope } from "../protocol/types.ts";
import type { ClientOptions } from "../connection/client-options.ts";
import type { ConnectionState, PathState } from "../connection/connection-state.ts";
import type { Position } from "./event-sequencer.ts";
import type { QueuedCommand } from "./staff-commands.ts";
import type { StaffSession } from "./staff-session.ts";

/** A person of the staff or a shared screen: the session, and where it is kept. */
export interface StaffClientOptions extends ClientOptions {
  /** A session of an earlier login. Without it, `login` or the refresh cookie creates one. */
  readonly session?: StaffSession;
  /**
   * Where the refresh token is kept: in a cookie, or in the session. Default: `cookie` in a page of
   * the api's origin, `body` everywhere else, because no cookie reaches the api from there.
   */
  readonly refresh?: "cookie" | "body";
  /**
   * Receives every event exactly once and in order while it is applied. If it throws, the event
   * counts as applied, the error is reported and one reset follows.
   */
  readonly onEvent?: (event: Envelope) => void;
  /**
   * Fetch the events that a reset would skip, so that `onEvent` receives them too. For checkers.
   */
  readonly everyEvent?: boolean;
}

/** Events of a `StaffClient`, each with its arguments. */
export type StaffClientEvents = {
  /** The connection state changed. */
  state: [state: ConnectionState];
  /** Whether a guest's request reaches this screen now. */
  path: [path: PathState];
  /** The board changed: rows, presence, session or pending commands. */
  change: [];
  /** An event was applied. */
  event: [event: Envelope];
  /**
   * A snapshot replaced the board; it contains the events from `from` (exclusive) to `to`
   * (inclusive).
   */
  reset: [skipped: { readonly from: Position | undefined; readonly to: Position }];
  /** A command was not confirmed in time: show it as not done. */
  commandDropped: [command: { readonly command: QueuedCommand; readonly id: string }];
  /** The session was renewed; undefined: it ended. */
  session: [session: StaffSession | undefined];
  /** The client is refused for good: `unauthorized`: log in again; `tenant_*`: wrong host. */
  refused: [code: string];
  /** A failure that the client handles itself. For logs. */
  error: [error: unknown];
};

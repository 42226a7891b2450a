import type { GuestRequest } from "../protocol/types.ts";
import type { ConnectionState, PathState } from "../connection/connection-state.ts";
import type { ClientOptions } from "../connection/client-options.ts";
import type { ClientError } from "../shared/client-error.ts";
import type { CallStorage, PendingCall } from "./guest-outbox.ts";

/** A guest: the table, and where unsent requests are kept. */
export interface GuestClientOptions extends ClientOptions {
  /** Token of the table's QR code. */
  readonly tableToken: string;
  /** Keeps unsent requests and the guest's identity over a reload. */
  readonly storage?: CallStorage;
}

/** Events of a `GuestClient`, each with its arguments. */
export type GuestClientEvents = {
  state: [state: ConnectionState];
  /** Whether a request reaches the staff now. */
  path: [path: PathState];
  /** Requests, pending requests, session, `staffOnline` or `reach` changed. */
  change: [];
  /** The server stored the request. */
  sent: [call: PendingCall, request: GuestRequest];
  /**
   * A pending request is older than `confirmMs`: ask the guest, then `confirm` or `withdraw` it.
   */
  callNeedsConfirmation: [call: PendingCall];
  /**
   * The server refused the request for good, or it expired. With `closed` and `table_muted` the
   * client asks for the session first: its `open`, `opensAt` and `mutedUntil` are of now.
   */
  callDropped: [call: PendingCall, error: ClientError];
  /** The client is refused for good: `not_found`: unknown table code; `tenant_*`: wrong host. */
  refused: [code: string];
  /** A failure that the client handles itself. For logs. */
  error: [error: unknown];
};

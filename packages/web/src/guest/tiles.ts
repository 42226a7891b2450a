import type { PendingCall } from "@waiter/client";
import type { GuestRequest, RequestType } from "@waiter/contracts";
import { labelOf } from "../i18n/type-label.ts";
import {
  isOpen,
  statusOf,
  unsentStatus,
  type RequestStatus,
  type StatusContext,
} from "./request-status.ts";

/** How long a closed request is still shown on its tile. */
const showClosedMs = 5 * 60_000;

/** One request type as the guest sees it: ready for a tap, or the state of the table's request. */
export interface Tile {
  readonly key: string;
  readonly type: RequestType;
  readonly label: string;
  readonly status?: RequestStatus | undefined;
  /** The open request, else the request that was closed last. */
  readonly request?: GuestRequest | undefined;
  /** The request that the server does not have yet. */
  readonly pending?: PendingCall | undefined;
  /** Whether a tap makes a request. */
  readonly ready: boolean;
}

/** Whether a request of this type may carry a message. */
export const takesNote = ({ type }: Tile): boolean =>
  !type.asksPayment && type.allowsNote !== false;

/** Whether a message can be sent with this tile's type now. */
export const canWrite =
  (key?: string) =>
  (tile: Tile): boolean =>
    tile.ready && takesNote(tile) && (key === undefined || tile.key === key);

export interface TableState extends StatusContext {
  readonly types: readonly RequestType[];
  readonly requests: readonly GuestRequest[];
  readonly pending: readonly PendingCall[];
  /** The server's and this device's time, in milliseconds. */
  readonly serverNow: number;
  readonly now: number;
}

/**
 * One tile per type, in the restaurant's order, then one per open request whose type is no longer
 * offered.
 */
export function tilesOf(state: TableState): readonly Tile[] {
  const { types, requests, pending } = state;
  const known = new Set(types.map(({ key }) => key));
  const retired = [
    ...requests.filter(isOpen).map(({ type }) => type),
    ...pending.map((p) => p.call.type),
  ]
    .filter((key, index, all) => !known.has(key) && all.indexOf(key) === index)
    .map((key): RequestType => ({ key, label: key, icon: "🔔", asksPayment: false }));
  return [...types, ...retired].map((type) => tileOf(type, state));
}

function tileOf(type: RequestType, state: TableState): Tile {
  const { texts, requests, pending, serverNow, now } = state;
  const tile = { key: type.key, type, label: labelOf(type, texts) };
  const ofType = requests.filter((request) => request.type === type.key);
  const open = ofType.find(isOpen);
  if (open !== undefined)
    return { ...tile, request: open, status: statusOf(open, state), ready: false };
  const unsent = pending.find(({ call }) => call.type === type.key);
  if (unsent !== undefined)
    return { ...tile, pending: unsent, status: unsentStatus(now - unsent.at, texts), ready: false };
  const closed = lastClosed(ofType);
  const isFresh =
    closed !== undefined &&
    serverNow - Date.parse(closed.closedAt ?? closed.updatedAt) < showClosedMs;
  return isFresh
    ? { ...tile, request: closed, status: statusOf(closed, state), ready: true }
    : { ...tile, ready: true };
}

const lastClosed = (requests: readonly GuestRequest[]): GuestRequest | undefined =>
  requests.reduce<GuestRequest | undefined>(
    (last, each) => (last === undefined || each.updatedAt >= last.updatedAt ? each : last),
    undefined,
  );

import { rooms, type Head, type ResyncMessage, type StatusMessage } from "@waiter/contracts";
import type { GuestSocket } from "../handshake/session.ts";
import type { DeliveredPositions } from "../heads/delivered-positions.ts";
import type { RecentChanges } from "./recent-changes.ts";

/** How long the readings of one tenant's published head are collected, ms. */
const gatherMs = 25;

interface Compared {
  readonly isChanged: boolean;
  /** Up to where the guest is current, if it is unchanged. */
  readonly head: Head;
  /** As Redis or the api said; `head` may be the guest's own word. */
  readonly read: Head;
}
export interface GuestComparisonOptions {
  /** Whether the room's subscription is confirmed in time, and whether it is at last. */
  readonly subscribed: (room: string) => Promise<boolean>;
  readonly settled: (room: string) => Promise<boolean>;
  readonly isDegraded: () => boolean;
  /** The newest published event of a tenant, as Redis knows it; may reject. */
  readonly publishedHead: (tenantId: string) => Promise<Head | undefined>;
  readonly changed: Pick<RecentChanges, "after">;
  readonly positions: DeliveredPositions;
  readonly statusOf: (tenantId: string) => StatusMessage;
  readonly resync: (tableRoom: string, message: ResyncMessage) => void;
  readonly resyncWithinMs: number;
}

/**
 * Compares what a guest knew when it joined with what its table is (G3).
 *
 * A change may fall between the answer that the guest presents and the subscription of its room.
 * So once the subscription is confirmed, the newest published event is read: is it not beyond the
 * guest's position, every later one arrives through the room. Otherwise, and without Redis, the api
 * is asked which tables changed, once per tenant and published event. Unchanged: `status` with the
 * position. Changed: `resync`. A comparison before the confirmation is repeated after it.
 */
export class GuestComparison {
  readonly #options: GuestComparisonOptions;
  readonly #reading = new Map<string, Promise<Head | undefined>>();
  /** Tables answered before their room was confirmed, each with the oldest such position. */
  readonly #late = new Map<string, Head>();

  constructor(options: GuestComparisonOptions) {
    this.#options = options;
  }

  /** Never rejects. A guest without a position, or without an answer of the api, asks `sync`. */
  async join(socket: GuestSocket, position: Head): Promise<void> {
    const { tenantId, tableId } = socket.data;
    const { positions, resyncWithinMs, statusOf } = this.#options;
    positions.begin(tenantId, position.epoch);
    const isSubscribed = await this.subscribed(tenantId, tableId);
    const known = await this.#compare(tenantId, tableId, position, isSubscribed);
    if (known === undefined) return;
    positions.confirm(tenantId, known.read);
    if (!isSubscribed) this.repairLater(tenantId, tableId, known.head);
    if (!socket.connected) return;
    if (known.isChanged) socket.emit("resync", { withinMs: resyncWithinMs, ...known.head });
    else socket.emit("status", { ...statusOf(tenantId), ...known.head });
  }

  /** Waits for the table's subscription, some seconds at most; false while Redis is away. */
  async subscribed(tenantId: string, tableId: string): Promise<boolean> {
    if (this.#options.isDegraded()) return false;
    return this.#options.subscribed(rooms.table(tenantId, tableId));
  }

  /**
   * Guests of the table know everything up to `since`, and its subscription is not confirmed.
   * Compares again when it is; after an outage the gateway compares all tables anyway.
   */
  repairLater(tenantId: string, tableId: string, since: Head): void {
    if (this.#options.isDegraded()) return;
    const room = rooms.table(tenantId, tableId);
    const known = this.#late.get(room);
    if (known === undefined) void this.#repair(tenantId, tableId);
    if (known === undefined || known.seq > since.seq) this.#late.set(room, since);
  }

  async #repair(tenantId: string, tableId: string): Promise<void> {
    const { settled, resync, resyncWithinMs: withinMs } = this.#options;
    const room = rooms.table(tenantId, tableId);
    const isConfirmed = await settled(room);
    const since = this.#late.get(room);
    this.#late.delete(room);
    if (!isConfirmed || since === undefined) return;
    const known = await this.#compare(tenantId, tableId, since, true);
    if (known === undefined) resync(room, { withinMs });
    else if (known.isChanged) resync(room, { withinMs, ...known.head });
  }

  async #compare(
    tenantId: string,
    tableId: string,
    position: Head,
    isSubscribed: boolean,
  ): Promise<Compared | undefined> {
    const published = isSubscribed ? await this.#publishedHead(tenantId) : undefined;
    if (published?.epoch === position.epoch && published.seq <= position.seq)
      return { isChanged: false, head: position, read: published };
    const changes = await this.#options.changed.after(tenantId, position, published);
    if (changes === undefined) return undefined;
    const { head } = changes;
    return { isChanged: changes.concern(tableId, position), head, read: head };
  }

  /** Guests that joined in the same moment share a reading that begins after it. */
  #publishedHead(tenantId: string): Promise<Head | undefined> {
    const { isDegraded, publishedHead } = this.#options;
    const known = this.#reading.get(tenantId);
    if (known !== undefined) return known;
    const reading = new Promise((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
      this.#reading.delete(tenantId);
      // Redis' head is a hint: what it lost with a master is asked of Postgres.
      return isDegraded() ? undefined : publishedHead(tenantId).catch(() => undefined);
    });
    this.#reading.set(tenantId, reading);
    return reading;
  }
}

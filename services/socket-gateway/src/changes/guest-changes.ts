import type { Head, ResyncMessage, StatusMessage } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestNamespace } from "../handshake/session.ts";
import type { GatewaySettings } from "../settings.ts";
import { roomChannel, type SubscriptionBarrier } from "../subscriptions/subscription-barrier.ts";
import { ChangedTables } from "./changed-tables.ts";
import { DeliveredPositions } from "../heads/delivered-positions.ts";
import { GuestComparison } from "./guest-comparison.ts";
import { repairGuests, type LocalTables } from "./repair-guests.ts";

export interface GuestChangesDeps {
  readonly api: ApiClient;
  readonly log: { readonly head: (tenantId: string) => Promise<Head | undefined> };
  readonly guest: GuestNamespace;
  readonly barrier: SubscriptionBarrier;
  readonly tenants: LocalTables;
  readonly isDegraded: () => boolean;
  readonly statusOf: (tenantId: string) => StatusMessage;
  readonly settings: Pick<GatewaySettings, "subscriptionWaitMs" | "resyncWithinMs">;
  readonly logger: Logger;
}

/** What keeps guests current that missed a message: at joining, and after an outage of Redis. */
export class GuestChanges {
  readonly positions = new DeliveredPositions();
  readonly comparison: GuestComparison;
  readonly #deps: GuestChangesDeps;
  readonly #changed: ChangedTables;

  constructor(deps: GuestChangesDeps) {
    this.#deps = deps;
    const { api, log, guest, barrier, settings, logger } = deps;
    this.#changed = new ChangedTables(api, (err, tenants) =>
      logger.warn("the api did not answer which tables changed", { tenants, err }),
    );
    const channelOf = (room: string): string => roomChannel(guest.name, room);
    this.comparison = new GuestComparison({
      subscribed: (room) => barrier.confirmed(channelOf(room), settings.subscriptionWaitMs),
      settled: (room) => barrier.settled(channelOf(room)),
      isDegraded: deps.isDegraded,
      publishedHead: (tenantId) => log.head(tenantId),
      changed: this.#changed,
      positions: this.positions,
      statusOf: deps.statusOf,
      resync: (room, message) => guest.local.to(room).emit("resync", message),
      resyncWithinMs: settings.resyncWithinMs,
    });
  }

  /** After an outage of Redis, when all rooms are subscribed again. Never rejects. */
  async repair(): Promise<void> {
    const { guest, tenants, settings } = this.#deps;
    const spreadMs = Math.min(60_000, guest.sockets.size * 5);
    await repairGuests({
      tenants,
      changed: this.#changed,
      positions: this.positions,
      resync: (tableRooms, message: ResyncMessage) =>
        guest.local.to([...tableRooms]).emit("resync", message),
      withinMs: Math.max(settings.resyncWithinMs, spreadMs),
    });
  }

  /** The answer of a `sync` was read before the table's subscription was confirmed. */
  repairLater(
    { tenantId, tableId }: { readonly tenantId: string; readonly tableId: string },
    { epoch, seq }: { readonly epoch?: string | undefined; readonly seq?: number | undefined },
  ): void {
    if (epoch !== undefined && seq !== undefined)
      this.comparison.repairLater(tenantId, tableId, { epoch, seq });
  }

  /** The tenant's last guest left. */
  forget(tenantId: string): void {
    this.positions.forget(tenantId);
  }
}

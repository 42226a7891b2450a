import { changesBatch, type Head, type ResyncMessage, type StatusMessage } from "@waiter/contracts";
import { inSlices } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestNamespace } from "../handshake/session.ts";
import type { GatewaySettings } from "../settings.ts";
import { roomChannel, type SubscriptionBarrier } from "../subscriptions/subscription-barrier.ts";
import { ChangedTables } from "./changed-tables.ts";
import { DeliveredPositions } from "../heads/delivered-positions.ts";
import { GuestChecks } from "./guest-checks.ts";
import { GuestComparison } from "./guest-comparison.ts";
import { GuestQuestions } from "./guest-questions.ts";
import { RecentChanges } from "./recent-changes.ts";
import { nameTables, repairGuests, type LocalTables, type NamingOptions } from "./repair-guests.ts";

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

/**
 * What keeps guests current that missed a message: at joining, after an outage of Redis, by the
 * checks that they send while they wait for something, and with each round of heads.
 */
export class GuestChanges {
  readonly positions = new DeliveredPositions();
  readonly comparison: GuestComparison;
  readonly checks: GuestChecks;
  readonly #questions: GuestQuestions;
  readonly #recent: RecentChanges;
  readonly #deps: GuestChangesDeps;
  readonly #changed: ChangedTables;
  /** Tenants whose tables could not be named, each with the position before the change. */
  readonly #unnamed = new Map<string, Head>();

  constructor(deps: GuestChangesDeps) {
    this.#deps = deps;
    const { api, log, guest, barrier, settings, logger } = deps;
    this.#changed = new ChangedTables(api, (err, tenants) =>
      logger.warn("the api did not answer which tables changed", { tenants, err }),
    );
    this.#questions = new GuestQuestions(this.#changed);
    this.#recent = new RecentChanges(this.#questions);
    this.checks = new GuestChecks(this.#questions);
    const channelOf = (room: string): string => roomChannel(guest.name, room);
    this.comparison = new GuestComparison({
      subscribed: (room) => barrier.confirmed(channelOf(room), settings.subscriptionWaitMs),
      settled: (room) => barrier.settled(channelOf(room)),
      isDegraded: deps.isDegraded,
      publishedHead: (tenantId) => log.head(tenantId),
      changed: this.#recent,
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
      ...this.#naming,
      tenants,
      positions: this.positions,
      withinMs: Math.max(settings.resyncWithinMs, spreadMs),
    });
  }

  /**
   * These tenants have events since the last round of heads, and their positions were moved. Names
   * the tables that changed: a guest that heard of its change ignores it. Never rejects.
   */
  async nameChanged(tenants: readonly string[]): Promise<void> {
    const asked = new Set([...tenants, ...this.#unnamed.keys()]);
    const positions = [...asked].map((tenantId) => {
      const since = this.#unnamed.get(tenantId) ?? this.positions.get(tenantId);
      return [tenantId, since] as const;
    });
    // By slices, so that after a void position the event loop serves others between two of them.
    await inSlices(positions, changesBatch, async ([tenantId, since]) => {
      const isNamed = await nameTables(tenantId, since, this.#naming);
      if (isNamed) this.#unnamed.delete(tenantId);
      else if (since !== undefined) this.#unnamed.set(tenantId, since);
    });
  }

  get #naming(): NamingOptions {
    const { guest, tenants, settings } = this.#deps;
    return {
      tenants,
      changed: this.#changed,
      resync: (tableRooms, message: ResyncMessage) =>
        guest.local.to([...tableRooms]).emit("resync", message),
      withinMs: settings.resyncWithinMs,
    };
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
    this.#questions.forget(tenantId);
    this.#recent.forget(tenantId);
    this.#unnamed.delete(tenantId);
  }
}

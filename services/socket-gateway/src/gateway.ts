import type { Server as HttpServer } from "node:http";
import { endOf, rooms, type Head, type StatusMessage, type TenantMessage } from "@waiter/contracts";
import { concernsForMs, Presence, Revocations } from "@waiter/live-state";
import { ApiProbe } from "./api/api-probe.ts";
import { GuestChanges } from "./changes/guest-changes.ts";
import { memberOf, staffOf } from "./connections/join-staff.ts";
import { LocalTenants } from "./connections/local-tenants.ts";
import { statusTeller } from "./connections/tell-status.ts";
import { TokenExpiries } from "./connections/token-expiries.ts";
import { SessionSockets } from "./connections/session-sockets.ts";
import type { Context } from "./context.ts";
import { observeDelivery } from "./delivery/observe-delivery.ts";
import { connectionOf } from "./engine/ws-internals.ts";
import { RevokedSessions } from "./handshake/revoked-sessions.ts";
import type { AnySocket, StaffSocket } from "./handshake/session.ts";
import { TenantDirectory } from "./handshake/tenant-directory.ts";
import { askChanges, askHeads, askOneHead } from "./heads/ask-heads.ts";
import { DatabaseClock } from "./heads/database-clock.ts";
import { TenantHeads } from "./heads/tenant-heads.ts";
import { TrueHeads } from "./heads/true-heads.ts";
import { openServer, type OpenServer } from "./open-server.ts";
import { PresenceWatch } from "./presence/presence-watch.ts";
import { StaffOnline } from "./presence/staff-online.ts";
import { RedisWatch } from "./subscriptions/redis-watch.ts";
import { repairAfterOutage } from "./repair-after-outage.ts";
import { ReachQuestions } from "./presence/ask-reach.ts";
import { sendReach } from "./presence/send-reach.ts";
import { SelfTest } from "./subscriptions/self-test.ts";
import { roomChannel } from "./subscriptions/subscription-barrier.ts";
import { TenantChannels } from "./subscriptions/tenant-channels.ts";

/** The wired parts of one gateway; `serve-sockets.ts` attaches the namespaces' handlers. */
export interface Gateway extends OpenServer {
  readonly context: Context;
  readonly watch: RedisWatch;
  readonly selfTest: SelfTest;
  readonly tenants: LocalTenants;
  readonly sessions: SessionSockets;
  readonly expiries: TokenExpiries;
  readonly heads: TenantHeads;
  readonly trueHeads: TrueHeads;
  readonly changes: GuestChanges;
  readonly presence: PresenceWatch;
  readonly staffOnline: StaffOnline;
  readonly apiProbe: ApiProbe;
  readonly revoked: RevokedSessions;
  readonly directory: TenantDirectory;
  /** The state of the path between guests and screens; to guests of a tenant with its screens. */
  readonly statusOf: (tenantId?: string) => StatusMessage;
  /** Ends a socket's connection and records the reason for the metric. */
  readonly end: (socket: AnySocket, reason: string) => void;
}

/** @param isDraining whether a stop has begun; then new connections are refused. */
export function createGateway(
  context: Context,
  httpServer: HttpServer,
  isDraining: () => boolean,
): Gateway {
  const { settings, metrics, logger } = context;
  const opened = openServer(context, httpServer, isDraining, (broadcast, recipients) =>
    observe(broadcast, recipients),
  );
  const { staff, guest, barrier, unjoined, ends } = opened;
  const tenants = new LocalTenants();
  const clock = new DatabaseClock();
  const heads = new TenantHeads({
    quietMs: settings.headQuietMs,
    silenceMs: settings.headSilenceMs,
    send: (tenantId, head) =>
      staff.local
        .to(rooms.staff(tenantId))
        .emit("head", { ...head, now: new Date().toISOString() }),
    onUnknownEpoch: (tenantId) => void trueHeads.ask(tenantId),
  });
  const directory = new TenantDirectory(context.api);
  const sessions = new SessionSockets(settings.connectionsPerGuestSession);
  const revocations = new Revocations(context.command.client);
  const tenantChannels = new TenantChannels({
    barrier,
    onMessage: receive,
    onMalformed: (reason, channel) => context.malformed.note("pubsub", { reason, channel }),
  });
  const revoked = new RevokedSessions({
    subscribe: (tenantId) =>
      tenantChannels.open(tenantId, watch.isDegraded ? 0 : settings.subscriptionWaitMs),
    unsubscribe: (tenantId) => tenantChannels.close(tenantId),
    read: (tenantId) => revocations.read(tenantId),
    ask: (tenantId) => trueHeads.ask(tenantId),
    onRevoked: endSession,
  });
  const questions = new ReachQuestions(context.api, (err, count) =>
    logger.warn("the api did not answer which way reaches the staff", { tenants: count, err }),
  );
  const staffOnline = new StaffOnline({
    hasGuests: (tenantId) => tenants.hasGuests(tenantId),
    askReach: (tenantId) => questions.ask(tenantId),
    waitMs: settings.reachWaitMs,
    send: (tenantId, reach) =>
      sendReach(guest, { tenantId, tables: tenants.tablesOf(tenantId) }, statusOf(tenantId), reach),
  });
  const apiProbe = new ApiProbe({
    ask: () => {
      const tenantId = tenants.any();
      return tenantId === undefined ? undefined : askOneHead(context.api, tenantId);
    },
    intervalMs: settings.apiProbeIntervalMs,
    waitMs: settings.apiProbeWaitMs,
    retryMs: settings.apiProbeRetryMs,
    onChange: (reachable) => {
      logger.warn(reachable ? "the api answers again" : "the api does not answer");
      sendStatus();
    },
  });
  const trueHeads: TrueHeads = new TrueHeads({
    ask: (wanted, take) =>
      askHeads(context.api, wanted, take, (err, count) =>
        logger.warn("the api did not answer with heads", { tenants: count, err }),
      ),
    askChanges: (since, take) =>
      askChanges(context.api, since, take, (reading) => clock.note(reading)),
    heads,
    positions: {
      note: (tenantId, head) => changes.positions.note(tenantId, head),
      noteRound: () => changes.positions.noteRound(),
    },
    onChanged: (changed) =>
      void changes.nameChanged(changed.filter((tenantId) => tenants.hasGuests(tenantId))),
    revoked,
    tenants: () => tenants.all(),
    tenantCount: () => tenants.size,
    hasTenant: (tenantId) => tenants.has(tenantId),
    hasStaff: (tenantId) => tenants.hasStaff(tenantId),
    isDegraded: () => watch.isDegraded,
    intervalMs: settings.headsIntervalMs,
    degradedIntervalMs: settings.degradedHeadsIntervalMs,
    comparisonMs: settings.headsComparisonMs,
    logger,
  });
  const presence = new PresenceWatch({
    store: new Presence(context.command.client, { expiryMs: settings.presenceExpiryMs }),
    localMembers: (tenantId) => staffOf(staff, tenantId).map(memberOf),
    tenants: () => tenants.all(),
    withStaff: () => tenants.withStaff(),
    hasStaff: (tenantId) => tenants.hasStaff(tenantId),
    isAnnouncing: () => context.publisher.state === "ready",
    onOnline: (tenantId, online) => staffOnline.note(tenantId, online),
    leaveAfterMs: settings.presenceLeaveMs,
    send: (tenantId, message, reach) =>
      (reach === "local" ? staff.local : staff).to(rooms.staff(tenantId)).emit("presence", message),
    refreshMs: settings.presenceRefreshMs,
    onError: (error) => logger.debug("presence could not be refreshed", { err: error }),
  });
  const observe = observeDelivery({ metrics, heads, presence, clock });
  const selfTest: SelfTest = new SelfTest({
    gatewayId: settings.gatewayId,
    writers: [context.command, context.publisher],
    subscriber: context.subscriber,
    barrier,
    intervalMs: settings.selfTestIntervalMs,
    waitMs: settings.selfTestWaitMs,
    onChange: () => watch.look(),
    logger,
  });
  const watch: RedisWatch = new RedisWatch({
    command: context.command,
    publisher: context.publisher,
    subscriber: context.subscriber,
    barrier,
    selfTest,
    onDegraded,
    onRestored: () => void repairAfterOutage({ changes, sendStatus, trueHeads, presence, revoked }),
    logger,
  });
  const changes: GuestChanges = new GuestChanges({
    api: context.api,
    log: context.log,
    guest,
    barrier,
    tenants,
    isDegraded: () => watch.isDegraded,
    statusOf,
    settings,
    logger,
  });
  const tellStatus = statusTeller({ staff, guest, tenants, statusOf: () => statusOf() });
  return {
    ...opened,
    context,
    watch,
    selfTest,
    tenants,
    sessions,
    expiries: new TokenExpiries(),
    heads,
    trueHeads,
    changes,
    presence,
    staffOnline,
    apiProbe,
    revoked,
    directory,
    statusOf,
    end,
  };

  function onDegraded(): void {
    sendStatus();
    trueHeads.reschedule();
  }

  function statusOf(tenantId?: string): StatusMessage {
    const online = tenantId === undefined ? undefined : staffOnline.get(tenantId);
    return {
      degraded: watch.isDegraded,
      ...(apiProbe.isReachable !== undefined && { api: apiProbe.isReachable }),
      ...(online !== undefined && { staffOnline: online }),
      // Without a screen the api knows the way: see `StaffOnline`.
      ...(online === true && { reach: "screen" }),
    };
  }

  function sendStatus(): void {
    void tellStatus();
  }

  function receive(tenantId: string, message: TenantMessage): void {
    if (message.type === "screens") staffOnline.note(tenantId, message.online);
    else revoked.add(tenantId, message.ids, concernsForMs(message.lifetimeS));
  }

  /**
   * Ends the sockets that this id of a revocation names: a session's, a table code's, those of a
   * person's former role, or, where it is the tenant's own, all of the tenant's.
   */
  function endSession(tenantId: string, id: string): void {
    const isTenant = id === tenantId;
    if (isTenant) directory.forget(tenantId);
    const ended = isTenant ? socketsOf(tenantId) : sessions.of(tenantId, id);
    const screens = ended.filter(({ data }) => data.audience === "staff") as StaffSocket[];
    for (const socket of ended) {
      const reason = isTenant ? "suspended" : endOf(socket.data, (one) => one === id);
      if (reason !== undefined) end(socket, reason === "unauthorized" ? "revoked" : reason);
    }
    if (screens.length > 0) void presence.remove(tenantId, screens.map(memberOf));
  }

  function socketsOf(tenantId: string): AnySocket[] {
    const { adapter, sockets } = guest;
    const guests = tenants
      .tablesOf(tenantId)
      .flatMap((id) => [...(adapter.rooms.get(rooms.table(tenantId, id)) ?? [])]);
    return [...staffOf(staff, tenantId), ...guests.flatMap((id) => sockets.get(id) ?? [])];
  }

  function end(socket: AnySocket, reason: string): void {
    ends.note(connectionOf(socket), reason);
    // A client stays away after a disconnect; after a close it reconnects with a new token.
    if (reason === "revoked" || reason === "replaced") socket.disconnect(true);
    else socket.conn.close();
    // Terminates a connection whose client ignores the closing handshake.
    if (socket.conn.readyState !== "closed") unjoined.add(connectionOf(socket));
  }
}

/** Sends a tenant's true head to its local staff when the subscription of their room is confirmed. */
export async function tellHeadLater(
  { barrier, staff, trueHeads, heads }: Gateway,
  tenantId: string,
): Promise<void> {
  if (!(await barrier.settled(roomChannel(staff.name, rooms.staff(tenantId))))) return;
  await trueHeads.ask(tenantId);
  heads.sendSoon(tenantId);
}

/** Reads the tenant's head in Postgres through the api. */
export async function askHead(
  { trueHeads, heads }: Pick<Gateway, "trueHeads" | "heads">,
  tenantId: string,
): Promise<Head | undefined> {
  await trueHeads.ask(tenantId);
  return heads.get(tenantId);
}

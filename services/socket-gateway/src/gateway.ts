import type { Server as HttpServer } from "node:http";
import { addressBlock, TrustedProxies } from "@waiter/auth";
import { endOf, rooms, type Head } from "@waiter/contracts";
import { Presence, Revocations, revokedForMs } from "@waiter/live-state";
import type { Namespace } from "socket.io";
import { createAdapter } from "./delivery/create-adapter.ts";
import type { Context } from "./context.ts";
import { DirectFanOut } from "./delivery/fan-out.ts";
import { WriteBufferLimit } from "./delivery/write-buffer.ts";
import { EndReasons } from "./connections/end-reasons.ts";
import { connectionOf } from "./engine/ws-internals.ts";
import { RevokedSessions } from "./handshake/revoked-sessions.ts";
import { TenantDirectory } from "./handshake/tenant-directory.ts";
import { memberOf, staffOf } from "./connections/join-staff.ts";
import { observeDelivery } from "./delivery/observe-delivery.ts";
import { askHeads } from "./heads/ask-heads.ts";
import { GuestChanges } from "./changes/guest-changes.ts";
import { LocalTenants } from "./connections/local-tenants.ts";
import { PresenceWatch } from "./presence/presence-watch.ts";
import { RedisWatch } from "./subscriptions/redis-watch.ts";
import { SelfTest } from "./subscriptions/self-test.ts";
import { roomChannel, SubscriptionBarrier } from "./subscriptions/subscription-barrier.ts";
import { TenantHeads } from "./heads/tenant-heads.ts";
import { TrueHeads } from "./heads/true-heads.ts";
import { Admission } from "./handshake/admission.ts";
import { canonicalHost } from "./handshake/canonical-host.ts";
import { ConnectionShares } from "./handshake/connection-shares.ts";
import { GuestSessions } from "./connections/guest-sessions.ts";
import { UnjoinedConnections } from "./engine/unjoined-connections.ts";
import { createIoServer, type IoServer } from "./engine/create-io-server.ts";
import { type AnySocket, type GuestNamespace, type StaffNamespace } from "./handshake/session.ts";

/** The wired parts of one gateway; `serve-sockets.ts` attaches the namespaces' handlers. */
export interface Gateway {
  readonly context: Context;
  readonly server: IoServer;
  readonly staff: StaffNamespace;
  readonly guest: GuestNamespace;
  readonly limit: WriteBufferLimit;
  readonly barrier: SubscriptionBarrier;
  readonly watch: RedisWatch;
  readonly selfTest: SelfTest;
  readonly tenants: LocalTenants;
  readonly heads: TenantHeads;
  readonly trueHeads: TrueHeads;
  readonly changes: GuestChanges;
  readonly presence: PresenceWatch;
  readonly revoked: RevokedSessions;
  readonly directory: TenantDirectory;
  readonly unjoined: UnjoinedConnections;
  readonly shares: ConnectionShares;
  readonly guestSessions: GuestSessions;
  readonly ends: EndReasons;
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
  const barrier = new SubscriptionBarrier(context.subscriber.client, {
    cluster: context.subscriber.client.isCluster,
    onError: (error) =>
      logger.warn("redis refused a room's subscription; retrying", { err: error }),
  });
  const ends = new EndReasons();
  const limit = new WriteBufferLimit(settings.writeBufferBytes, (connection) => {
    metrics.slowConsumers.inc();
    ends.note(connection, "slow_consumer");
  });
  const fanOut = new DirectFanOut(limit, {
    enabled: settings.compression,
    thresholdBytes: settings.compressionThresholdBytes,
  });
  const adapter = createAdapter({
    publisher: context.publisher.client,
    subscriber: barrier.client,
    fanOut,
    onDelivered: (broadcast, recipients) => observe(broadcast, recipients),
    onMalformed: (reason, channel) => context.malformed.note("pubsub", { reason, channel }),
    onPublishError: (error) =>
      logger.warn("a broadcast did not reach the other gateways", { err: error }),
  });
  const proxies = new TrustedProxies(settings.trustedProxies);
  const connections = (): number => server.engine.clientsCount;
  const unjoined = new UnjoinedConnections(settings.connectTimeoutMs, ({ remoteAddress }) =>
    addressBlock(remoteAddress),
  );
  const admission = new Admission({ ...settings, proxies, connections, unjoined, isDraining });
  const shares = new ConnectionShares({ ...settings, connections });
  const server: IoServer = createIoServer(
    httpServer,
    settings,
    adapter as (namespace: Namespace) => ReturnType<typeof adapter>,
    {
      admit: (request) => {
        const refusal = admission.check(request);
        if (refusal?.code === "rate_limited") metrics.rateLimited.inc({ scope: "handshake" });
        return refusal;
      },
      addressOf: (request) => proxies.addressOf(request),
      hostOf: (request) => canonicalHost(proxies.hostOf(request), settings.domainUrl),
      onConnection: (connection) => unjoined.add(connection),
      onClose: (connection) => unjoined.remove(connection),
      onExceeded: (connection) => {
        metrics.rateLimited.inc({ scope: "connection" });
        if (connection !== undefined) ends.note(connection, "rate_limited");
      },
    },
  );
  const staff = server.io.of("/staff") as unknown as StaffNamespace;
  const guest = server.io.of("/guest") as unknown as GuestNamespace;

  const tenants = new LocalTenants();
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
  const revocations = new Revocations(context.command.client);
  const revoked = new RevokedSessions({
    read: (tenantId) => revocations.read(tenantId),
    onRevoked: endSession,
    tokenLifetimeMs: revokedForMs,
  });
  const trueHeads: TrueHeads = new TrueHeads({
    ask: (wanted) =>
      askHeads(context.api, wanted, (err, count) =>
        logger.warn("the api did not answer with heads", { tenants: count, err }),
      ),
    heads,
    positions: { note: (tenantId, head) => changes.positions.note(tenantId, head) },
    revoked,
    tenants: () => tenants.all(),
    hasStaff: (tenantId) => tenants.hasStaff(tenantId),
    isDegraded: () => watch.isDegraded,
    intervalMs: settings.headsIntervalMs,
    degradedIntervalMs: settings.degradedHeadsIntervalMs,
    logger,
  });
  const presence = new PresenceWatch({
    store: new Presence(context.command.client, { expiryMs: settings.presenceExpiryMs }),
    localMembers: (tenantId) => staffOf(staff, tenantId).map(memberOf),
    tenants: () => tenants.withStaff(),
    send: (tenantId, message, reach) =>
      (reach === "local" ? staff.local : staff).to(rooms.staff(tenantId)).emit("presence", message),
    refreshMs: settings.presenceRefreshMs,
    expiryMs: settings.presenceExpiryMs,
    onError: (error) => logger.debug("presence could not be refreshed", { err: error }),
  });
  const observe = observeDelivery({ metrics, heads, presence });
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
    subscriber: context.subscriber,
    barrier,
    selfTest,
    onDegraded,
    onRestored,
    logger,
  });
  const changes: GuestChanges = new GuestChanges({
    api: context.api,
    log: context.log,
    guest,
    barrier,
    tenants,
    isDegraded: () => watch.isDegraded,
    statusOf: () => ({ degraded: watch.isDegraded }),
    settings,
    logger,
  });
  return {
    context,
    server,
    staff,
    guest,
    limit,
    barrier,
    watch,
    selfTest,
    tenants,
    heads,
    trueHeads,
    changes,
    presence,
    revoked,
    directory,
    unjoined,
    shares,
    guestSessions: new GuestSessions(settings.connectionsPerGuestSession),
    ends,
    end,
  };

  function onDegraded(): void {
    sendStatus(true);
    trueHeads.reschedule();
  }

  /** Repairs missed messages: heads for staff, `resync` for guests, revocations read again. */
  function onRestored(): void {
    sendStatus(false);
    trueHeads.reschedule();
    void trueHeads.askAll(true);
    // Redis may have lost or refused the members of this gateway.
    void presence.refreshAll();
    void revoked.reloadAll();
    void changes.repair();
  }

  function sendStatus(degraded: boolean): void {
    staff.local.emit("status", { degraded });
    guest.local.emit("status", { degraded });
  }

  /**
   * Ends the sockets that this id of a revocation names: a session's, a table code's, those of a
   * person's former role, or, where it is the tenant's own, all of the tenant's.
   */
  function endSession(tenantId: string, id: string): void {
    const isTenant = id === tenantId;
    if (isTenant) directory.forget(tenantId);
    const reasonOf = ({ data }: AnySocket): string | undefined => {
      if (data.tenantId !== tenantId) return undefined;
      if (isTenant) return "suspended";
      const end = endOf(data, (one) => one === id);
      return end === "unauthorized" ? "revoked" : end;
    };
    const screens = staffOf(staff, tenantId).filter((socket) => reasonOf(socket) !== undefined);
    for (const socket of [...screens, ...guest.sockets.values()]) {
      const reason = reasonOf(socket);
      if (reason !== undefined) end(socket, reason);
    }
    if (screens.length > 0) void presence.remove(tenantId, screens.map(memberOf));
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

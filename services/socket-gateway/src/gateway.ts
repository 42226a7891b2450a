import type { Server as HttpServer } from "node:http";
import type { StatusMessage } from "@waiter/contracts";
import type { ApiProbe } from "./api/api-probe.ts";
import { GuestChanges } from "./changes/guest-changes.ts";
import { endRevoked, endSocket } from "./connections/end-socket.ts";
import { LocalTenants } from "./connections/local-tenants.ts";
import { pathStatus } from "./connections/path-status.ts";
import { SessionSockets } from "./connections/session-sockets.ts";
import { statusTeller } from "./connections/tell-status.ts";
import { TokenExpiries } from "./connections/token-expiries.ts";
import type { Context } from "./context.ts";
import { observeDelivery } from "./delivery/observe-delivery.ts";
import type { RevokedSessions } from "./handshake/revoked-sessions.ts";
import type { AnySocket } from "./handshake/session.ts";
import { TenantDirectory } from "./handshake/tenant-directory.ts";
import type { TenantHeads } from "./heads/tenant-heads.ts";
import type { TrueHeads } from "./heads/true-heads.ts";
import type { PresenceWatch } from "./presence/presence-watch.ts";
import type { StaffOnline } from "./presence/staff-online.ts";
import { repairAfterOutage } from "./repair-after-outage.ts";
import type { RedisWatch } from "./subscriptions/redis-watch.ts";
import type { SelfTest } from "./subscriptions/self-test.ts";
import { createApiProbe } from "./wiring/create-api-probe.ts";
import { createHeads, type Heads } from "./wiring/create-heads.ts";
import { createPresence, type PresenceParts } from "./wiring/create-presence.ts";
import { createRedisWatch, type WatchedRedis } from "./wiring/create-redis-watch.ts";
import { createRevoked } from "./wiring/create-revoked.ts";
import { openServer, type OpenServer } from "./wiring/open-server.ts";

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

/**
 * Wires the parts of a gateway. Parts that need each other get functions, which are first called
 * once all parts exist.
 *
 * @param isDraining whether a stop has begun; then new connections are refused.
 */
export function createGateway(
  context: Context,
  httpServer: HttpServer,
  isDraining: () => boolean,
): Gateway {
  const { settings, metrics, logger, api, log } = context;
  const opened = openServer(context, httpServer, isDraining, (broadcast, recipients) =>
    observe(broadcast, recipients),
  );
  const { staff, guest, barrier } = opened;
  const tenants = new LocalTenants();
  const sessions = new SessionSockets({
    guest: settings.connectionsPerGuestSession,
    staff: settings.connectionsPerStaffSession,
  });
  const directory = new TenantDirectory(api);
  const isDegraded = (): boolean => watch.isDegraded;

  const statusOf = (tenantId?: string): StatusMessage =>
    pathStatus(
      {
        isDegraded,
        isApiReachable: () => apiProbe.isReachable,
        isStaffOnline: (id) => staffOnline.get(id),
      },
      tenantId,
    );
  const tellStatus = statusTeller({ staff, guest, tenants, statusOf: () => statusOf() });
  const sendStatus = (): void => void tellStatus();

  const { presence, staffOnline }: PresenceParts = createPresence(context, {
    staff,
    guest,
    tenants,
    statusOf,
  });
  const revoked = createRevoked(context, {
    barrier,
    isDegraded,
    ask: (tenantId) => trueHeads.ask(tenantId),
    onRevoked: (tenantId, id) =>
      endRevoked(tenantId, id, { ...opened, tenants, sessions, directory, presence }),
    onScreens: (tenantId, online) => staffOnline.note(tenantId, online),
  });
  const changes = new GuestChanges({
    api,
    log,
    guest,
    barrier,
    tenants,
    isDegraded,
    statusOf,
    settings,
    logger,
  });
  const { heads, trueHeads, clock }: Heads = createHeads(context, {
    staff,
    tenants,
    positions: changes.positions,
    onChanged: (changed) =>
      void changes.nameChanged(changed.filter((tenantId) => tenants.hasGuests(tenantId))),
    revoked,
    isDegraded,
  });
  const observe = observeDelivery({ metrics, heads, presence, clock });
  const apiProbe: ApiProbe = createApiProbe(context, { tenants, onChange: sendStatus });
  const { watch, selfTest }: WatchedRedis = createRedisWatch(context, {
    barrier,
    onDegraded: () => {
      sendStatus();
      trueHeads.reschedule();
    },
    onRestored: () => void repairAfterOutage({ changes, sendStatus, trueHeads, presence, revoked }),
  });
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
    end: (socket, reason) => endSocket(socket, reason, opened),
  };
}

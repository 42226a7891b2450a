import type { Server as HttpServer } from "node:http";
import { addressBlock, TrustedProxies } from "@waiter/auth";
import type { Namespace } from "socket.io";
import { EndReasons } from "../connections/end-reasons.ts";
import type { Context } from "../context.ts";
import { createAdapter, type LocalBroadcast } from "../delivery/create-adapter.ts";
import { DirectFanOut } from "../delivery/fan-out.ts";
import { WriteBufferLimit } from "../delivery/write-buffer.ts";
import { createIoServer, type IoServer } from "../engine/create-io-server.ts";
import { UnjoinedConnections } from "../engine/unjoined-connections.ts";
import { Admission } from "../handshake/admission.ts";
import { createCanonicalHost } from "../handshake/canonical-host.ts";
import { ConnectionShares } from "../handshake/connection-shares.ts";
import type { GuestNamespace, StaffNamespace } from "../handshake/session.ts";
import { SubscriptionBarrier } from "../subscriptions/subscription-barrier.ts";

/** The Socket.IO server of a gateway with its limits, its adapter and both namespaces. */
export interface OpenServer {
  readonly server: IoServer;
  readonly staff: StaffNamespace;
  readonly guest: GuestNamespace;
  readonly barrier: SubscriptionBarrier;
  readonly limit: WriteBufferLimit;
  readonly unjoined: UnjoinedConnections;
  readonly shares: ConnectionShares;
  readonly ends: EndReasons;
}

/**
 * @param isDraining whether a stop has begun; then new connections are refused.
 * @param onDelivered called after the writes of a broadcast that had local recipients.
 */
export function openServer(
  context: Context,
  httpServer: HttpServer,
  isDraining: () => boolean,
  onDelivered: (broadcast: LocalBroadcast, recipients: number) => void,
): OpenServer {
  const { settings, metrics, logger } = context;
  const barrier = new SubscriptionBarrier(context.subscriber.client, {
    cluster: context.subscriber.client.isCluster,
    onError: (error) =>
      logger.warn("redis refused a room's subscription; retrying", { err: error }),
  });
  const ends = new EndReasons();
  const { writeBufferBytes, unreadAnswerBytes } = settings;
  const limit = new WriteBufferLimit(writeBufferBytes, unreadAnswerBytes, (connection) => {
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
    onDelivered,
    onMalformed: (reason, channel) => context.malformed.note("pubsub", { reason, channel }),
    onPublishError: (error) =>
      logger.warn("a broadcast did not reach the other gateways", { err: error }),
  });
  const proxies = new TrustedProxies(settings.trustedProxies);
  const canonicalHost = createCanonicalHost(settings.domainUrl);
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
      hostOf: (request) => canonicalHost(proxies.hostOf(request)),
      onConnection: (connection) => unjoined.add(connection),
      onClose: (connection) => {
        unjoined.remove(connection);
        limit.forget(connection);
      },
      endSlow: (connection) => limit.enforce(connection),
      onExceeded: (connection) => {
        metrics.rateLimited.inc({ scope: "connection" });
        if (connection !== undefined) ends.note(connection, "rate_limited");
      },
    },
  );
  const staff = server.io.of("/staff") as unknown as StaffNamespace;
  const guest = server.io.of("/guest") as unknown as GuestNamespace;
  return { server, staff, guest, barrier, limit, unjoined, shares, ends };
}

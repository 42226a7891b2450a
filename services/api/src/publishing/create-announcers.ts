import { namespaces } from "@waiter/contracts";
import type { createPublishing } from "@waiter/events";
import { Revocations } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import type { RedisClient } from "@waiter/redis";
import { createForgetTenant } from "../tenants/forget-tenant.ts";
import { createAnnounceRevoked, createAnnounceTenant } from "./announce-revoked.ts";
import { createTellGuests } from "./tell-guests.ts";

export interface AnnouncersDeps {
  readonly client: RedisClient;
  readonly emitter: ReturnType<typeof createPublishing>["emitter"];
  /** Drops what every api process cached of a tenant. */
  readonly forget: (tenantId: string) => void;
  readonly logger: Logger;
}

/** What the api tells gateways and the other apis beside events. */
export function createAnnouncers({ client, emitter, forget, logger }: AnnouncersDeps) {
  const announcing: Parameters<typeof createAnnounceTenant>[0] = {
    emit: (event, message) => emitter.of(namespaces.staff).serverSideEmit(event, message),
    forget,
    logger,
  };
  return {
    announceRevoked: createAnnounceRevoked({
      revocations: new Revocations(client),
      publish: (channel, message) => client.spublish(channel, message),
      ...announcing,
    }),
    announceTenant: createAnnounceTenant(announcing),
    tellGuests: createTellGuests({
      emit: (room, message) => emitter.of(namespaces.guest).to(room).emit("request", message),
      logger,
    }),
    forgetTenant: createForgetTenant({
      redis: client,
      disconnect: (namespace, rooms) =>
        emitter
          .of(namespace)
          .in([...rooms])
          .disconnectSockets(true),
      logger,
    }),
  };
}
export type Announcers = ReturnType<typeof createAnnouncers>;

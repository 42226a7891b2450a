import { randomUUID } from "node:crypto";
import { generateKeys, loadKeys, signGuest, signStaff, type KeyRing } from "@waiter/auth";
import { rooms, type Head, type StatusMessage } from "@waiter/contracts";
import { createBridgedEmitter, type BridgedEmitter } from "@waiter/emitter-bridge";
import { Lifecycle } from "@waiter/lifecycle";
import { silentLogger } from "@waiter/logger";
import { connectRedis, type RedisConnection } from "@waiter/redis";
import { RedisReplayLog } from "@waiter/replay-log";
import { io, type Socket } from "socket.io-client";
import { loadGatewayConfig } from "../config.ts";
import { startGateway, type GatewayService } from "../service.ts";
import type { GatewaySettings } from "../settings.ts";
import { FakeApi, type FakeTenant } from "./fake-api.ts";

const { privatePem, publicPem } = generateKeys();
export const keys: KeyRing = loadKeys(privatePem, publicPem);
export const domainUrl = "http://waiter.test";
const issuer = domainUrl;

export interface TestGateway extends GatewayService {
  readonly lifecycle: Lifecycle;
}
/** Short intervals, so that awaited events arrive soon. */
const quick: Partial<GatewaySettings> = {
  headQuietMs: 100,
  headSilenceMs: 2_000,
  subscriptionWaitMs: 5_000,
  sweepIntervalMs: 100,
  resyncWithinMs: 100,
  presenceLeaveMs: 100,
  drainWindowMs: 500,
  selfTestIntervalMs: 60_000,
};

/** Real gateways in this process on a real Redis, a fake api, real clients. */
export class Harness implements AsyncDisposable {
  readonly api: FakeApi;
  readonly redis: RedisConnection;
  readonly emitter: BridgedEmitter;
  readonly log: RedisReplayLog;
  readonly #redisUrl: string;
  readonly #lifecycles: Lifecycle[] = [];
  readonly #clients: Socket[] = [];

  constructor(redisUrl: string, api: FakeApi) {
    this.#redisUrl = redisUrl;
    this.api = api;
    this.redis = connectRedis({
      url: redisUrl,
      name: "test",
      role: "command",
      logger: silentLogger,
      delayMs: () => 100,
    });
    this.emitter = createBridgedEmitter(this.redis.client);
    this.log = new RedisReplayLog(this.redis.client);
  }

  static async start(redisUrl: string): Promise<Harness> {
    const harness = new Harness(redisUrl, await FakeApi.start());
    await harness.redis.ready();
    return harness;
  }

  /** The environment of a gateway at this harness's api. */
  environment(redisUrl: string): Record<string, string> {
    return {
      NODE_ENV: "test",
      REDIS_URL: redisUrl,
      API_URL: this.api.origin,
      DOMAIN_URL: domainUrl,
      INTERNAL_TOKEN: "a-secret-of-tests-only",
      JWT_PUBLIC_KEYS: publicPem,
    };
  }

  async gateway(
    settings: Partial<GatewaySettings> = {},
    redisUrl = this.#redisUrl,
  ): Promise<TestGateway> {
    const config = loadGatewayConfig({
      ...this.environment(redisUrl),
      PORT: "0",
      HOST: "127.0.0.1",
    });
    const lifecycle = new Lifecycle();
    this.#lifecycles.push(lifecycle);
    const service = await startGateway(config, lifecycle, silentLogger, {
      settings: { ...quick, ...settings },
      redis: { delayMs: () => 100 },
    });
    return { ...service, lifecycle };
  }

  staffToken(
    tenant: FakeTenant,
    {
      sub = randomUUID(),
      sid = randomUUID(),
      lifetimeS = 900,
      rid,
    }: { sub?: string; sid?: string; lifetimeS?: number; rid?: string } = {},
  ): string {
    return signStaff(
      { tid: tenant.id, slug: tenant.slug, sid, sub, name: "Ada", role: "waiter", rid },
      keys,
      { issuer, lifetimeS },
    ).token;
  }

  guestToken(
    tenant: FakeTenant,
    {
      table = randomUUID(),
      sid = randomUUID(),
      lifetimeS = 900,
      code,
    }: { table?: string; sid?: string; lifetimeS?: number; code?: string } = {},
  ): string {
    return signGuest({ tid: tenant.id, slug: tenant.slug, sid, sub: sid, table, code }, keys, {
      issuer,
      lifetimeS,
    }).token;
  }

  /** Starts a client without waiting for its connection. */
  dial(
    gateway: Pick<TestGateway, "port">,
    namespace: "/staff" | "/guest",
    token: string | undefined,
    options: {
      host?: string;
      compress?: boolean;
      transport?: "websocket" | "polling";
      /** What a guest knows. */
      position?: Head;
      /** Further fields of `auth`. */
      auth?: object;
    } = {},
  ): Socket {
    const client = io(`http://127.0.0.1:${gateway.port}${namespace}`, {
      transports: [options.transport ?? "websocket"],
      forceNew: true,
      reconnection: false,
      auth: token === undefined ? {} : { token, ...options.position, ...options.auth },
      // In Node a polling client cannot set Host, so it uses the proxy's header.
      extraHeaders: {
        [options.transport === "polling" ? "x-forwarded-host" : "host"]:
          options.host ?? "pizza.waiter.test",
      },
      ...(options.compress === true && { perMessageDeflate: { threshold: 0 } }),
    });
    this.#clients.push(client);
    return client;
  }

  async connect(...args: Parameters<Harness["dial"]>): Promise<Socket> {
    const client = this.dial(...args);
    await new Promise<void>((resolve, reject) => {
      client.once("connect", resolve);
      client.once("connect_error", reject);
    });
    return client;
  }

  /** The data of a refused handshake. */
  async refused(
    ...args: Parameters<Harness["dial"]>
  ): Promise<{ code?: string; retryAfterMs?: number }> {
    const client = this.dial(...args);
    return await new Promise((resolve, reject) => {
      client.once("connect", () => reject(new Error("the gateway accepted the handshake")));
      client.once("connect_error", (error) => resolve((error as { data?: object }).data ?? {}));
    });
  }

  /** A change of a table's request, as an event's `data`. */
  changeOf = (table: string): object => ({ request: { id: randomUUID(), table: { id: table } } });

  /** Stores an event and publishes it: log first, then the room. */
  async publish(tenant: FakeTenant, data: object = {}): Promise<number> {
    const event = this.api.commit(tenant, data);
    await this.log.append({
      tenantId: tenant.id,
      epoch: event.epoch,
      seq: event.seq,
      envelope: JSON.stringify(event),
    });
    await this.emitter.of("/staff").to(rooms.staff(tenant.id)).emit("event", event);
    return event.seq;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await Promise.all(this.#lifecycles.map((lifecycle) => lifecycle.stop("end of test")));
    await this.redis.close();
    await this.api[Symbol.asyncDispose]();
  }
}

/** The next message of this name. */
export const next = <T>(client: Socket, event: string): Promise<T> =>
  new Promise((resolve) => client.once(event, resolve));

/** The next `status` with these fields. */
export const nextStatus = (
  client: Socket,
  fields: Partial<StatusMessage>,
): Promise<StatusMessage> =>
  new Promise((resolve) => {
    const look = (message: StatusMessage): void => {
      const entries = Object.entries(fields) as [keyof StatusMessage, unknown][];
      if (!entries.every(([name, value]) => message[name] === value)) return;
      client.off("status", look);
      resolve(message);
    };
    client.on("status", look);
  });

/** Collects messages in order of arrival. */
export function collect<T>(client: Socket, event: string): T[] {
  const messages: T[] = [];
  client.on(event, (message: T) => messages.push(message));
  return messages;
}

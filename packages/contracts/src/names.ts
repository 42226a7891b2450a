/**
 * Every name that two processes must agree on: Redis keys, Socket.IO rooms, channels and queues.
 *
 * All are prefixed `waiter:`. A tenant's keys, channels and rooms carry its id as hash tag, and a
 * queue's keys the queue's name, so that they share one slot of a Redis Cluster. Names are made of
 * UUIDs, never of slugs: the sharded adapter would take a Socket.IO room of exactly 20 characters
 * for a socket id, and no room can be 20 characters long (property test in `names.test.ts`).
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type RedisKey = Branded<"RedisKey">;
export type Room = Branded<"Room">;
export type Channel = Branded<"Channel">;

const key = (text: string): RedisKey => text as RedisKey;
const room = (text: string): Room => text as Room;
const channel = (text: string): Channel => text as Channel;

/** Namespaces of the gateway. */
export const namespaces = { staff: "/staff", guest: "/guest" } as const;

export const rooms = {
  /** Every staff socket of a tenant. */
  staff: (tenantId: string): Room => room(`waiter:{${tenantId}}:staff`),
  /** Every guest socket of one table. */
  table: (tenantId: string, tableId: string): Room => room(`waiter:{${tenantId}}:table:${tableId}`),
};

/** The tenant of a room's name; undefined for a name that is no room of a tenant. */
export const tenantOfRoom = (name: string): string | undefined =>
  /^waiter:\{([^}]+)\}:/.exec(name)?.[1];

export const keys = {
  /** Sorted set: the replay log of one epoch, score = seq, member = envelope bytes. */
  log: (tenantId: string, epoch: string): RedisKey => key(`waiter:{${tenantId}}:log:${epoch}`),
  /** Hash `{epoch, seq, bytes}`: the newest event published, and the size of its epoch's log. */
  head: (tenantId: string): RedisKey => key(`waiter:{${tenantId}}:head`),
  /** Sorted set: staff presence, member = `staffId:socketId`, score = expiry in Redis time (ms). */
  presence: (tenantId: string): RedisKey => key(`waiter:{${tenantId}}:presence`),
  /** Sorted set: revoked session ids, score = expiry in seconds since the epoch. */
  revoked: (tenantId: string): RedisKey => key(`waiter:{${tenantId}}:revoked`),
  /**
   * Hash: gateway id -> its socket counts as JSON; fields older than 45 s are ignored and removed.
   */
  gateways: (): RedisKey => key("waiter:{gateways}:counts"),
  /** String: the last self-test of a gateway on one shard; `tag` hashes to that shard. */
  selfTest: (tag: string, gatewayId: string): RedisKey =>
    key(`waiter:{${tag}}:self-test:${gatewayId}`),
  /** Hash: encoding -> content of a hashed asset of the pages, of all builds that run. */
  asset: (name: string): RedisKey => key(`waiter:asset:${name}`),
  /** Prefix of the rate limiter's counters, `scope` being one of ours, never input. */
  rateLimit: (scope: string): RedisKey => key(`waiter:rate:${scope}:`),
  /** String: a counter of one of a tenant's limits; all of a request's are read by one script. */
  tenantLimit: (tenantId: string, scope: string, hash: string): RedisKey =>
    key(`waiter:{${tenantId}}:rate:${scope}:${hash}`),
};

export const channels = {
  /** Plain pub/sub: `{tenantId, scope}`; each api drops what it cached of that tenant. */
  invalidate: (): Channel => channel("waiter:invalidate"),
  /** Plain pub/sub: a deadline was written that is due soon; each worker looks for it. */
  deadlines: (): Channel => channel("waiter:deadlines"),
  /** Sharded pub/sub: messages (`tenant-messages.ts`) to the gateways with sockets of the tenant. */
  tenant: (tenantId: string): Channel => channel(`waiter:{${tenantId}}:gateways`),
  /** Sharded pub/sub: a gateway's messages to itself through one shard. */
  selfTest: (tag: string, gatewayId: string): Channel =>
    channel(`waiter:{${tag}}:self-test:${gatewayId}`),
};

/** serverSideEmit events, heard by every gateway. */
export const serverSideEvents = { sessionRevoked: "waiter:session-revoked" } as const;

/** BullMQ queues. The prefix carries the hash tag, so that all keys of one queue share a slot. */
export const queueNames = {
  escalation: "escalation",
  deliveries: "deliveries",
  /** Tests of a channel, apart from `deliveries`: a person waits for the answer. */
  deliveryTests: "delivery-tests",
} as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];
export const queuePrefix = (queue: QueueName): string => `waiter:{${queue}}`;

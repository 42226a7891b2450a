import type { GuestServerEvents, StaffServerEvents } from "@waiter/contracts";
import {
  createBridgedEmitter,
  type BridgedEmitter,
  type BridgeOptions,
} from "@waiter/emitter-bridge";
import type { Cluster, Redis } from "ioredis";

/** Every event that a gateway sends to staff and to guests. */
export type WaiterEvents = StaffServerEvents & GuestServerEvents;
export type WaiterEmitter = BridgedEmitter<WaiterEvents & { [event: string]: unknown }>;

/** The official Socket.IO emitter, bridged to the gateways' sharded adapters. */
export const createEmitter = (client: Redis | Cluster, options?: BridgeOptions): WaiterEmitter =>
  createBridgedEmitter(client, options);

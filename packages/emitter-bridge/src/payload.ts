/**
 * Events of a namespace itself (socket.io's own list): a server-side emit of one would run its
 * handlers.
 */
const reservedServerEvents = new Set(["connect", "connection", "new_namespace"]);

/**
 * Refuses what cannot travel, as the official emitter and server do, so that a mistake fails where
 * it is made.
 * @throws Error
 */
export function assertEncodable(args: readonly unknown[]): void {
  for (const arg of args) {
    if (typeof arg === "function") throw new Error("Acknowledgements are not supported");
    if (typeof arg === "symbol" || typeof arg === "bigint")
      throw new Error(`Could not encode a ${typeof arg}`);
  }
}

/** @throws Error */
export function assertServerEvent(event: string): void {
  if (reservedServerEvents.has(event)) throw new Error(`"${event}" is a reserved event name`);
}

/**
 * Whether a payload contains bytes: the adapter sends such messages as MessagePack, others as JSON.
 */
export function hasBinary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.some(hasBinary);
  if ("toJSON" in value && typeof value.toJSON === "function")
    return hasBinary((value.toJSON as () => unknown)());
  return Object.values(value).some(hasBinary);
}

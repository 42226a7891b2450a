const delaysS = [1, 2, 4, 8, 16] as const;

/**
 * Pause before reconnection attempt `attempt` (1 is the first): 1, 2, 4, 8, 16, then 30 s, in ms.
 */
export const reconnectDelayMs = (attempt: number): number => (delaysS[attempt - 1] ?? 30) * 1_000;

/** Pause between probes of a connection that has failed, ms. */
export const probeIntervalMs = 30_000;

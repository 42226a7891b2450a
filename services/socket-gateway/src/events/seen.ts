import { seenMessage, type Head, type seenBody } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import type { StaffEvent } from "./socket-event.ts";

/** Attempts per position while the api does not answer; with growing pauses about 30 s. */
const attempts = 8;

interface TenantSeen {
  /** Highest position that the api confirmed, and the highest that a screen reported. */
  reported: number;
  wanted: number;
  sending: boolean;
}
export interface SeenOptions {
  /** At most one call per tenant in this time, ms. */
  readonly intervalMs?: number;
  /** The tenant's newest event that this gateway knows. */
  readonly headOf: (tenantId: string) => Head | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * `seen` {seq}: a staff screen shows everything up to `seq`. The gateway reports the highest
 * position of each tenant to the api, at most once per second. A failed report is retried a few
 * times with growing pauses; the next position repairs it later, so there is no acknowledgement.
 */
export function seen(
  api: ApiClient,
  { intervalMs = 1_000, headOf, onError }: SeenOptions,
): StaffEvent {
  const tenants = new LRUCache<string, TenantSeen>({ max: 20_000 });
  return {
    name: "seen",
    handle: (session, payload) => {
      const { seq } = validate(seenMessage, payload);
      const head = headOf(session.tenantId);
      // Sequence numbers restart in a new epoch.
      const key = `${session.tenantId} ${head?.epoch}`;
      const state = tenants.get(key) ?? { reported: 0, wanted: 0, sending: false };
      tenants.set(key, state);
      state.wanted = Math.max(state.wanted, head === undefined ? seq : Math.min(seq, head.seq));
      if (!state.sending) void report(session.tenantId, state);
      return undefined;
    },
  };

  async function report(tenantId: string, state: TenantSeen): Promise<void> {
    state.sending = true;
    for (let attempt = 1; state.wanted > state.reported;) {
      const seq = state.wanted;
      const body: z.infer<typeof seenBody> = { tenant: tenantId, seq };
      try {
        await api.call({ method: "POST", path: "/internal/seen", body, answer: z.unknown() });
        state.reported = seq;
        attempt = 1;
      } catch (error) {
        onError(error);
        attempt += 1;
        if (attempt > attempts) state.wanted = state.reported;
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs * attempt).unref());
    }
    state.sending = false;
  }
}

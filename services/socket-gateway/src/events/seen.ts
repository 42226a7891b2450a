import { seenMessage, type Head, type seenBody } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import type { StaffEvent } from "./socket-event.ts";

/** How often one position is told while the api does not answer: with growing pauses, about half a minute of outage. */
const attempts = 8;

interface TenantSeen {
  /** Highest position told to the api, and the highest a screen has named since. */
  told: number;
  wanted: number;
  sending: boolean;
}
export interface SeenOptions {
  /** At most one call per tenant in this time, ms. */
  readonly intervalMs?: number;
  /** The tenant's newest event, as far as it is known here. */
  readonly headOf: (tenantId: string) => Head | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * `seen` {seq}: a staff screen shows everything up to `seq`. Told to the api once per tenant, only when higher than what
 * was told before, and at most once a second; the highest of what came in between follows. One that fails is told again, a
 * few times and more slowly; after that the next one repairs it, so there is no acknowledgement.
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
      // Numbers begin again in a new epoch.
      const key = `${session.tenantId} ${head?.epoch}`;
      const state = tenants.get(key) ?? { told: 0, wanted: 0, sending: false };
      tenants.set(key, state);
      state.wanted = Math.max(state.wanted, head === undefined ? seq : Math.min(seq, head.seq));
      if (!state.sending) void tell(session.tenantId, state);
      return undefined;
    },
  };

  async function tell(tenantId: string, state: TenantSeen): Promise<void> {
    state.sending = true;
    for (let attempt = 1; state.wanted > state.told;) {
      const seq = state.wanted;
      const body: z.infer<typeof seenBody> = { tenant: tenantId, seq };
      try {
        await api.call({ method: "POST", path: "/internal/seen", body, answer: z.unknown() });
        state.told = seq;
        attempt = 1;
      } catch (error) {
        onError(error);
        attempt += 1;
        if (attempt > attempts) state.wanted = state.told;
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs * attempt).unref());
    }
    state.sending = false;
  }
}

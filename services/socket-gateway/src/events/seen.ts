import { limits, seenMessage, type Head, type seenBody } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import type { StaffEvent } from "./socket-event.ts";

/** Attempts per position while the api does not answer; with growing pauses about 30 s. */
const attempts = 8;

/** The api withholds a push only from a person whose screen was touched within this time, seconds. */
const touchedWithinS = 120;

interface TenantSeen {
  /** Highest position that the api confirmed, and the highest that a screen reported. */
  reported: number;
  wanted: number;
  sending: boolean;
  /** What each session's screen said last and the api does not know yet. */
  readonly screens: Map<string, SeenScreen>;
}
type SeenScreen = NonNullable<z.infer<typeof seenBody>["screens"]>[number];
const newState = (): TenantSeen => ({
  reported: 0,
  wanted: 0,
  sending: false,
  screens: new Map(),
});

/** What decides: a screen that says the same again is not reported again. */
const gist = ({ seq, visible, audible, idleS = Infinity }: SeenScreen): string =>
  [seq, visible, audible, idleS <= touchedWithinS].join(" ");

export interface SeenOptions {
  /** At most one call per tenant in this time, ms. */
  readonly intervalMs?: number;
  /** The tenant's newest event that this gateway knows. */
  readonly headOf: (tenantId: string) => Head | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * `seen` {seq, visible, audible, idleS}: a staff screen shows everything up to `seq`. The gateway
 * reports the highest position of each tenant and the newest of each screen to the api, at most
 * once per second. A failed report is retried a few times with growing pauses; the next position
 * repairs it later, so there is no acknowledgement.
 */
export function seen(
  api: ApiClient,
  { intervalMs = 1_000, headOf, onError }: SeenOptions,
): StaffEvent {
  const tenants = new LRUCache<string, TenantSeen>({ max: 20_000 });
  /** What the api knows of each session. */
  const known = new LRUCache<string, string>({ max: 100_000 });
  return {
    name: "seen",
    handle: (session, payload) => {
      const { seq, visible, audible, idleS } = validate(seenMessage, payload);
      const head = headOf(session.tenantId);
      // Sequence numbers restart in a new epoch.
      const key = `${session.tenantId} ${head?.epoch}`;
      const state = tenants.get(key) ?? newState();
      tenants.set(key, state);
      const shown = head === undefined ? seq : Math.min(seq, head.seq);
      state.wanted = Math.max(state.wanted, shown);
      const { staffId: staff, sid } = session;
      const screen = { staff, session: sid, seq: shown, visible, audible, idleS };
      if (known.get(sid) !== gist(screen)) state.screens.set(sid, screen);
      if (!state.sending) void report(session.tenantId, state);
      return undefined;
    },
  };

  async function report(tenantId: string, state: TenantSeen): Promise<void> {
    state.sending = true;
    for (let attempt = 1; state.wanted > state.reported || state.screens.size > 0;) {
      const seq = state.wanted;
      const screens = new Map([...state.screens].slice(0, limits.seenScreens));
      const body: z.infer<typeof seenBody> = {
        tenant: tenantId,
        seq,
        screens: [...screens.values()],
      };
      try {
        await api.call({ method: "POST", path: "/internal/seen", body, answer: z.unknown() });
        state.reported = seq;
        for (const [sid, screen] of screens) {
          known.set(sid, gist(screen));
          if (state.screens.get(sid) === screen) state.screens.delete(sid);
        }
        attempt = 1;
      } catch (error) {
        onError(error);
        attempt += 1;
        if (attempt > attempts) {
          state.wanted = state.reported;
          state.screens.clear();
        }
      }
      await new Promise((resolve) => setTimeout(resolve, intervalMs * attempt).unref());
    }
    state.sending = false;
  }
}

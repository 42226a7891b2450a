import type { DeliveryChannel, DeliveryState } from "@waiter/contracts";
import type { ColumnType, Generated } from "kysely";

type WithDefault<T> = ColumnType<T, T | undefined, T>;
/** Set by the database or the insert, never updated. */
type Fixed<T> = ColumnType<T, T | undefined, never>;

export interface PushSubscriptionTable {
  tenant_id: string;
  id: Generated<string>;
  staff_id: string;
  session_id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  created_at: Fixed<Date>;
  last_test_shown_at: Date | null;
}

/** The ledger: one row per request, round, step, person and channel. */
export interface DeliveryTable {
  tenant_id: string;
  id: Generated<string>;
  request_id: string;
  round: number;
  step: number;
  staff_id: string | null;
  channel: DeliveryChannel;
  state: WithDefault<DeliveryState>;
  reason: string | null;
  created_at: Fixed<Date>;
  due_at: WithDefault<Date>;
  expires_at: Date;
  sent_at: Date | null;
  shown_at: Date | null;
  opened_at: Date | null;
  ended_at: Date | null;
  session_id: string | null;
  claimed_until: Date | null;
  /** Takes by workers of release 0.2; since then the tries that were ever begun. */
  attempts: WithDefault<number>;
  tries: WithDefault<number>;
  tried_at: Date | null;
  replayed_at: Date | null;
}

/** What a staff screen acknowledged last with `seen`; one row per session. */
export interface ScreenTable {
  tenant_id: string;
  session_id: string;
  staff_id: string;
  seq: number;
  visible: boolean;
  audible: boolean;
  touched_at: Date | null;
  seen_at: WithDefault<Date>;
}

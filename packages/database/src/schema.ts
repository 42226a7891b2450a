import type { RequestState, Role } from "@waiter/contracts";
import type { ColumnType, Generated } from "kysely";

type WithDefault<T> = ColumnType<T, T | undefined, T>;
/** Set by the database or the insert, never updated. */
type Fixed<T> = ColumnType<T, T | undefined, never>;

export interface TenantTable {
  id: string;
  slug: string;
  name: string;
  escalation_steps: WithDefault<number[]>;
  request_ttl_s: WithDefault<number>;
  created_at: Fixed<Date>;
}

export interface TenantCounterTable {
  tenant_id: string;
  epoch: WithDefault<string>;
  seq: WithDefault<number>;
}

export interface StaffTable {
  tenant_id: string;
  id: Generated<string>;
  email: string;
  name: string;
  role: Role;
  password_hash: string;
  active: WithDefault<boolean>;
  created_at: Fixed<Date>;
}

export interface StaffSessionTable {
  tenant_id: string;
  id: string;
  staff_id: string;
  token_hash: string;
  previous_hash: string | null;
  created_at: Fixed<Date>;
  rotated_at: WithDefault<Date>;
  expires_at: Date;
  revoked_at: Date | null;
}

export interface ZoneTable {
  tenant_id: string;
  id: Generated<string>;
  name: string;
  position: WithDefault<number>;
}

export interface DiningTableTable {
  tenant_id: string;
  id: Generated<string>;
  label: string;
  zone_id: string | null;
  token: string;
  /** The generation of `token`; the database gives a new token a new one. */
  code_id: Generated<string>;
  position: WithDefault<number>;
  created_at: Fixed<Date>;
}

export interface RequestTypeTable {
  tenant_id: string;
  key: string;
  label: string;
  icon: string;
  asks_payment: WithDefault<boolean>;
  position: WithDefault<number>;
}

export interface RequestTable {
  tenant_id: string;
  id: Generated<string>;
  table_id: string;
  type: string;
  state: WithDefault<RequestState>;
  level: WithDefault<number>;
  version: WithDefault<number>;
  note: string | null;
  payment: "cash" | "card" | null;
  guest_session: string | null;
  created_by: string | null;
  created_at: WithDefault<Date>;
  updated_at: WithDefault<Date>;
  escalates_from: WithDefault<Date>;
  seen_at: Date | null;
  claimed_by: string | null;
  claimed_at: Date | null;
  closed_at: Date | null;
  reason: string | null;
}

export interface DeadlineTable {
  tenant_id: string;
  request_id: string;
  kind: "escalation" | "expiry";
  level: number;
  due_at: Date;
}

export interface EventTable {
  tenant_id: string;
  seq: number;
  epoch: string;
  id: string;
  type: string;
  request_id: string | null;
  at: Date;
  envelope: string;
}

export interface OutboxTable {
  tenant_id: string;
  seq: number;
  epoch: string;
  envelope: string;
  table_id: string | null;
  guest_payload: string | null;
  created_at: Fixed<Date>;
  leased_until: Date | null;
  /** Failed publications. */
  attempts: WithDefault<number>;
  event_id: string | null;
}

export interface AnswerTable {
  tenant_id: string;
  principal: string;
  key: string;
  request_hash: string;
  status: number;
  body: string;
  created_at: Fixed<Date>;
}

/** The only view across tenants. */
export interface TenantDirectoryView {
  id: string;
  slug: string;
  name: string;
  epoch: string;
  seq: number;
  revoked: string[];
}

/** Ids of sessions and table codes that ended in the last seconds, of all tenants. */
export interface RecentRevocationView {
  tenant_id: string;
  id: string;
  is_code: boolean;
}

/** The tables as queries see them; `migrations/` defines them. */
export interface Schema {
  tenant: TenantTable;
  tenant_counter: TenantCounterTable;
  staff: StaffTable;
  staff_session: StaffSessionTable;
  zone: ZoneTable;
  dining_table: DiningTableTable;
  request_type: RequestTypeTable;
  request: RequestTable;
  deadline: DeadlineTable;
  event: EventTable;
  outbox: OutboxTable;
  answer: AnswerTable;
  tenant_directory: TenantDirectoryView;
  recent_revocation: RecentRevocationView;
}

import type {
  EscalationPolicy,
  OpeningHours,
  RequestState,
  Role,
  SecondChannel,
  Wifi,
} from "@waiter/contracts";
import type { ColumnType, Generated } from "kysely";
import type { RecentRevocationView, TenantDirectoryView } from "./directory-views.ts";
import type { DeliveryTable, PushSubscriptionTable, ScreenTable } from "./delivery-tables.ts";
import type { PushReceiptTable } from "./push-tables.ts";

/** What the last change of a request replaced, and who made it, for 30 s of undo. */
export interface Undo {
  /** Guest session, or person. */
  readonly by: string;
  /** The device's session, for a person. */
  readonly sid?: string;
  /** ISO 8601, Postgres' clock. */
  readonly at: string;
  readonly state: RequestState;
  readonly level: number;
  readonly claimedBy: string | null;
  readonly claimedAt: string | null;
  readonly escalatesFrom: string;
  readonly deadlines: readonly { kind: DeadlineKind; level: number; dueAt: string }[];
}

export type DeadlineKind = "escalation" | "expiry" | "ring" | "not_done";

/** Read parsed, written as JSON text. */
type Json<T> = ColumnType<T, string | null | undefined, string | null>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;
/** Set by the database or the insert, never updated. */
type Fixed<T> = ColumnType<T, T | undefined, never>;

/** `secret` signs a webhook's calls. */
export type SecondChannelRow = SecondChannel & { readonly secret?: string };

export interface TenantTable {
  id: string;
  slug: string;
  name: string;
  escalation_steps: WithDefault<number[]>;
  request_ttl_s: WithDefault<number>;
  created_at: Fixed<Date>;
  settings_version: WithDefault<number>;
  time_zone: WithDefault<string>;
  languages: WithDefault<string[]>;
  hours: Json<OpeningHours | null>;
  escalation: Json<EscalationPolicy | null>;
  accent: string | null;
  wifi: Json<Wifi | null>;
  second_channel: Json<SecondChannelRow | null>;
  table_order: WithDefault<number>;
  zone_order: WithDefault<number>;
  type_order: WithDefault<number>;
  staff_search: WithDefault<boolean>;
  duty_used_at: Date | null;
  codes_printed: WithDefault<boolean>;
  deleted_at: WithDefault<Date | null>;
  suspended_at: WithDefault<Date | null>;
  epoch_changed_at: WithDefault<Date | null>;
  request_retention_days: WithDefault<number | null>;
}

export interface TenantLogoTable {
  tenant_id: string;
  hash: string;
  content: Buffer;
}

export interface TenantCounterTable {
  tenant_id: string;
  epoch: WithDefault<string>;
  seq: WithDefault<number>;
}

export interface StaffTable {
  tenant_id: string;
  id: Generated<string>;
  email: string | null;
  name: string;
  role: Role;
  password_hash: string | null;
  active: WithDefault<boolean>;
  created_at: Fixed<Date>;
  guest_name: string | null;
  version: WithDefault<number>;
  language: string | null;
  /** Generation of the role; a trigger gives a new one with a new role. */
  role_id: Fixed<string>;
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
  device_name: string | null;
  invitation_id: string | null;
}

export interface DutyTable {
  tenant_id: string;
  staff_id: string;
  since: Fixed<Date>;
  tables: WithDefault<string[] | null>;
  zones: WithDefault<string[]>;
  confirmed_at: WithDefault<Date>;
  device_ended_at: Date | null;
  /** Duty does not end before, unless the device is signed out. */
  look_again_at: WithDefault<Date>;
}

export interface InvitationTable {
  tenant_id: string;
  id: Generated<string>;
  staff_id: string;
  secret_hash: string;
  created_by: string | null;
  created_at: Fixed<Date>;
  expires_at: Date;
  replaced_at: Date | null;
  used_at: Date | null;
  device_key_hash: string | null;
  session_id: string | null;
}

export interface ZoneTable {
  tenant_id: string;
  id: Generated<string>;
  name: string;
  position: WithDefault<number>;
  version: WithDefault<number>;
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
  version: WithDefault<number>;
  muted_until: Date | null;
  retired_at: Date | null;
  checked_at: Date | null;
}

export interface RequestTypeTable {
  tenant_id: string;
  key: string;
  label: string;
  icon: string;
  asks_payment: WithDefault<boolean>;
  position: WithDefault<number>;
  version: WithDefault<number>;
  allows_note: WithDefault<boolean>;
  late_after_s: number | null;
  translations: Json<Record<string, string>>;
  retired_at: Date | null;
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
  undo: Json<Undo | null>;
  claimed_on: string | null;
  round: WithDefault<number>;
  policy: Json<EscalationPolicy | null>;
  late_at: Date | null;
  unreached_at: Date | null;
}

/** A closed request that was moved. */
export interface RequestHistoryTable extends Omit<RequestTable, "id" | "escalates_from" | "undo"> {
  id: string;
}

export interface DeadlineTable {
  tenant_id: string;
  request_id: string;
  kind: DeadlineKind;
  level: number;
  due_at: Date;
  claimed_until: WithDefault<Date | null>;
  traceparent: WithDefault<string | null>;
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
  request_history: RequestHistoryTable;
  deadline: DeadlineTable;
  event: EventTable;
  outbox: OutboxTable;
  answer: AnswerTable;
  tenant_directory: TenantDirectoryView;
  recent_revocation: RecentRevocationView;
  tenant_logo: TenantLogoTable;
  invitation: InvitationTable;
  duty: DutyTable;
  push_subscription: PushSubscriptionTable;
  delivery: DeliveryTable;
  screen: ScreenTable;
  push_receipt: PushReceiptTable;
}

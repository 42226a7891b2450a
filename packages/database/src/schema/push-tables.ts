import type { ColumnType } from "kysely";

/** A push that was sent to a device; `hash` is of the secret in its payload. */
export interface PushReceiptTable {
  tenant_id: string;
  hash: string;
  subscription_id: string;
  /** Null: a test. */
  delivery_id: string | null;
  created_at: ColumnType<Date, Date | undefined, never>;
  accepted_at: Date | null;
  shown_at: Date | null;
  opened_at: Date | null;
}

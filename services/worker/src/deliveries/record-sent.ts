import type { TenantTransaction } from "@waiter/database";
import { recordDeliveries, returnTries, type DeliveryOutcome } from "@waiter/ledger";
import { acceptReceipts, deleteDeadSubscription } from "@waiter/push";
import type { Message } from "./plan-messages.ts";
import type { SendResult } from "./send-result.ts";

/** A row whose calls were made. */
export interface SentRow {
  readonly id: string;
  readonly sent: readonly { readonly message: Message; readonly result: SendResult }[];
  /** Absent: the row stays due. */
  readonly outcome: DeliveryOutcome | undefined;
  /** Of a row that stays due: whether this try counts. */
  readonly counts: boolean;
}

/**
 * Records what became of rows of one tenant whose calls were made, and which devices are gone. Of a
 * row that stays due also which devices took its push: the next try leaves them out.
 */
export async function recordSent(tx: TenantTransaction, rows: readonly SentRow[]): Promise<void> {
  const due = rows.filter(({ outcome }) => outcome === undefined);
  const ended = Map.groupBy(
    rows.flatMap(({ id, outcome }) => (outcome === undefined ? [] : [{ id, outcome }])),
    ({ outcome: { state, reason } }) => `${state} ${reason ?? ""}`,
  );
  // Sent to Postgres together: a connection runs them in this order.
  await Promise.all([
    acceptReceipts(
      tx,
      devicesOf(due, "accepted").map(({ receipt }) => receipt),
    ),
    returnTries(
      tx,
      due.flatMap(({ id, counts }) => (counts ? [] : [id])),
    ),
    ...devicesOf(rows, "gone").map(({ subscription }) => deleteDeadSubscription(tx, subscription)),
    ...[...ended.values()].map((group) => {
      const ids = group.map(({ id }) => id);
      const [first] = group;
      return first && recordDeliveries(tx, ids, first.outcome);
    }),
  ]);
}

const devicesOf = (rows: readonly SentRow[], outcome: SendResult["outcome"]) =>
  rows.flatMap(({ sent }) =>
    sent.flatMap(({ message: { device }, result }) =>
      device !== undefined && result.outcome === outcome ? [device] : [],
    ),
  );

import type { TenantTransaction } from "@waiter/database";
import { recordDeliveries, type DeliveryOutcome } from "@waiter/ledger";
import { acceptReceipts, deleteDeadSubscription } from "@waiter/push";
import type { Message } from "./plan-messages.ts";
import type { SendResult } from "./send-result.ts";

/** A row whose calls were made. */
export interface SentRow {
  readonly id: string;
  readonly sent: readonly { readonly message: Message; readonly result: SendResult }[];
  /** Absent: the row stays due. */
  readonly outcome: DeliveryOutcome | undefined;
}

/** Records which devices took a push, which are gone, and what became of rows of one tenant. */
export async function recordSent(tx: TenantTransaction, rows: readonly SentRow[]): Promise<void> {
  const devices = (outcome: SendResult["outcome"]) =>
    rows.flatMap(({ sent }) =>
      sent.flatMap(({ message: { device }, result }) =>
        device !== undefined && result.outcome === outcome ? [device] : [],
      ),
    );
  const ended = Map.groupBy(
    rows.flatMap(({ id, outcome }) => (outcome === undefined ? [] : [{ id, outcome }])),
    ({ outcome: { state, reason } }) => `${state} ${reason ?? ""}`,
  );
  // Sent to Postgres together: a connection runs them in this order.
  await Promise.all([
    acceptReceipts(
      tx,
      devices("accepted").map(({ receipt }) => receipt),
    ),
    ...devices("gone").map(({ subscription }) => deleteDeadSubscription(tx, subscription)),
    ...[...ended.values()].map((group) => {
      const [first] = group;
      return (
        first &&
        recordDeliveries(
          tx,
          group.map(({ id }) => id),
          first.outcome,
        )
      );
    }),
  ]);
}

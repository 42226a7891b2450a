import { ClientError, type GuestClient } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";
import type { ShowToast } from "../components/use-toasts.ts";
import type { GuestMessages } from "../i18n/messages.ts";
import { noteUndoFailure } from "../shared/undo-support.ts";
import { isOpen } from "./request-status.ts";

const failureMs = 8_000;
const attempts = 3;

/**
 * Takes a cancellation back. Without an answer the table is read: the request may be open again.
 * Where it is not, the undo is sent again, and after 3 attempts it is the guest's to try.
 */
export async function undoCancellation(
  client: GuestClient,
  cancelled: GuestRequest,
  texts: GuestMessages,
  show: ShowToast,
): Promise<void> {
  const { guest, common } = texts;
  const { id, version } = cancelled;
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await client.undo(id, version));
    } catch (error) {
      noteUndoFailure(error);
      const isLost = error instanceof ClientError && error.retryable;
      // Where the answer alone was lost, or an undo came late, the table has the request again.
      const isRead = await isSynced(client);
      if (isRead && client.requests.some((one) => one.id === id && isOpen(one))) return;
      if (isRead && isLost && attempt < attempts) continue;
      const run = () => void undoCancellation(client, cancelled, texts, show);
      const actions = isLost ? [{ label: common.retry, run }] : [];
      const text = isLost ? guest.undoUnanswered : guest.undoFailed;
      return void show(text, { tone: "warn", ms: failureMs, actions });
    }
  }
}

const isSynced = (client: GuestClient): Promise<boolean> =>
  client.sync().then(
    () => true,
    () => false,
  );

import type { CommittedEvent } from "@waiter/contracts";
import type { DeadlineKind, TenantTransaction } from "@waiter/database";
import { appendEvent, appendWith, changeAndAppendWith, type NewEvent } from "@waiter/events";
import { closing, type CloseParams } from "./close-request.ts";
import { countFromEvent, type CountedParams } from "./count-deadlines.ts";

const appendCounted = appendWith<CountedParams>({ atEvent: countFromEvent });

/** Appends a request's event, from which the `counted` deadlines count. */
export const appendRequestEvent = (
  tx: TenantTransaction,
  event: NewEvent,
  counted: readonly DeadlineKind[],
): Promise<CommittedEvent> =>
  counted.length === 0 ? appendEvent(tx, event) : appendCounted(tx, event, { counted });

/** Closes a request and appends the event; undefined if a concurrent change came first. */
export const closeAndAppend = changeAndAppendWith<CloseParams>({ change: closing });

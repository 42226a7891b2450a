import * as contracts from "@waiter/contracts";
import { markSeen } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export type NoteSeenDeps = Pick<Context, "database" | "tellGuests">;

/** Staff screens of the tenant show all requests up to `seq`: stores it and tells the guests. */
export async function noteSeen(
  { database, tellGuests }: NoteSeenDeps,
  tenantId: string,
  seq: number,
  screens?: Parameters<typeof markSeen>[3],
): Promise<void> {
  const messages = await markSeen(database, tenantId, seq, screens);
  if (messages.length > 0) tellGuests(tenantId, messages);
}

export const markSeenRoute = (deps: NoteSeenDeps) =>
  defineRoute("POST /internal/seen", {
    tag: "Internal",
    summary: "Record that a staff screen shows all requests up to `seq`",
    body: contracts.seenBody,
    // 1,000 screens of at most 186 bytes.
    bodyBytes: 200_000,
    answers: { 204: { description: "Recorded; the guests of these tables are notified" } },
    handle: async ({ body: { tenant, seq, screens } }) => {
      await noteSeen(deps, tenant, seq, screens);
      return { status: 204 };
    },
  });

import { prepareStatement, type Database, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { GuestRequest } from "@waiter/contracts";
import type { GuestActor } from "../actor.ts";
import { applyCommand } from "./apply-command.ts";
import { appendRequestEvent } from "../state/append-request-event.ts";
import { lookUpKey } from "../idempotency/look-up-key.ts";
import { readableJson } from "../readable-json.ts";
import { requestEvent } from "../state/request-event.ts";
import { viewFor } from "../state/request-row.ts";
import { toResult, type CommandContext, type CommandResult } from "./run-command.ts";

interface KeyParams {
  readonly tenantId: string;
  readonly principal: string;
  readonly key: string;
}
/**
 * Takes the key with the hash of no command, so that a create that arrives later is refused. Waits
 * for a transaction that stores an answer to the same key, and returns no row after one.
 */
const takeKey = prepareStatement<KeyParams, unknown>(
  (p) => sql`
    insert into answer (tenant_id, principal, key, request_hash, status, body)
    values (${p("tenantId")}::uuid, ${p("principal")}::text, ${p("key")}::text, 'withdrawn', 410, '{}')
    on conflict do nothing returning true`,
);
/**
 * Refuses the key of an answered call from now on, and returns the request of its answer. The body
 * stays, so that a repeated withdrawal finds the request again.
 */
const endKey = prepareStatement<KeyParams, { readonly id: string | null }>(
  (p) => sql`
    update answer set request_hash = 'withdrawn', status = 410
    where tenant_id = ${p("tenantId")}::uuid and principal = ${p("principal")}::text
      and key = ${p("key")}::text and status in (200, 201, 410)
    returning ${readableJson("body")} #>> '{request,id}' as id`,
);
/** Locks an open request that this guest made: a create that finds it open waits. */
const lockOwn = prepareStatement<KeyParams & { readonly id: string }, unknown>(
  (p) => sql`
    select true from request where tenant_id = ${p("tenantId")}::uuid and id = ${p("id")}::uuid
      and guest_session = ${p("principal")}::uuid and state in ('new', 'claimed')
    for no key update`,
);
/** Longest time between a call and its withdrawal, with the clocks' difference. */
const callLives = sql.lit("65 minutes");
/**
 * Whether an answer to another key of the guest, which is not withdrawn, holds the request. The
 * body is parsed only where the id occurs in it.
 */
const findOther = prepareStatement<KeyParams & { readonly id: string }, unknown>(
  (p) => sql`
    select true from answer
    where tenant_id = ${p("tenantId")}::uuid and principal = ${p("principal")}::text
      and key <> ${p("key")}::text and status in (200, 201)
      and created_at > now() - ${callLives}::interval
      and case when strpos(body, ${p("id")}::text) > 0
        then ${readableJson("body")} #>> '{request,id}' = ${p("id")}::text end
    limit 1`,
);

/**
 * Takes back the call that a guest sent with `key`, whether or not it has arrived: the request of
 * its answer is cancelled if this guest made it, and a call that arrives later is refused. A
 * request that another call of the same guest was answered with, which is not withdrawn, is wanted
 * and stays. One transaction; a create that finds the request open waits for it. Repeatable.
 * @returns undefined where this cancels no request.
 */
export async function withdrawCall(
  database: Database,
  {
    key,
    tenantId,
    actor,
    guards,
    traceparent,
  }: Omit<CommandContext<GuestActor>, "idempotency"> & { readonly key: string },
): Promise<CommandResult<GuestRequest> | undefined> {
  return await database.inTenant(tenantId, async (tx) => {
    await (await lookUpKey(tx, undefined, guards)).admit();
    const id = await findUnwanted(tx, { tenantId, principal: actor.sessionId, key });
    if (id === undefined) return undefined;
    const command = { name: "cancel" } as const;
    const { row, change, counted } = await applyCommand(tx, id, { command, actor });
    if (typeof change === "string") return undefined;
    const event = requestEvent({ tenantId, actor, traceparent }, change.event, row);
    const appended = await tx.commitWith(() => appendRequestEvent(tx, event, counted));
    const request = viewFor(actor, row);
    return toResult({ answer: { status: 200, body: { request } }, event: appended });
  });
}

/** Ends the key; the open request that only it holds, locked. */
async function findUnwanted(tx: TenantTransaction, params: KeyParams): Promise<string | undefined> {
  if ((await takeKey.run(tx, params)).length > 0) return undefined;
  const id = (await endKey.run(tx, params))[0]?.id ?? undefined;
  if (id === undefined || (await lockOwn.run(tx, { ...params, id })).length === 0) return undefined;
  return (await findOther.run(tx, { ...params, id })).length > 0 ? undefined : id;
}

import { prepareStatement, type Database } from "@waiter/database";
import { sql } from "kysely";
import type { GuestRequest } from "@waiter/contracts";
import type { GuestActor } from "./actor.ts";
import { lookUpKey } from "./look-up-key.ts";
import type { CommandContext, CommandResult } from "./run-command.ts";
import { sendCommand } from "./send-command.ts";

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
/** The request that the key created, unless an answer to another key of the guest holds it too. */
const findCreated = prepareStatement<KeyParams, { readonly id: string }>(
  (p) => sql`
    with made as (
      select (body::json #>> '{request,id}') as id from answer
      where tenant_id = ${p("tenantId")}::uuid and principal = ${p("principal")}::text
        and key = ${p("key")}::text and status = 201)
    select made.id from made where not exists (
      select from answer a
      where a.tenant_id = ${p("tenantId")}::uuid and a.principal = ${p("principal")}::text
        and a.key <> ${p("key")}::text and a.status in (200, 201)
        and a.body::json #>> '{request,id}' = made.id)`,
);

/**
 * Takes back the call that a guest sent with `key`, whether or not it has arrived: a request that
 * it created is cancelled, and a call that arrives later is refused. A request that another call or
 * command of the same guest was answered with is wanted and stays. Repeatable.
 * @returns undefined where no request is cancelled. The result is a 409 where it is over already.
 */
export async function withdrawCall(
  database: Database,
  { key, ...context }: Omit<CommandContext<GuestActor>, "idempotency"> & { readonly key: string },
): Promise<CommandResult<GuestRequest> | undefined> {
  const { tenantId, actor, guards } = context;
  const requestId = await database.inTenant(tenantId, async (tx) => {
    await (await lookUpKey(tx, undefined, guards)).admit();
    const params = { tenantId, principal: actor.sessionId, key };
    const taken = await takeKey.run(tx, params);
    return taken.length > 0 ? undefined : (await findCreated.run(tx, params))[0]?.id;
  });
  return requestId === undefined
    ? undefined
    : await sendCommand(database, "cancel", { ...context, requestId });
}

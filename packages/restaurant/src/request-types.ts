import { restaurantLimits } from "@waiter/contracts";
import {
  constraintOf,
  requestTypeColumns,
  toRequestType,
  type Database,
  type ListedRequestType,
  type TenantTransaction,
} from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed } from "./change.ts";
import { moveOrder } from "./orders.ts";
import { refuse, refuseStale } from "./refuse.ts";

export interface RequestTypeFields {
  readonly label?: string | undefined;
  readonly icon?: string | undefined;
  readonly asksPayment?: boolean | undefined;
  readonly allowsNote?: boolean | undefined;
  readonly lateAfterS?: number | null | undefined;
  readonly translations?: Readonly<Record<string, string>> | undefined;
}
type TypeAnswer = Promise<Changed<{ requestType: ListedRequestType }>>;

/**
 * Without a key one is made of the label. Throws `validation_failed` where the key is another
 * type's.
 */
export async function createRequestType(
  database: Database,
  context: ChangeContext,
  input: RequestTypeFields & { readonly key?: string | undefined; label: string; icon: string },
  atMost: number = restaurantLimits.requestTypes,
): TypeAnswer {
  try {
    return await change(database, context, "request_type.create", input, async (tx, log) => {
      await moveOrder(tx, "requestTypes");
      const key = input.key ?? (await freeKey(tx, input.label));
      const { count } = await tx
        .selectFrom("request_type")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("tenant_id", "=", tx.tenantId)
        .where("retired_at", "is", null)
        .executeTakeFirstOrThrow();
      if (Number(count) >= atMost) refuse("label", `at most ${atMost} kinds of request`);
      const row = await tx
        .insertInto("request_type")
        .values({
          tenant_id: tx.tenantId,
          key,
          label: input.label,
          icon: input.icon,
          ...columns(input),
          position: sql<number>`(
            select coalesce(max(position), -1) + 1
            from request_type where tenant_id = ${tx.tenantId})`,
        })
        .returning(requestTypeColumns)
        .executeTakeFirstOrThrow();
      const requestType = toRequestType(row);
      return {
        status: 201,
        body: { requestType },
        events: [log("request_type.created", { requestType })],
      };
    });
  } catch (error) {
    if (constraintOf(error) === "request_type_pkey") refuse("key", "is another type's key");
    throw error;
  }
}

/** Throws `not_found`, and `conflict` with the type as it is for a stale version. */
export const updateRequestType = (
  database: Database,
  context: ChangeContext,
  key: string,
  input: RequestTypeFields & { readonly version: number },
): TypeAnswer =>
  change(database, context, "request_type.update", { key, ...input }, async (tx, log) => {
    const before = await lockType(tx, key);
    if (before.version !== input.version) refuseStale({ requestType: before });
    const requestType = await save(tx, key, columns(input));
    return {
      status: 200,
      body: { requestType },
      events: [log("request_type.updated", { requestType })],
    };
  });

/** Guests are no longer offered the type; its open requests go on. */
export const retireRequestType = (
  database: Database,
  context: ChangeContext,
  key: string,
): Promise<Changed<null>> =>
  change(database, context, "request_type.retire", { key }, async (tx, log) => {
    await moveOrder(tx, "requestTypes");
    await lockType(tx, key);
    const { retiredAt: _, ...requestType } = await save(tx, key, { retired_at: sql<Date>`now()` });
    return {
      status: 204,
      body: null,
      events: [log("request_type.retired", { requestType })],
    };
  });

async function lockType(tx: TenantTransaction, key: string): Promise<ListedRequestType> {
  const row = await tx
    .selectFrom("request_type")
    .select(requestTypeColumns)
    .where("tenant_id", "=", tx.tenantId)
    .where("key", "=", key)
    .where("retired_at", "is", null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return toRequestType(row);
}

const save = async (tx: TenantTransaction, key: string, set: object): Promise<ListedRequestType> =>
  toRequestType(
    await tx
      .updateTable("request_type")
      .set({ ...set, version: sql<number>`version + 1` })
      .where("tenant_id", "=", tx.tenantId)
      .where("key", "=", key)
      .returning(requestTypeColumns)
      .executeTakeFirstOrThrow(),
  );

/** Only the fields that were given. */
const columns = (input: RequestTypeFields) => ({
  ...(input.label !== undefined && { label: input.label }),
  ...(input.icon !== undefined && { icon: input.icon }),
  ...(input.asksPayment !== undefined && { asks_payment: input.asksPayment }),
  ...(input.allowsNote !== undefined && { allows_note: input.allowsNote }),
  ...(input.lateAfterS !== undefined && { late_after_s: input.lateAfterS }),
  ...(input.translations !== undefined && { translations: JSON.stringify(input.translations) }),
});

/**
 * A key made of the label's Latin letters, with a number where it is taken (also by a retired
 * type).
 */
async function freeKey(tx: TenantTransaction, label: string): Promise<string> {
  const letters = label
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 40);
  const base = letters === "" ? "type" : letters;
  const rows = await tx
    .selectFrom("request_type")
    .select("key")
    .where("tenant_id", "=", tx.tenantId)
    .execute();
  const taken = new Set(rows.map((row) => row.key));
  for (let number = 1; ; number++) {
    const key = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(key)) return key;
  }
}

import { deadLetter, type DeadLetter } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { listDeadLetters, replayDeadLetter } from "@waiter/ledger";
import { answerOnce, hashCommand } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor, pageOf, pageQuery, requireCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";

/** What a replay decided, before its job is added. */
interface Fresh {
  readonly answer: { readonly status: number; readonly body: { readonly deadLetter: DeadLetter } };
  readonly job: Parameters<Context["deliveries"]["add"]>[0][number];
}

const shared = { tag: "Deliveries", limits: ["staff"] } as const;

export const listDeadLettersRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/dead-letters", {
    ...shared,
    summary: "List deliveries whose sending failed for good",
    description: "Kept as long as the ledger's rows.",
    query: pageQuery,
    errors: ["not_found"],
    answers: {
      200: {
        description: "A page, the newest first",
        schema: z.object({ deadLetters: z.array(deadLetter), nextCursor }),
      },
    },
    handle: async ({ tenant, query: { cursor, limit } }) => {
      const found = await database.inTenant(
        tenant.id,
        async (tx) => {
          const rows = await listDeadLetters(tx, { after: cursor, limit: limit + 1 });
          await requireCursor(tx, ["delivery"], { cursor, found: rows });
          return rows;
        },
        { readOnly: true },
      );
      const { page, ...next } = pageOf(found, limit);
      return { status: 200, body: { deadLetters: page, ...next } };
    },
  });

export const replayDeadLetterRoute = ({
  database,
  deliveries,
}: Pick<Context, "database" | "deliveries">) =>
  defineRoute("POST /api/dead-letters/:id/replay", {
    ...shared,
    summary: "Send a failed delivery again",
    description:
      "While its request waits, whatever its step; 409 with `deadLetter` when the request no longer waits or the delivery has not failed.",
    ids: ["id"],
    idempotencyKey: "optional",
    errors: ["not_found", "conflict"],
    answers: {
      202: { description: "Due again", schema: z.object({ deadLetter }) },
    },
    handle: async ({ tenant, principal, idempotencyKey: key, param }) => {
      const id = param("id");
      const idempotency = key !== undefined && { principal: principal.sub, key };
      const once = idempotency
        ? { idempotency, hash: hashCommand(idempotency, ["dead_letter.replay", id]) }
        : undefined;
      const outcome = await answerOnce<{ deadLetter: DeadLetter }, never, Fresh>(
        database,
        tenant.id,
        once,
        {
          finish: async (tx, _found, store) => {
            const result = await replayDeadLetter(tx, id);
            if (result === undefined) throw new AppError("not_found");
            const { status, deadLetter: letter } = result;
            if (status === "over")
              throw new AppError("conflict", { extra: { members: { deadLetter: letter } } });
            const answer = { status: 202, body: { deadLetter: letter } };
            await store.save(answer);
            return { answer, job: { tenantId: tenant.id, deliveryId: id, delayMs: 0 } };
          },
        },
      );
      const { answer } = outcome;
      if (!("job" in outcome)) return { ...answer, headers: { "Idempotent-Replayed": "true" } };
      const traceparent = currentTraceparent();
      await deliveries.add([{ ...outcome.job, ...(traceparent !== undefined && { traceparent }) }]);
      return answer;
    },
  });

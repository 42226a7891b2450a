import * as contracts from "@waiter/contracts";
import { withdrawCall } from "@waiter/requests";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { commandContext, guestActor } from "../requests/actors.ts";

export const withdrawGuestCall = ({
  database,
  afterCommit,
}: Pick<Context, "database" | "afterCommit">) =>
  defineRoute("POST /api/guest/requests/withdraw", {
    tag: "Guest",
    summary: "Withdraw a call whose answer was lost",
    description:
      "`key` is the Idempotency-Key that the call was sent with. The open request that it was answered with is cancelled if this guest made it; if the call arrives later or again, it is refused with `idempotency_key_reused`. A request that this guest was also answered with for another key stays, until that key is withdrawn too.",
    body: contracts.withdrawCallBody,
    limits: ["guest_write"],
    answers: {
      200: {
        description: "The request that this cancelled, if any",
        schema: contracts.withdrawCallAnswer,
      },
    },
    refusesEnded: true,
    handle: async (call) => {
      const result = await withdrawCall(database, {
        ...commandContext(call),
        actor: guestActor(call.principal),
        key: call.body.key,
      });
      if (result !== undefined) afterCommit(result);
      return { status: 200, body: result === undefined ? {} : { request: result.request } };
    },
  });

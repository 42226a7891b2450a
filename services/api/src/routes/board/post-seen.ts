import * as contracts from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { noteSeen, type NoteSeenDeps } from "../internal/mark-seen.ts";

export const postSeen = (deps: NoteSeenDeps & Pick<Context, "presence" | "logger">) =>
  defineRoute("POST /api/seen", {
    tag: "Board",
    summary: "Report that this screen shows all requests up to `seq`",
    description:
      "For a screen that reaches no gateway and polls: for 45 s after each report it counts as a connected screen.",
    body: contracts.seenReport,
    limits: ["staff"],
    answers: { 204: { description: "Recorded; the guests of these tables are notified" } },
    handle: async ({ tenant, principal: { sub, sid }, body }) => {
      await Promise.all([
        deps.presence.refresh(tenant.id, [`${sub}:poll-${sid}`]).catch((error: unknown) => {
          deps.logger.debug("a polling screen could not be stored as present", { err: error });
        }),
        noteSeen(deps, tenant.id, body.seq, [{ staff: sub, session: sid, ...body }]),
      ]);
      return { status: 204 };
    },
  });

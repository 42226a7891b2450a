import {
  guestRequestAnswer,
  requestAnswer,
  type GuestRequest,
  type Request,
} from "@waiter/contracts";
import type { Database } from "@waiter/database";
import type { CommandResult, GuestActor, RequestCommandInput, StaffActor } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import type { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute, type Route } from "../../http/route.ts";
import { guestActor, idempotencyOf, staffActor } from "./actors.ts";
import { commandAnswer } from "./command-answer.ts";

/** A command on one request: how it is called and documented, and what carries it out. */
interface RequestCommand<Actor extends GuestActor | StaffActor, View, Body extends object> {
  /** Last part of the path: `claim`. */
  readonly verb: string;
  readonly summary: string;
  readonly description: string;
  readonly body: z.ZodType<Body>;
  readonly run: (
    database: Database,
    input: RequestCommandInput<Actor> & Body,
  ) => Promise<CommandResult<View>>;
}
type Deps = Pick<Context, "database" | "afterCommit">;

/** `POST /api/requests/:id/<verb>`, for staff. */
export const staffCommandRoute =
  <Body extends object>({ verb, run, ...documented }: RequestCommand<StaffActor, Request, Body>) =>
  ({ database, afterCommit }: Deps): Route =>
    defineRoute({
      ...shared,
      ...documented,
      path: `/api/requests/:id/${verb}`,
      access: "staff",
      tag: "Requests",
      limits: ["staff"],
      answers: { 200: { description: "The request as it is now", schema: requestAnswer } },
      handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
        const context = {
          tenantId: tenant.id,
          requestId: param("id"),
          actor: staffActor(principal),
          traceparent: currentTraceparent(),
        };
        const result = await run(database, {
          ...context,
          ...body,
          idempotency: idempotencyOf(principal, idempotencyKey),
        });
        return commandAnswer(afterCommit, tenant.id, result);
      },
    });

/** `POST /api/guest/requests/:id/<verb>`, for guests of the request's table. */
export const guestCommandRoute =
  <Body extends object>({
    verb,
    run,
    ...documented
  }: RequestCommand<GuestActor, GuestRequest, Body>) =>
  ({ database, afterCommit }: Deps): Route =>
    defineRoute({
      ...shared,
      ...documented,
      path: `/api/guest/requests/:id/${verb}`,
      access: "guest",
      tag: "Guest",
      limits: ["guest_write", "table_write"],
      answers: { 200: { description: "The request as it is now", schema: guestRequestAnswer } },
      handle: async ({ tenant, principal, param, body, idempotencyKey }) => {
        const context = {
          tenantId: tenant.id,
          requestId: param("id"),
          actor: guestActor(principal),
          traceparent: currentTraceparent(),
        };
        const result = await run(database, {
          ...context,
          ...body,
          idempotency: idempotencyOf(principal, idempotencyKey),
        });
        return commandAnswer(afterCommit, tenant.id, result);
      },
    });

const shared = {
  method: "post",
  ids: ["id"],
  idempotencyKey: "optional",
  errors: ["not_found", "conflict"],
} as const;

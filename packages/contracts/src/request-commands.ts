import { z } from "zod";
import type { PersonAccess } from "./access.ts";
import type { RequestEventType } from "./events.ts";
import { commandBody, dismissBody, guestCommandBody, idempotencyKey } from "./http.ts";
import { uuid } from "./shapes.ts";

interface CommandRow {
  /** Who may send it. */
  readonly access: PersonAccess;
  /**
   * Body of the HTTP route; the socket event carries the same fields beside `id` and `commandId`.
   */
  readonly body: z.ZodObject;
  /** The event that a successful command appends. */
  readonly event: RequestEventType;
}

/**
 * One row per command on a request. The api's routes, the gateway's socket events and the state
 * machine read it: a verb without a row cannot be sent.
 */
export const requestCommands = {
  claim: { access: "staff", body: commandBody, event: "request.claimed" },
  release: { access: "staff", body: commandBody, event: "request.released" },
  complete: { access: "staff", body: commandBody, event: "request.completed" },
  dismiss: { access: "staff", body: dismissBody, event: "request.dismissed" },
  undo: { access: "staff", body: commandBody, event: "request.reopened" },
  cancel: { access: "guest", body: guestCommandBody, event: "request.cancelled" },
  reopen: { access: "guest", body: guestCommandBody, event: "request.reopened" },
} as const satisfies Record<string, CommandRow>;

type Rows = typeof requestCommands;
export type Verb = keyof Rows;
/** The verbs that callers of this access may send. */
export type VerbOf<A extends PersonAccess> = {
  [V in Verb]: Rows[V]["access"] extends A ? V : never;
}[Verb];
export type CommandBody<V extends Verb> = z.output<Rows[V]["body"]>;

export const verbs = Object.keys(requestCommands) as Verb[];
export const verbsOf = <A extends PersonAccess>(access: A): VerbOf<A>[] =>
  verbs.filter((verb): verb is VerbOf<A> => requestCommands[verb].access === access);

/** The route of a command, as a key of the permission table. */
export type CommandRoute<V extends Verb = Verb> = {
  [One in V]: Rows[One]["access"] extends "guest"
    ? `POST /api/guest/requests/:id/${One}`
    : `POST /api/requests/:id/${One}`;
}[V];
export const commandRoute = <V extends Verb>(verb: V): CommandRoute<V> =>
  (requestCommands[verb].access === "guest"
    ? `POST /api/guest/requests/:id/${verb}`
    : `POST /api/requests/:id/${verb}`) as CommandRoute<V>;
/** The path of a command on one request. */
export const commandPath = (verb: Verb, id: string): string =>
  commandRoute(verb).slice("POST ".length).replace(":id", id);

/**
 * The Idempotency-Key of a command over a socket: the gateway sends it to the api as that header.
 */
export const commandId = idempotencyKey.optional();
const message = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject({ id: uuid, commandId, ...shape });

/**
 * What the socket event `request:<verb>` carries: the id, an optional `commandId`, and the fields
 * of the HTTP body.
 */
export const commandMessages = Object.fromEntries(
  verbs.map((verb) => [verb, message(requestCommands[verb].body.shape)]),
) as { readonly [V in Verb]: ReturnType<typeof message<Rows[V]["body"]["shape"]>> };

import type { z } from "zod";
import { envelope } from "./events.ts";
import { commandMessages, verbsOf, type Verb } from "./request-commands.ts";
import {
  commandAnswer,
  guestCommandAnswer,
  guestSyncAnswer,
  refreshAnswer,
} from "./socket-answers.ts";
import {
  createCommand,
  drainingMessage,
  guestSyncBody,
  headMessage,
  presenceMessage,
  refreshMessage,
  requestMessage,
  resyncMessage,
  seenMessage,
  statusMessage,
  syncAnswer,
  syncBody,
  ticketMessage,
} from "./sockets.ts";

/** One event of a namespace. */
export interface SocketMessage {
  readonly event: string;
  /** `gateway`: the gateway sends it; `client`: the client sends it. */
  readonly from: "gateway" | "client";
  readonly summary: string;
  readonly payload: z.ZodType;
  /** What the gateway acknowledges with; without it the event has no acknowledgement. */
  readonly answer?: z.ZodType;
}

const commands = (access: "staff" | "guest", answer: z.ZodType): SocketMessage[] =>
  verbsOf(access).map((verb: Verb) => ({
    event: `request:${verb}`,
    from: "client",
    summary: `The command \`${verb}\`; the same as its HTTP route, with \`commandId\` as its Idempotency-Key`,
    payload: commandMessages[verb],
    answer,
  }));

const shared: readonly SocketMessage[] = [
  {
    event: "status",
    from: "gateway",
    summary: "The state of the path between guests and screens; a missing field means no news",
    payload: statusMessage,
  },
  {
    event: "draining",
    from: "gateway",
    summary: "The gateway ends soon: connect again after `reconnectInMs`",
    payload: drainingMessage,
  },
  {
    event: "ticket",
    from: "gateway",
    summary: "For `auth.ticket` beside the same token: spares the next handshake a signature check",
    payload: ticketMessage,
  },
  {
    event: "auth:refresh",
    from: "client",
    summary:
      "Replaces the token: without it the gateway closes the connection when the token expires",
    payload: refreshMessage,
    answer: refreshAnswer,
  },
];

/** Every event of both namespaces. The AsyncAPI document is made of it. */
export const socketMessages: Readonly<Record<"staff" | "guest", readonly SocketMessage[]>> = {
  staff: [
    {
      event: "event",
      from: "gateway",
      summary: "One event of the tenant; delivered at least once, applied in order of `seq`",
      payload: envelope,
    },
    {
      event: "head",
      from: "gateway",
      summary: "The newest event's number, a second after it and at least every 25 s",
      payload: headMessage,
    },
    {
      event: "presence",
      from: "gateway",
      summary: "The staff members with an open screen, complete",
      payload: presenceMessage,
    },
    {
      event: "sync",
      from: "client",
      summary: "Asks for the events after `since`",
      payload: syncBody,
      answer: syncAnswer,
    },
    {
      event: "seen",
      from: "client",
      summary: "The screen shows everything up to `seq`; at most once per second",
      payload: seenMessage,
    },
    ...commands("staff", commandAnswer),
    ...shared,
  ],
  guest: [
    {
      event: "request",
      from: "gateway",
      summary: "A request of the guest's table changed; take it if its `version` is not older",
      payload: requestMessage,
    },
    {
      event: "resync",
      from: "gateway",
      summary: "Ask `sync` at a random moment within `withinMs`",
      payload: resyncMessage,
    },
    {
      event: "sync",
      from: "client",
      summary:
        "Asks for all requests of the table; with `check`: only whether it changed since `epoch`, `seq`",
      payload: guestSyncBody,
      answer: guestSyncAnswer,
    },
    {
      event: "request:create",
      from: "client",
      summary: "Creates a request, or answers the open one of that table and type",
      payload: createCommand,
      answer: guestCommandAnswer,
    },
    ...commands("guest", guestCommandAnswer),
    {
      event: "request:undo",
      from: "client",
      summary: "Takes back the guest's own last change within 30 s",
      payload: commandMessages.cancel,
      answer: guestCommandAnswer,
    },
    ...shared,
  ],
};

import {
  commandMessages,
  commandPath,
  guestRequestAnswer,
  requestAnswer,
  verbsOf,
  type VerbOf,
} from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendCommand } from "./send-command.ts";
import type { GuestEvent, StaffEvent } from "./socket-event.ts";

/**
 * `request:<verb>` {id, commandId?, ...body} -> {ok, request}, one event per verb that staff may
 * send.
 */
export const staffCommandEvents = (api: ApiClient): StaffEvent[] =>
  verbsOf("staff").map((verb) => ({
    name: `request:${verb}`,
    handle: (session, payload) => {
      const { id, commandId, ...body } = validate(commandMessages[verb], payload);
      const command = { path: commandPath(verb, id), body, commandId };
      return sendCommand(api, session, command, requestAnswer);
    },
  }));

/**
 * `request:<verb>` {id, commandId?, ...body} -> {ok, request}, one event per verb that guests may
 * send, and `undo`, whose row is the staff's.
 */
export const guestCommandEvents = (api: ApiClient): GuestEvent[] => [
  ...verbsOf("guest").map((verb) => guestEvent(api, verb, (id) => commandPath(verb, id))),
  guestEvent(api, "undo", (id) => `/api/guest/requests/${id}/undo`),
];

const guestEvent = (
  api: ApiClient,
  verb: VerbOf<"guest"> | "undo",
  pathOf: (id: string) => string,
): GuestEvent => ({
  name: `request:${verb}`,
  handle: (session, payload) => {
    const { id, commandId, ...body } = validate(guestMessageOf(verb), payload);
    return sendCommand(api, session, { path: pathOf(id), body, commandId }, guestRequestAnswer);
  },
});

const guestMessageOf = (verb: VerbOf<"guest"> | "undo") =>
  commandMessages[verb === "undo" ? "cancel" : verb];

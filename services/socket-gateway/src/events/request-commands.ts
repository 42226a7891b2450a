import {
  commandMessages,
  commandPath,
  guestRequestAnswer,
  requestAnswer,
  verbsOf,
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
 * send.
 */
export const guestCommandEvents = (api: ApiClient): GuestEvent[] =>
  verbsOf("guest").map((verb) => ({
    name: `request:${verb}`,
    handle: (session, payload) => {
      const { id, commandId, ...body } = validate(commandMessages[verb], payload);
      const command = { path: commandPath(verb, id), body, commandId };
      return sendCommand(api, session, command, guestRequestAnswer);
    },
  }));

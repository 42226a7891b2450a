import { randomUUID } from "node:crypto";
import { createCommand, guestRequestAnswer } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendCommand } from "./send-command.ts";
import type { GuestEvent } from "./socket-event.ts";

/**
 * `request:create` {type, note?, payment?, commandId?} -> {ok, request}. Without a commandId a
 * retry is a new command.
 */
export const createRequest = (api: ApiClient): GuestEvent => ({
  name: "request:create",
  handle: (session, payload) => {
    const { commandId, ...body } = validate(createCommand, payload);
    return sendCommand(
      api,
      session,
      { path: "/api/guest/requests", body, commandId: commandId ?? randomUUID() },
      guestRequestAnswer,
    );
  },
});

import { dismissCommand } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendStaffCommand } from "./send-command.ts";
import type { StaffEvent } from "./socket-event.ts";

/** `request:dismiss` {id, commandId?, version?, reason} -> {ok, request}. */
export const dismissRequest = (api: ApiClient): StaffEvent => ({
  name: "request:dismiss",
  handle: (session, payload) => {
    const { id, commandId, version, reason } = validate(dismissCommand, payload);
    return sendStaffCommand(api, session, {
      path: `/api/requests/${id}/dismiss`,
      body: { version, reason },
      commandId,
    });
  },
});

import { requestCommand } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendStaffCommand } from "./send-command.ts";
import type { StaffEvent } from "./socket-event.ts";

/** `request:complete` {id, commandId?, version?} -> {ok, request}. */
export const completeRequest = (api: ApiClient): StaffEvent => ({
  name: "request:complete",
  handle: (session, payload) => {
    const { id, commandId, version } = validate(requestCommand, payload);
    return sendStaffCommand(api, session, {
      path: `/api/requests/${id}/complete`,
      body: { version },
      commandId,
    });
  },
});

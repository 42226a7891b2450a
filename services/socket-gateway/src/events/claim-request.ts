import { requestCommand } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendStaffCommand } from "./send-command.ts";
import type { StaffEvent } from "./socket-event.ts";

/** `request:claim` {id, commandId?, version?} -> {ok, request}. */
export const claimRequest = (api: ApiClient): StaffEvent => ({
  name: "request:claim",
  handle: (session, payload) => {
    const { id, commandId, version } = validate(requestCommand, payload);
    return sendStaffCommand(api, session, {
      path: `/api/requests/${id}/claim`,
      body: { version },
      commandId,
    });
  },
});

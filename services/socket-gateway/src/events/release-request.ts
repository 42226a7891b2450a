import { requestCommand } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendStaffCommand } from "./send-command.ts";
import type { StaffEvent } from "./socket-event.ts";

/** `request:release` {id, commandId?, version?} -> {ok, request}. */
export const releaseRequest = (api: ApiClient): StaffEvent => ({
  name: "request:release",
  handle: (session, payload) => {
    const { id, commandId, version } = validate(requestCommand, payload);
    return sendStaffCommand(api, session, {
      path: `/api/requests/${id}/release`,
      body: { version },
      commandId,
    });
  },
});

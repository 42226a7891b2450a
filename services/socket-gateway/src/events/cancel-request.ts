import { requestCommand } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import type { ApiClient } from "../api/api-client.ts";
import { sendGuestCommand } from "./send-command.ts";
import type { GuestEvent } from "./socket-event.ts";

/** `request:cancel` {id, commandId?, version?} -> {ok, request}. */
export const cancelRequest = (api: ApiClient): GuestEvent => ({
  name: "request:cancel",
  handle: (session, payload) => {
    const { id, commandId, version } = validate(requestCommand, payload);
    return sendGuestCommand(api, session, {
      path: `/api/guest/requests/${id}/cancel`,
      body: { version },
      commandId,
    });
  },
});

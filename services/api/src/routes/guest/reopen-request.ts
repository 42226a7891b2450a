import { commandBody } from "@waiter/contracts";
import { reopenRequest } from "@waiter/requests";
import { guestCommandRoute } from "../requests/command-routes.ts";

export const reopenRequestRoute = guestCommandRoute({
  verb: "reopen",
  summary: "Say that it was not done after all",
  description:
    "A completed request is new again; a 409 with the open one when the table has called again since.",
  body: commandBody,
  run: reopenRequest,
});

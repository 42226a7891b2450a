import { commandBody } from "@waiter/contracts";
import { cancelRequest } from "@waiter/requests";
import { guestCommandRoute } from "../requests/command-routes.ts";

export const cancelRequestRoute = guestCommandRoute({
  verb: "cancel",
  summary: "Take a call back",
  description: "What is cancelled already is a 200.",
  body: commandBody,
  run: cancelRequest,
});

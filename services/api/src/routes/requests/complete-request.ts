import { commandBody } from "@waiter/contracts";
import { completeRequest } from "@waiter/requests";
import { staffCommandRoute } from "./command-routes.ts";

export const completeRequestRoute = staffCommandRoute({
  verb: "complete",
  summary: "Mark a request as done",
  description: "Whoever completes what nobody claimed counts as its claimer.",
  body: commandBody,
  run: completeRequest,
});

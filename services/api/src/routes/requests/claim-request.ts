import { commandBody } from "@waiter/contracts";
import { claimRequest } from "@waiter/requests";
import { staffCommandRoute } from "./command-routes.ts";

export const claimRequestRoute = staffCommandRoute({
  verb: "claim",
  summary: "Take a request",
  description:
    "What is already mine is a 200; what another holds is a 409 with the request as it is.",
  body: commandBody,
  run: claimRequest,
});

import { commandBody } from "@waiter/contracts";
import { releaseRequest } from "@waiter/requests";
import { staffCommandRoute } from "./command-routes.ts";

export const releaseRequestRoute = staffCommandRoute({
  verb: "release",
  summary: "Give a request back",
  description: "It is new again, as old as it was.",
  body: commandBody,
  run: releaseRequest,
});

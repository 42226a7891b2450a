import { dismissBody } from "@waiter/contracts";
import { dismissRequest } from "@waiter/requests";
import { staffCommandRoute } from "./command-routes.ts";

export const dismissRequestRoute = staffCommandRoute({
  verb: "dismiss",
  summary: "Close a request without service",
  description: "Staff read the reason, guests do not.",
  body: dismissBody,
  run: dismissRequest,
});

import { oldestClient } from "@waiter/contracts";
import type { RequestHandler } from "express";

/** Names the oldest release whose pages this api works with, in every answer of the interface. */
export const tellOldestClient: RequestHandler = (request, response, next) => {
  if (request.path.startsWith("/api/")) response.set("Waiter-Oldest-Client", oldestClient);
  next();
};

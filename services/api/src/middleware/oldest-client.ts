import { oldestClient } from "@waiter/contracts";
import type { RequestHandler } from "express";

/** Names the oldest release whose pages this api works with, in every answer of the interface. */
export const tellOldestClient: RequestHandler = (_request, response, next) => {
  response.setHeader("Waiter-Oldest-Client", oldestClient);
  next();
};

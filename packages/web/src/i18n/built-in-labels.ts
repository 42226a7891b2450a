import type { GuestMessages } from "./messages.ts";

/** The labels that the request types of every new restaurant have: those of English. */
export const builtInLabels: GuestMessages["guest"]["types"] = {
  waiter: "Call waiter",
  bill: "Bill, please",
  order: "Ready to order",
  water: "Water",
  other: "Something else",
};

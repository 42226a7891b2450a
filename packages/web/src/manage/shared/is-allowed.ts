import type { Role } from "@waiter/client";

/** Whether a role manages the restaurant. The api decides; this shows or hides. */
export const isAllowed = (role: Role): boolean => role === "owner" || role === "manager";

/** Whether a person of role `own` may change one of role `other`, as the api's rule says. */
export const mayManage = (own: Role, other: Role): boolean =>
  own === "owner" || (own === "manager" && (other === "waiter" || other === "screen"));

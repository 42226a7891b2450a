import type { Role } from "@waiter/contracts";

/** What a role may do, beyond serving: each row names the roles allowed. */
export const permissions = {
  /** See the board, answer requests. */
  serve: ["owner", "manager", "waiter"],
  /** Tables, zones, request types, QR codes. */
  manage: ["owner", "manager"],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const may = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role);

import type { Role } from "@waiter/contracts";

/** Permissions and the roles that have them. */
export const permissions = {
  /** Read the board, answer requests. */
  serve: ["owner", "manager", "waiter"],
  /** Change tables, zones, request types, QR codes. */
  manage: ["owner", "manager"],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const may = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role);

import type { StatusMessage } from "@waiter/contracts";

export interface PathSources {
  readonly isDegraded: () => boolean;
  /** Undefined before the api's first answer. */
  readonly isApiReachable: () => boolean | undefined;
  /** Undefined before the first look at the tenant's screens. */
  readonly isStaffOnline: (tenantId: string) => boolean | undefined;
}

/** The state of the path between guests and screens; to guests of a tenant with its screens. */
export function pathStatus(sources: PathSources, tenantId?: string): StatusMessage {
  const api = sources.isApiReachable();
  const online = tenantId === undefined ? undefined : sources.isStaffOnline(tenantId);
  return {
    degraded: sources.isDegraded(),
    ...(api !== undefined && { api }),
    ...(online !== undefined && { staffOnline: online }),
    // Without a screen the api knows the way: see `StaffOnline`.
    ...(online === true && { reach: "screen" }),
  };
}

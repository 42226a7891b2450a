import type { Role } from "./shapes.ts";

/**
 * Who may send a request or a socket event:
 * - `anyone`: no credentials
 * - `guest`: the bearer of a guest session's token
 * - `waiter`, `manager`, `owner`, `screen`: the bearer of a staff token with that role
 * - `platform`: the bearer of PLATFORM_ADMIN_TOKEN
 * - `internal`: a gateway, by INTERNAL_TOKEN, never through a proxy
 */
export const callers = [
  "anyone",
  "guest",
  "waiter",
  "manager",
  "owner",
  "screen",
  "platform",
  "internal",
] as const;
export type Caller = (typeof callers)[number];

interface AccessGroup {
  /** `any` host of ours, the `tenant`'s own, the `apex`, or the address of the `pod` itself. */
  readonly host: "any" | "tenant" | "apex" | "pod";
  readonly callers: readonly Caller[];
}

/** The groups that the permission tables name. What is not listed is refused. */
export const accessGroups = {
  public: { host: "any", callers: ["anyone"] },
  tenant: { host: "tenant", callers: ["anyone"] },
  guest: { host: "tenant", callers: ["guest"] },
  staff: { host: "tenant", callers: ["waiter", "manager", "owner", "screen"] },
  manager: { host: "tenant", callers: ["manager", "owner"] },
  platform: { host: "apex", callers: ["platform"] },
  internal: { host: "pod", callers: ["internal"] },
} as const satisfies Record<string, AccessGroup>;
export type Access = keyof typeof accessGroups;
/** The groups whose callers hold an access token. */
export type PersonAccess = "guest" | "staff" | "manager";

/** Whether a caller of this kind belongs to the group. */
export const isAllowed = (access: Access, caller: Caller): boolean =>
  (accessGroups[access].callers as readonly Caller[]).includes(caller);

/** The kind of caller that a verified access token stands for. */
export const callerOf = (
  claims: { readonly aud: "guest" } | { readonly aud: "staff"; readonly role: Role },
): Caller => (claims.aud === "guest" ? "guest" : claims.role);

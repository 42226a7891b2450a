import type { Access, PersonAccess } from "./access.ts";
import {
  commandRoute,
  requestCommands,
  verbs,
  verbsOf,
  type CommandRoute,
  type Verb,
  type VerbOf,
} from "./request-commands.ts";

const commandRoutes = Object.fromEntries(
  verbs.map((verb) => [commandRoute(verb), requestCommands[verb].access]),
) as { readonly [V in Verb as CommandRoute<V>]: (typeof requestCommands)[V]["access"] };

/**
 * The permission table of HTTP: who may call which route. `defineRoute` takes a key of it, so that a route without a row
 * does not compile; a test compares it with the mounted routes, so that a row without a route fails.
 */
export const routeAccess = {
  "POST /api/guest/sessions": "tenant",
  "GET /api/guest/requests": "guest",
  "POST /api/guest/requests": "guest",
  "POST /api/auth/login": "tenant",
  "POST /api/auth/refresh": "tenant",
  "POST /api/auth/logout": "tenant",
  "GET /.well-known/jwks.json": "public",
  "GET /api/board": "staff",
  "GET /api/events": "staff",
  "POST /api/requests": "staff",
  "GET /api/tables": "staff",
  "GET /api/tables/:id/qr.svg": "manager",
  "POST /api/tables/:id/rotate-token": "manager",
  "POST /api/platform/tenants": "platform",
  "GET /api/platform/tenants": "platform",
  "DELETE /api/platform/tenants/:slug": "platform",
  "POST /internal/heads": "internal",
  "POST /internal/seen": "internal",
  "GET /internal/tenants/:slug": "internal",
  "GET /api/openapi.json": "public",
  "GET /api/docs": "public",
  ...commandRoutes,
} as const satisfies Record<string, Access>;
export type RouteKey = keyof typeof routeAccess;

const commandEvents = <A extends PersonAccess>(access: A) =>
  Object.fromEntries(verbsOf(access).map((verb) => [`request:${verb}`, access])) as {
    readonly [V in VerbOf<A> as `request:${V}`]: A;
  };

/** The permission table of sockets: who may send which event, by namespace. The gateway dispatches only what has a row. */
export const socketAccess = {
  staff: { sync: "staff", seen: "staff", "auth:refresh": "staff", ...commandEvents("staff") },
  guest: {
    sync: "guest",
    "auth:refresh": "guest",
    "request:create": "guest",
    ...commandEvents("guest"),
  },
} as const satisfies Record<"staff" | "guest", Record<string, Access>>;
export type StaffEventName = keyof (typeof socketAccess)["staff"];
export type GuestEventName = keyof (typeof socketAccess)["guest"];

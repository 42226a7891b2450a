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
 * The permission table of HTTP: who may call which route. `defineRoute` takes a key of it, so that
 * a route without a row does not compile; a test compares it with the mounted routes, so that a row
 * without a route fails.
 */
export const routeAccess = {
  "POST /api/guest/sessions": "tenant",
  "GET /api/guest/requests": "guest",
  "POST /api/guest/requests": "guest",
  "POST /api/guest/requests/withdraw": "guest",
  "POST /api/guest/requests/:id/undo": "guest",
  "POST /api/auth/login": "tenant",
  "POST /api/auth/refresh": "tenant",
  "POST /api/auth/logout": "tenant",
  "GET /.well-known/jwks.json": "public",
  "GET /api/board": "staff",
  "GET /api/events": "staff",
  "POST /api/seen": "staff",
  "POST /api/requests": "staff",
  "GET /api/requests": "manager",
  "GET /api/requests/:id/history": "staff",
  "GET /api/tables": "staff",
  "POST /api/tables": "manager",
  "PUT /api/tables/order": "manager",
  "PATCH /api/tables/:id": "manager",
  "DELETE /api/tables/:id": "manager",
  "POST /api/tables/:id/mute": "staff",
  "GET /api/tables/:id/qr.svg": "manager",
  "GET /api/tables/:id/qr.png": "manager",
  "POST /api/tables/:id/rotate-token": "manager",
  "POST /api/tables/check": "staff",
  "GET /api/zones": "staff",
  "POST /api/zones": "manager",
  "PUT /api/zones/order": "manager",
  "PATCH /api/zones/:id": "manager",
  "DELETE /api/zones/:id": "manager",
  "GET /api/request-types": "staff",
  "POST /api/request-types": "manager",
  "PUT /api/request-types/order": "manager",
  "PATCH /api/request-types/:key": "manager",
  "DELETE /api/request-types/:key": "manager",
  "GET /api/staff": "staff",
  "POST /api/staff": "manager",
  "PATCH /api/staff/:id": "manager",
  "POST /api/staff/:id/invitation": "manager",
  "GET /api/staff/:id/devices": "staff",
  "DELETE /api/staff/:id/devices": "staff",
  "DELETE /api/staff/:id/devices/:deviceId": "staff",
  "POST /api/auth/invitation": "tenant",
  "POST /api/auth/join": "tenant",
  "GET /api/me": "staff",
  "PATCH /api/me": "staff",
  "POST /api/me/password": "staff",
  "GET /api/settings": "staff",
  "PATCH /api/settings": "manager",
  "PUT /api/settings/logo": "manager",
  "DELETE /api/settings/logo": "manager",
  "GET /api/logo/:file": "tenant",
  "GET /api/restaurant": "tenant",
  "GET /api/duty": "staff",
  "PUT /api/duty": "staff",
  "DELETE /api/duty": "staff",
  "GET /api/push/key": "staff",
  "GET /api/push/subscription": "staff",
  "PUT /api/push/subscription": "staff",
  "DELETE /api/push/subscription": "staff",
  "POST /api/push/test": "staff",
  "POST /api/push/receipts": "tenant",
  "POST /api/push/claim": "tenant",
  "POST /api/second-channel/test": "manager",
  "GET /api/dead-letters": "manager",
  "POST /api/dead-letters/:id/replay": "manager",
  "POST /api/platform/tenants": "platform",
  "GET /api/platform/tenants": "platform",
  "PATCH /api/platform/tenants/:slug": "platform",
  "DELETE /api/platform/tenants/:slug": "platform",
  "POST /api/platform/tenants/:slug/invitation": "platform",
  "POST /internal/heads": "internal",
  "POST /internal/changes": "internal",
  "POST /internal/reach": "internal",
  "POST /internal/seen": "internal",
  "GET /internal/tenants/:slug": "internal",
  "GET /api/openapi.json": "public",
  "GET /api/docs": "public",
  "GET /api/asyncapi.json": "public",
  "GET /api/docs/sockets": "public",
  ...commandRoutes,
} as const satisfies Record<string, Access>;
export type RouteKey = keyof typeof routeAccess;

const commandEvents = <A extends PersonAccess>(access: A) =>
  Object.fromEntries(verbsOf(access).map((verb) => [`request:${verb}`, access])) as {
    readonly [V in VerbOf<A> as `request:${V}`]: A;
  };

/**
 * The permission table of sockets: who may send which event, by namespace. The gateway dispatches
 * only what has a row.
 */
export const socketAccess = {
  staff: { sync: "staff", seen: "staff", "auth:refresh": "staff", ...commandEvents("staff") },
  guest: {
    sync: "guest",
    "auth:refresh": "guest",
    "request:create": "guest",
    "request:undo": "guest",
    ...commandEvents("guest"),
  },
} as const satisfies Record<"staff" | "guest", Record<string, Access>>;
export type StaffEventName = keyof (typeof socketAccess)["staff"];
export type GuestEventName = keyof (typeof socketAccess)["guest"];

import type { Context } from "../context.ts";
import type { Route } from "../http/route.ts";
import { createGuestRequest } from "./guest/create-guest-request.ts";
import { createGuestSession } from "./guest/create-guest-session.ts";
import { createRequestRoute } from "./requests/create-request.ts";
import { createTenantRoute } from "./platform/create-tenant.ts";
import { deleteTenantRoute } from "./platform/delete-tenant.ts";
import { getBoard } from "./board/get-board.ts";
import { getDocs } from "./docs/get-docs.ts";
import { getEvents } from "./board/get-events.ts";
import { getJwks } from "./auth/get-jwks.ts";
import { getOpenapi } from "./docs/get-openapi.ts";
import { getTableQr } from "./tables/get-table-qr.ts";
import { getTenant } from "./internal/get-tenant.ts";
import { heads } from "./internal/heads.ts";
import { listGuestRequests } from "./guest/list-guest-requests.ts";
import { listTables } from "./tables/list-tables.ts";
import { listTenants } from "./platform/list-tenants.ts";
import { login } from "./auth/login.ts";
import { logout } from "./auth/logout.ts";
import { markSeenRoute } from "./internal/mark-seen.ts";
import { refreshSession } from "./auth/refresh-session.ts";
import { rotateTableToken } from "./tables/rotate-table-token.ts";

import { guestCommandRoutes, staffCommandRoutes } from "./requests/command-routes.ts";

type RouteOf = (context: Context) => Route;

/** In the order of the documentation. */
const all: readonly RouteOf[] = [
  createGuestSession,
  listGuestRequests,
  createGuestRequest,
  ...guestCommandRoutes,
  login,
  refreshSession,
  logout,
  getJwks,
  getBoard,
  getEvents,
  createRequestRoute,
  ...staffCommandRoutes,
  listTables,
  getTableQr,
  rotateTableToken,
  createTenantRoute,
  listTenants,
  deleteTenantRoute,
  heads,
  markSeenRoute,
  getTenant,
];

/** Every route of the api, its documentation included. What operators ask (health, probes, metrics) is @waiter/health's. */
export function createRoutes(context: Context, version: string): readonly Route[] {
  const info = { version, origin: context.config.DOMAIN_URL };
  const routes: Route[] = all.map((route) => route(context));
  routes.push(
    getOpenapi(() => routes, info),
    getDocs(() => routes, info),
  );
  return routes;
}

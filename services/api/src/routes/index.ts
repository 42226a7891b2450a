import type { Context } from "../context.ts";
import type { Route } from "../http/route.ts";
import { cancelRequestRoute } from "./cancel-request.ts";
import { claimRequestRoute } from "./claim-request.ts";
import { completeRequestRoute } from "./complete-request.ts";
import { createGuestRequest } from "./create-guest-request.ts";
import { createGuestSession } from "./create-guest-session.ts";
import { createRequestRoute } from "./create-request.ts";
import { createTenantRoute } from "./create-tenant.ts";
import { deleteTenantRoute } from "./delete-tenant.ts";
import { dismissRequestRoute } from "./dismiss-request.ts";
import { getBoard } from "./get-board.ts";
import { getDocs } from "./get-docs.ts";
import { getEvents } from "./get-events.ts";
import { getJwks } from "./get-jwks.ts";
import { getOpenapi } from "./get-openapi.ts";
import { getTableQr } from "./get-table-qr.ts";
import { getTenant } from "./get-tenant.ts";
import { heads } from "./heads.ts";
import { listGuestRequests } from "./list-guest-requests.ts";
import { listTables } from "./list-tables.ts";
import { listTenants } from "./list-tenants.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { markSeenRoute } from "./mark-seen.ts";
import { refreshSession } from "./refresh-session.ts";
import { releaseRequestRoute } from "./release-request.ts";
import { reopenRequestRoute } from "./reopen-request.ts";
import { rotateTableToken } from "./rotate-table-token.ts";

type RouteOf = (context: Context) => Route;

/** In the order of the documentation. */
const all: readonly RouteOf[] = [
  createGuestSession,
  listGuestRequests,
  createGuestRequest,
  cancelRequestRoute,
  reopenRequestRoute,
  login,
  refreshSession,
  logout,
  getJwks,
  getBoard,
  getEvents,
  createRequestRoute,
  claimRequestRoute,
  releaseRequestRoute,
  completeRequestRoute,
  dismissRequestRoute,
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

import type { Context } from "../context.ts";
import type { Route } from "../http/route.ts";
import { createGuestRequest } from "./guest/create-guest-request.ts";
import { withdrawGuestCall } from "./guest/withdraw-call.ts";
import { createGuestSession } from "./guest/create-guest-session.ts";
import { createRequestRoute } from "./requests/create-request.ts";
import { listDeadLettersRoute, replayDeadLetterRoute } from "./deliveries/dead-letters.ts";
import { testSecondChannel } from "./deliveries/test-second-channel.ts";
import { getPushKey } from "./push/push-key.ts";
import { claimByReceipt, reportPushReceipt } from "./push/receipts.ts";
import { deleteSubscription, getSubscription, putSubscription } from "./push/subscription.ts";
import { testPush } from "./push/test-push.ts";
import { createTenantRoute } from "./platform/create-tenant.ts";
import { deleteTenantRoute } from "./platform/delete-tenant.ts";
import { getAsyncapi, getSocketDocs } from "./docs/get-asyncapi.ts";
import { getBoard } from "./board/get-board.ts";
import { getDocs } from "./docs/get-docs.ts";
import { getEvents } from "./board/get-events.ts";
import { getJwks } from "./auth/get-jwks.ts";
import { getOpenapi } from "./docs/get-openapi.ts";
import { getTableQrPng, getTableQrSvg } from "./tables/get-table-qr.ts";
import { getRestaurant } from "./guest/get-restaurant.ts";
import { getTenant } from "./internal/get-tenant.ts";
import { changes } from "./internal/changes.ts";
import { reach } from "./internal/reach.ts";
import { postSeen } from "./board/post-seen.ts";
import { heads } from "./internal/heads.ts";
import { listGuestRequests } from "./guest/list-guest-requests.ts";
import { joinRoute } from "./auth/join.ts";
import { readInvitationRoute } from "./auth/invitation.ts";
import { endDutyRoute, getDuty, putDutyRoute } from "./duty/duty.ts";
import { changePassword } from "./me/change-password.ts";
import { getMe, updateMeRoute } from "./me/me.ts";
import {
  createRequestTypeRoute,
  retireRequestTypeRoute,
  updateRequestTypeRoute,
} from "./request-types/change-request-types.ts";
import { listRequestTypesRoute } from "./request-types/list-request-types.ts";
import { getHistory, searchRequestsRoute } from "./requests/read-requests.ts";
import { deleteLogoRoute, getLogo, putLogoRoute } from "./settings/logo.ts";
import { getSettings, updateSettingsRoute } from "./settings/settings.ts";
import { createStaffRoute, updateStaffRoute } from "./staff/change-staff.ts";
import { endDeviceRoute, endDevicesRoute, listDevicesRoute } from "./staff/devices.ts";
import { inviteStaff } from "./staff/invite-staff.ts";
import { listStaffRoute } from "./staff/list-staff.ts";
import {
  createTablesRoute,
  muteTableRoute,
  retireTableRoute,
  updateTableRoute,
} from "./tables/change-tables.ts";
import { checkTableRoute } from "./tables/check-table.ts";
import { putRequestTypeOrder, putTableOrder, putZoneOrder } from "./tables/put-order.ts";
import { createZoneRoute, deleteZoneRoute, updateZoneRoute } from "./zones/change-zones.ts";
import { listZonesRoute } from "./zones/list-zones.ts";
import { listTables } from "./tables/list-tables.ts";
import { inviteOwnerRoute } from "./platform/invite-owner.ts";
import { listTenants } from "./platform/list-tenants.ts";
import { updateTenantRoute } from "./platform/update-tenant.ts";
import { login } from "./auth/login.ts";
import { logout } from "./auth/logout.ts";
import { markSeenRoute } from "./internal/mark-seen.ts";
import { refreshSession } from "./auth/refresh-session.ts";
import { rotateTableToken } from "./tables/rotate-table-token.ts";

import {
  guestCommandRoutes,
  guestUndoRoute,
  staffCommandRoutes,
} from "./requests/command-routes.ts";

type RouteOf = (context: Context) => Route;

/** In the order of the documentation. */
const all: readonly RouteOf[] = [
  createGuestSession,
  listGuestRequests,
  createGuestRequest,
  withdrawGuestCall,
  ...guestCommandRoutes,
  login,
  refreshSession,
  logout,
  getJwks,
  getBoard,
  getEvents,
  postSeen,
  createRequestRoute,
  ...staffCommandRoutes,
  guestUndoRoute,
  searchRequestsRoute,
  getHistory,
  listTables,
  createTablesRoute,
  putTableOrder,
  checkTableRoute,
  updateTableRoute,
  retireTableRoute,
  muteTableRoute,
  getTableQrSvg,
  getTableQrPng,
  rotateTableToken,
  listZonesRoute,
  createZoneRoute,
  putZoneOrder,
  updateZoneRoute,
  deleteZoneRoute,
  listRequestTypesRoute,
  createRequestTypeRoute,
  putRequestTypeOrder,
  updateRequestTypeRoute,
  retireRequestTypeRoute,
  listStaffRoute,
  createStaffRoute,
  updateStaffRoute,
  inviteStaff,
  listDevicesRoute,
  endDeviceRoute,
  endDevicesRoute,
  readInvitationRoute,
  joinRoute,
  getMe,
  updateMeRoute,
  changePassword,
  getSettings,
  updateSettingsRoute,
  putLogoRoute,
  deleteLogoRoute,
  getLogo,
  getRestaurant,
  getDuty,
  putDutyRoute,
  endDutyRoute,
  getPushKey,
  getSubscription,
  putSubscription,
  deleteSubscription,
  testPush,
  reportPushReceipt,
  claimByReceipt,
  testSecondChannel,
  listDeadLettersRoute,
  replayDeadLetterRoute,
  createTenantRoute,
  listTenants,
  updateTenantRoute,
  deleteTenantRoute,
  inviteOwnerRoute,
  heads,
  changes,
  reach,
  markSeenRoute,
  getTenant,
];

/**
 * Every route of the api, its documentation included. What operators ask (health, probes, metrics)
 * is @waiter/health's.
 */
export function createRoutes(context: Context, version: string): readonly Route[] {
  const info = { version, origin: context.config.DOMAIN_URL };
  const routes: Route[] = all.map((route) => route(context));
  routes.push(
    getOpenapi(() => routes, info),
    getDocs(() => routes, info),
    getAsyncapi(info),
    getSocketDocs(info),
  );
  return routes;
}

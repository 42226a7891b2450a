import { socketAccess } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { Namespace } from "socket.io";
import { admitSocket, type AdmitDeps } from "./handshake/admit-socket.ts";
import type { Gateway } from "./gateway.ts";
import { askHead, tellHeadLater } from "./heads/tell-head.ts";
import { joinGuest, leaveGuest } from "./connections/join-guest.ts";
import { hearRevocations, joinStaff, leaveStaff } from "./connections/join-staff.ts";
import { createLeanSockets } from "./engine/lean-socket.ts";
import { connectionOf } from "./engine/ws-internals.ts";
import {
  type AnySocket,
  type GuestSocket,
  type Session,
  type StaffSocket,
} from "./handshake/session.ts";
import { JoinTurns } from "./handshake/join-turns.ts";
import { TurnBudget } from "./handshake/turn-budget.ts";
import { createRequest } from "./events/create-request.ts";
import { dispatchEvents, type DispatchDeps } from "./events/dispatch-event.ts";
import { refreshToken } from "./events/refresh-token.ts";
import { guestCommandEvents, staffCommandEvents } from "./events/request-commands.ts";
import { ResetSpread } from "./events/reset-spread.ts";
import { seen } from "./events/seen.ts";
import type { GuestEvent, StaffEvent } from "./events/socket-event.ts";
import { syncGuest } from "./events/sync-guest.ts";
import { syncStaff } from "./events/sync-staff.ts";
import { roomChannel } from "./subscriptions/subscription-barrier.ts";

/** Attaches the namespaces' handlers: handshake, rooms, events, disconnect. */
export function serveSockets(gateway: Gateway, isDraining: () => boolean): void {
  const { context, staff, guest, tenants, presence, heads, revoked, sessions, expiries } = gateway;
  const admit: AdmitDeps = {
    domainUrl: context.settings.domainUrl,
    keys: context.keys,
    tickets: context.tickets,
    signatures: new TurnBudget(context.settings.signatureTurnMs),
    directory: gateway.directory,
    revoked,
    joins: new JoinTurns(context.settings.joinsPerTurn),
    shares: gateway.shares,
    isDraining,
    onBearsSilence: (connection, silenceMs) => gateway.server.bearsSilence(connection, silenceMs),
    onRefused: ({ code }) => {
      if (code === "rate_limited") context.metrics.rateLimited.inc({ scope: "tenant" });
    },
    logger: context.logger,
  };
  const dispatch = dispatchDeps(gateway, context.logger);
  const staffRooms = {
    tenants,
    presence,
    heads,
    askHead: (tenantId: string) => gateway.trueHeads.ask(tenantId),
    statusOf: gateway.statusOf,
  };

  createLeanSockets(staff as unknown as Namespace, admitSocket("staff", admit));
  createLeanSockets(guest as unknown as Namespace, admitSocket("guest", admit));
  hearRevocations(staff, revoked);

  // Shared by all sockets (`this`): a closure per socket and event would cost memory.
  const onStaffEvent = dispatchEvents(staffEvents(gateway), socketAccess.staff, dispatch);
  const onGuestEvent = dispatchEvents(guestEvents(gateway), socketAccess.guest, dispatch);
  function onStaffEnd(this: StaffSocket, reason: string): void {
    leaveStaff(this, staffRooms);
    sessions.remove(this);
    expiries.remove(this);
    noteLeft(gateway, this, reason);
  }
  function onGuestEnd(this: GuestSocket, reason: string): void {
    leaveGuest(this, gateway);
    sessions.remove(this);
    expiries.remove(this);
    noteLeft(gateway, this, reason);
  }
  staff.on("connection", (socket) => {
    if (isRevoked(gateway, socket)) return;
    noteJoined(gateway, socket);
    socket.on("disconnect", onStaffEnd);
    socket.onAny(onStaffEvent);
    expiries.add(socket);
    void joinStaff(socket, staffRooms);
    const replaced = sessions.add(socket);
    if (replaced !== undefined) gateway.end(replaced, "replaced");
  });
  guest.on("connection", (socket) => {
    if (isRevoked(gateway, socket)) return;
    noteJoined(gateway, socket);
    socket.on("disconnect", onGuestEnd);
    socket.onAny(onGuestEvent);
    void joinGuest(socket, gateway);
    expiries.add(socket);
    const replaced = sessions.add(socket);
    if (replaced !== undefined) gateway.end(replaced, "replaced");
  });
}

/** Ends a socket whose session was revoked since its handshake. */
function isRevoked({ revoked, end }: Gateway, socket: AnySocket): boolean {
  const reason = revoked.endOf(socket.data.tenantId, socket.data);
  if (reason === undefined) return false;
  end(socket, reason === "unauthorized" ? "revoked" : reason);
  return true;
}

function staffEvents(gateway: Gateway): StaffEvent[] {
  const { context, barrier, heads, watch, staff } = gateway;
  const { api, settings, logger, metrics } = context;
  const knownHead = (tenantId: string) => heads.get(tenantId);
  return [
    syncStaff({
      log: context.log,
      api,
      subscribed: (room) =>
        barrier.confirmed(roomChannel(staff.name, room), settings.subscriptionWaitMs),
      onEarly: (tenantId) => void tellHeadLater(tenantId, gateway),
      isDegraded: () => watch.isDegraded,
      knownHead,
      askHead: (tenantId) => askHead(tenantId, gateway),
      maxEvents: settings.syncEvents,
      maxBytes: settings.syncBytes,
      resets: new ResetSpread(),
      onUnsent: (socket, bytes) => connectionOf(socket).budget.chargeAnswer(bytes),
      onAnswer: (result) => metrics.syncTotal.inc({ result }),
    }),
    seen(api, {
      headOf: knownHead,
      onError: (error) => logger.warn("the api did not take a seen position", { err: error }),
    }),
    ...staffCommandEvents(api),
    refreshToken({ ...gateway, ...context, issuer: settings.domainUrl }),
  ];
}

function guestEvents(gateway: Gateway): GuestEvent[] {
  const { context, changes } = gateway;
  const { api, metrics, settings } = context;
  return [
    syncGuest({
      api,
      subscribed: ({ tenantId, tableId }) => changes.comparison.subscribed(tenantId, tableId),
      onEarly: (session, answer) => changes.repairLater(session, answer),
      unchanged: ({ tenantId, tableId }, { epoch, seq }) =>
        changes.checks.unchanged(tenantId, tableId, { epoch, seq }),
      onAnswer: (result) => metrics.syncTotal.inc({ result }),
    }),
    createRequest(api),
    ...guestCommandEvents(api),
    refreshToken({ ...gateway, ...context, issuer: settings.domainUrl }),
  ];
}

function dispatchDeps({ context, revoked, end, limit }: Gateway, logger: Logger): DispatchDeps {
  const { metrics, malformed } = context;
  return {
    endOf: (session: Session) => revoked.endOf(session.tenantId, session),
    endSocket: end,
    onAnswered: (socket) => limit.answered(connectionOf(socket)),
    onRateLimited: () => metrics.rateLimited.inc({ scope: "socket" }),
    onBadMessage: (event) => malformed.note("socket", { event }),
    logger,
  };
}

/** The connection's user is known: its budget grows, and it counts for its tenant and address. */
function noteJoined({ unjoined, shares }: Gateway, socket: AnySocket): void {
  const connection = connectionOf(socket);
  connection.budget.join();
  unjoined.remove(connection);
  shares.add(socket.data);
  sendTicket(socket as GuestSocket);
}

/** Hands out the ticket for the next handshake with the same token. */
function sendTicket(socket: GuestSocket): void {
  const { ticket } = socket.data;
  if (ticket === undefined) return;
  socket.data.ticket = undefined;
  socket.emit("ticket", { ticket });
}

/** A connection that left its last namespace must join one again in time. */
function noteLeft({ context, unjoined, shares, ends }: Gateway, socket: AnySocket, reason: string) {
  const connection = connectionOf(socket);
  connection.budget.leave();
  shares.remove(socket.data);
  if (!connection.budget.isJoined && connection.readyState !== "closed") unjoined.add(connection);
  context.metrics.socketDisconnects.inc({ reason: ends.of(socket, reason) });
}

import type { GuestRequest, Request, Role } from "@waiter/contracts";

/** A person of the staff, on a device of their own or at a shared screen. */
export interface StaffActor {
  readonly kind: "staff";
  readonly id: string;
  /** Shown in events. */
  readonly name?: string | undefined;
  readonly role: Role;
  /** The session of the device on which the command was given. */
  readonly sid?: string | undefined;
  /** The screen on which a command is given for the person `id`. */
  readonly screen?: { readonly id: string; readonly name: string } | undefined;
}
/** A guest acts for the table whose code was scanned. */
export interface GuestActor {
  readonly kind: "guest";
  readonly sessionId: string;
  readonly tableId: string;
}
/** The worker, when a deadline is due. */
export interface SystemActor {
  readonly kind: "system";
}
export type Actor = StaffActor | GuestActor | SystemActor;

/** How an actor sees a request. */
export type ViewOf<A extends Actor> = A extends GuestActor ? GuestRequest : Request;

export const isManager = (actor: Actor): boolean =>
  actor.kind === "staff" && (actor.role === "owner" || actor.role === "manager");

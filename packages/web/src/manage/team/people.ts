import type { StaffMember } from "@waiter/client";
import { noteInvitedHere } from "../../devices/invited-here.ts";
import type { ManageApi } from "../../shared/manage-api.ts";

/** A person as managers read them. */
export type Person = StaffMember & {
  readonly active: boolean;
  readonly version: number;
  readonly email?: string;
  /** Devices that are signed in; absent in an answer of an older release. */
  readonly devices?: number;
};
export interface Invitation {
  readonly name: string;
  readonly url: string;
  readonly qrSvg: string;
}

/** Makes a one-time link for a person; it ends the one before it. */
export async function invite(
  api: ManageApi,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<Invitation> {
  noteInvitedHere();
  const path = `/api/staff/${id}/invitation`;
  return { name, ...(await api.call<{ url: string; qrSvg: string }>("POST", path, {})) };
}

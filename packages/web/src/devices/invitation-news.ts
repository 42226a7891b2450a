import type { Messages } from "../i18n/staff/messages.ts";

/** An event of the restaurant, as far as the pages read it here. */
export interface HouseEvent {
  readonly type: string;
  readonly data?: unknown;
}
interface Person {
  readonly id: string;
  readonly name: string;
}
export interface NewsContext {
  /** The id of the person who is signed in. */
  readonly me: string;
  readonly staff: readonly Person[];
  /** This device made the person's own invitation just now. */
  readonly isFromHere: boolean;
  readonly texts: Messages["devices"];
  readonly isolate: (name: string) => string;
}

/** Whether the event is about an invitation of this person. */
export const isAboutMe = ({ type, data }: HouseEvent, me: string): boolean =>
  (type === "staff.invited" || type === "staff.joined") &&
  (data as { staff?: { id?: unknown } } | undefined)?.staff?.id === me;

/**
 * What all devices of a person show when an invitation for them was made or used: who may soon, or
 * may now, act in their name. Undefined where the event says nothing new to this device.
 */
export function invitationNews(event: HouseEvent, context: NewsContext): string | undefined {
  const { me, staff, isFromHere, texts, isolate } = context;
  if (!isAboutMe(event, me)) return undefined;
  if (event.type === "staff.joined") return texts.joined;
  const { by } = event.data as { readonly by?: unknown };
  if (by === me) return isFromHere ? undefined : texts.invitedByMe;
  const name = staff.find(({ id }) => id === by)?.name;
  return name === undefined ? texts.invitedBySomebody : texts.invited(isolate(name));
}

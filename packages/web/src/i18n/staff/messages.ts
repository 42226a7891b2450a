import type { GuestMessages, Widened } from "../messages.ts";
import type { staffEn } from "./en.ts";

/** What staff read besides. A language that lacks a key does not compile. */
export type StaffMessages = Widened<typeof staffEn>;
/** The texts of a staff page. */
export type Messages = GuestMessages & StaffMessages;

import type { Widened } from "../../messages.ts";
import type { people } from "./en.ts";

/** What /manage says about this subject. A language that lacks a key does not compile. */
export type PeopleMessages = Widened<typeof people>;

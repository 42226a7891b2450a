import type { Widened } from "../../messages.ts";
import type { place } from "./en.ts";

/** What /manage says about this subject. A language that lacks a key does not compile. */
export type PlaceMessages = Widened<typeof place>;

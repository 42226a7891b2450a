import type { Widened } from "../../messages.ts";
import type { house } from "./en.ts";

/** What /manage says about this subject. A language that lacks a key does not compile. */
export type HouseMessages = Widened<typeof house>;

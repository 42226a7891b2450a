import type { Widened } from "../messages.ts";
import type { landingEn } from "./en.ts";

/** What the pages outside a restaurant show. A language that lacks a key does not compile. */
export type LandingMessages = Widened<typeof landingEn>;

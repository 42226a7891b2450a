import type { Widened } from "../messages.ts";
import type { house } from "./house/en.ts";
import type { people } from "./people/en.ts";
import type { place } from "./place/en.ts";

/** What /manage says about the place, its settings and its people. */
export type PlaceMessages = Widened<typeof place>;
export type HouseMessages = Widened<typeof house>;
export type PeopleMessages = Widened<typeof people>;
/** The texts of /manage. A language that lacks a key does not compile. */
export type ManageMessages = PlaceMessages & HouseMessages & PeopleMessages;

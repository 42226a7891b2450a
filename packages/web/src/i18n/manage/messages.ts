import type { HouseMessages } from "./house/messages.ts";
import type { PeopleMessages } from "./people/messages.ts";
import type { PlaceMessages } from "./place/messages.ts";

/** The texts of /manage: the place, its settings and its people. */
export type ManageMessages = PlaceMessages & HouseMessages & PeopleMessages;

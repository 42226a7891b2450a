import type { Settings } from "@waiter/client";

/** What each card of the settings gets. */
export interface CardProps {
  readonly settings: Settings;
  readonly refresh: () => Promise<void>;
}

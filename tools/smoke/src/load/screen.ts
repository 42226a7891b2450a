import { StaffClient } from "@waiter/client";
import type { Target } from "../target.ts";
import type { Restaurant } from "./restaurant.ts";

/** One staff screen with the SDK, and the ids of the events it applied, in that order. */
export interface Screen {
  readonly restaurant: Restaurant;
  readonly client: StaffClient;
  readonly applied: readonly string[];
}

/** Opens a screen; `onLive` runs after each connect, the first one included. */
export function openScreen(target: Target, restaurant: Restaurant, onLive: () => void): Screen {
  const applied: string[] = [];
  const client = new StaffClient({
    baseUrl: target.apiUrl,
    socketUrl: target.gatewayUrl,
    headers: { host: restaurant.host },
    session: restaurant.session,
    refresh: "body",
    everyEvent: true,
    onEvent: ({ id }) => applied.push(id),
  });
  let before: string = "connecting";
  client.on("state", (state) => {
    // Degraded and stale keep their connection.
    if (state === "live" && before !== "degraded" && before !== "stale") onLive();
    before = state;
  });
  client.connect();
  return { restaurant, client, applied };
}

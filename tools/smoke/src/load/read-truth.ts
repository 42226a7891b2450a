import { boardAnswer, eventsAnswer } from "@waiter/contracts";
import { send } from "../send.ts";
import type { Target } from "../target.ts";
import type { Restaurant } from "./restaurant.ts";

/** Ids of every event that the database holds of one restaurant, in order. */
export async function readTruth(target: Target, { host, session }: Restaurant): Promise<string[]> {
  const options = {
    host,
    timeoutMs: target.timeoutMs,
    headers: { authorization: `Bearer ${session.accessToken}` },
  };
  const ids: string[] = [];
  const { seq } = boardAnswer.parse(
    (await send("GET", `${target.apiUrl}/api/board`, options)).body,
  );
  for (let since = 0; since < seq;) {
    const { events } = eventsAnswer.parse(
      (await send("GET", `${target.apiUrl}/api/events?since=${since}`, options)).body,
    );
    const last = events.at(-1);
    if (last === undefined)
      throw new Error(`the events of ${host} end at ${since}, its board stands at ${seq}`);
    ids.push(...events.map(({ id }) => id));
    since = last.seq;
  }
  return ids;
}

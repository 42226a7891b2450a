import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { Random } from "./random.ts";
import type { Recorder, Restaurant } from "./restaurant.ts";

/** What the load saw: calls that got a 2xx (they must never be lost), and how the rest ended. */
export interface LoadCounts {
  readonly acknowledged: Map<string, Set<string>>;
  answers: number;
  retries: number;
  conflicts: number;
}

/**
 * Random changes in random restaurants until `signal`: calls by guests over HTTP, commands by staff
 * through the SDK.
 */
export async function runLoad(
  restaurants: readonly Restaurant[],
  screens: readonly Recorder[],
  baseUrl: string,
  random: Random,
  perSecond: number,
  counts: LoadCounts,
  signal: AbortSignal,
): Promise<void> {
  const sessions = new Map<string, string>();
  const under = new Set<Promise<void>>();
  while (!signal.aborted) {
    const work = (
      random.next() < 0.45
        ? guestCall(random.pick(restaurants), baseUrl, random, sessions, counts, signal)
        : staffCommand(random.pick(screens), random, counts)
    ).catch(() => {
      counts.retries += 1;
    });
    under.add(work);
    void work.then(() => under.delete(work));
    if (under.size > 200) await Promise.race(under);
    await sleep(1_000 / perSecond);
  }
  await Promise.all(under);
}

const types = ["waiter", "bill", "water"];

/** One call with one key, sent again until it has a definite answer. */
async function guestCall(
  restaurant: Restaurant,
  baseUrl: string,
  random: Random,
  sessions: Map<string, string>,
  counts: LoadCounts,
  signal: AbortSignal,
): Promise<void> {
  const tableToken = random.pick(restaurant.tableTokens);
  const key = randomUUID();
  const type = random.pick(types);
  for (let attempt = 0; attempt < 60; attempt += 1) {
    try {
      let token = sessions.get(tableToken);
      if (token === undefined) {
        const { accessToken } = (await call(baseUrl, "/api/guest/sessions", restaurant.host, {
          tableToken,
        })) as { accessToken: string };
        sessions.set(tableToken, (token = accessToken));
      }
      const answer = (await call(
        baseUrl,
        "/api/guest/requests",
        restaurant.host,
        { type },
        { authorization: `Bearer ${token}`, "idempotency-key": key },
      )) as {
        request: { id: string };
      };
      const ids = counts.acknowledged.get(restaurant.id) ?? new Set();
      counts.acknowledged.set(restaurant.id, ids.add(answer.request.id));
      counts.answers += 1;
      return;
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) throw error;
      counts.retries += 1;
      if (signal.aborted && attempt > 20) return;
      await sleep(200 + random.next() * 600);
    }
  }
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status} ${text}`);
    this.status = status;
  }
}

async function call(
  baseUrl: string,
  path: string,
  host: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const answer = await request(baseUrl + path, {
    method: "POST",
    headers: { host, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    headersTimeout: 5_000,
    bodyTimeout: 5_000,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Refused(answer.statusCode, text.slice(0, 200));
  return JSON.parse(text);
}

/** A command on a random open call of this screen. A lost race is an ordinary answer. */
async function staffCommand(
  { client }: Recorder,
  random: Random,
  counts: LoadCounts,
): Promise<void> {
  if (client.requests.length === 0) return;
  const { id, state, version } = random.pick(client.requests);
  const stale = random.next() < 0.1;
  try {
    if (state === "new")
      await (random.next() < 0.8
        ? client.claim(id, stale ? 1 : version)
        : client.dismiss(id, "not needed"));
    else await (random.next() < 0.75 ? client.complete(id) : client.release(id));
    counts.answers += 1;
  } catch {
    counts.conflicts += 1;
  }
}

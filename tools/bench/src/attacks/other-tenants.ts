import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { StaffClient } from "@waiter/client";
import { Agent, request } from "undici";
import type { Restaurant } from "../nemesis/restaurant.ts";
import type { LocalSystem } from "../system/local-system.ts";

export const operations = ["create", "cancel", "board", "read", "login", "delivery"] as const;
export type Operation = (typeof operations)[number];

export interface Work {
  /** Milliseconds of each operation that was answered. */
  readonly times: Readonly<Record<Operation, number[]>>;
  /** Calls without a 2xx, and created requests that their screen does not have in the end. */
  readonly failures: readonly string[];
}

interface Shop {
  readonly restaurant: Restaurant;
  readonly guests: readonly string[];
  token: string;
  screen: StaffClient | undefined;
}

/** A call that waits longer counts as not answered, ms. */
const patienceMs = 30_000;

/**
 * A screen that does not have a request so long after the attack has lost it, ms. A gateway may cut
 * a screen's connection; the SDK connects again and asks for what it missed. Until then it is late.
 */
const lostAfterMs = 60_000;

/**
 * The steady work of tenants that are not attacked: guests create and cancel requests, screens of
 * the SDK get the events, guests and staff read, a known device logs in. They come from another
 * address than the attacker.
 */
export class OtherTenants {
  readonly #system: LocalSystem;
  readonly #shops: Shop[] = [];
  /** Logs in only: a session that is used least lately ends beyond 20. */
  readonly #visitor: Restaurant;
  readonly #address = { "x-forwarded-for": "203.0.113.7" };
  readonly #agent = new Agent({
    connections: 100,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  });
  /** Requests that no screen has yet, by id, with the moment of their call. */
  readonly #sent = new Map<string, number>();
  /** Requests whose event arrived before the answer to their call. */
  readonly #early = new Set<string>();
  #times = emptyTimes();
  #failures: string[] = [];
  #device = "";

  private constructor(system: LocalSystem, visitor: Restaurant) {
    this.#system = system;
    this.#visitor = visitor;
  }

  static async open(
    system: LocalSystem,
    [visitor, ...restaurants]: readonly Restaurant[],
  ): Promise<OtherTenants> {
    if (visitor === undefined) throw new Error("no restaurants");
    const others = new OtherTenants(system, visitor);
    for (const restaurant of restaurants) {
      const guests: string[] = [];
      for (const tableToken of restaurant.tableTokens) {
        const { text } = await others.#call(restaurant.host, "POST", "/api/guest/sessions", {
          body: { tableToken },
        });
        guests.push((JSON.parse(text) as { accessToken: string }).accessToken);
      }
      others.#shops.push({ restaurant, guests, token: "", screen: undefined });
    }
    return others;
  }

  /**
   * Works for some seconds at this many rounds per second, then waits for the last answers and
   * until the screens have what they answered.
   */
  async work(seconds: number, perSecond: number): Promise<Work> {
    for (const shop of this.#shops) await this.#openScreen(shop);
    [this.#times, this.#failures] = [emptyTimes(), []];
    this.#sent.clear();
    this.#early.clear();
    const start = performance.now();
    const under: Promise<void>[] = [];
    for (let index = 0; index < seconds * perSecond; index += 1) {
      const wait = start + (index * 1_000) / perSecond - performance.now();
      if (wait > 0) await sleep(wait);
      const shop = this.#shops[index % this.#shops.length] as Shop;
      under.push(this.#round(shop, index));
      if (index % perSecond === 0) under.push(this.#login());
    }
    await Promise.all(under);
    const end = performance.now() + lostAfterMs;
    while (this.#sent.size > 0 && performance.now() < end) await sleep(20);
    for (const id of this.#sent.keys()) this.#failures.push(`a screen lost request ${id}`);
    for (const { screen } of this.#shops) screen?.close();
    return { times: this.#times, failures: this.#failures };
  }

  /** A guest creates a request, reads, cancels; staff read the board. */
  async #round({ restaurant: { host }, guests, token }: Shop, index: number): Promise<void> {
    const guest = guests[index % guests.length] ?? "";
    const type = ["waiter", "bill", "water"][index % 3];
    const created = await this.#timed("create", async (at) => {
      const { status, text } = await this.#call(host, "POST", "/api/guest/requests", {
        token: guest,
        body: { type },
      });
      const { id } = (JSON.parse(text) as { request: { id: string } }).request;
      // 200 is the table's open request of this type, whose event came with its creation.
      if (status !== 201) return id;
      if (!this.#early.delete(id)) this.#sent.set(id, at);
      else this.#times.delivery.push(performance.now() - at);
      return id;
    });
    await this.#timed("read", () =>
      this.#call(host, "GET", "/api/guest/requests", { token: guest }),
    );
    await this.#timed("board", () => this.#call(host, "GET", "/api/board", { token }));
    if (created !== undefined)
      await this.#timed("cancel", () =>
        this.#call(host, "POST", `/api/guest/requests/${created}/cancel`, {
          token: guest,
          body: {},
        }),
      );
  }

  async #login(): Promise<void> {
    const { host, owner } = this.#visitor;
    await this.#timed("login", () =>
      this.#call(host, "POST", "/api/auth/login", { body: owner, isDevice: true }),
    );
  }

  async #openScreen(shop: Shop): Promise<void> {
    const { host, owner } = shop.restaurant;
    const screen = new StaffClient({
      baseUrl: this.#system.local().api,
      socketUrl: this.#system.local().gateways[0] ?? "",
      headers: { host, ...this.#address },
      refresh: "body",
      everyEvent: true,
      onEvent: (event) => {
        if (event.type !== "request.created") return;
        const { id } = event.data.request as { id: string };
        const at = this.#sent.get(id);
        if (at === undefined) return void this.#early.add(id);
        this.#sent.delete(id);
        this.#times.delivery.push(performance.now() - at);
      },
    });
    shop.screen = screen;
    shop.token = (await screen.login(owner.email, owner.password)).accessToken;
    screen.connect();
    // From its first board on, every event arrives.
    for (const end = performance.now() + lostAfterMs; screen.position === undefined;) {
      if (performance.now() > end) throw new Error(`a screen of ${host} got no board in a minute`);
      await sleep(20);
    }
  }

  async #timed<T>(operation: Operation, run: (at: number) => Promise<T>): Promise<T | undefined> {
    const at = performance.now();
    try {
      const result = await run(at);
      this.#times[operation].push(performance.now() - at);
      return result;
    } catch (error) {
      this.#failures.push(`${operation}: ${error instanceof Error ? error.message : "failed"}`);
      return undefined;
    }
  }

  /** A 2xx answer. @throws on any other. */
  async #call(
    host: string,
    method: "GET" | "POST",
    path: string,
    {
      token,
      body,
      isDevice = false,
    }: { readonly token?: string; readonly body?: object; readonly isDevice?: boolean } = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await request(this.#system.local().api + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        host,
        ...this.#address,
        ...(body && { "content-type": "application/json", "idempotency-key": randomUUID() }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(isDevice && this.#device !== "" && { cookie: this.#device }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${answer.statusCode} ${text.slice(0, 200)}`);
    if (isDevice)
      this.#device = [answer.headers["set-cookie"] ?? []]
        .flat()
        .map((cookie) => cookie.split(";")[0])
        .filter((cookie) => cookie?.includes("device"))
        .join("; ");
    return { status: answer.statusCode, text };
  }
}

const emptyTimes = (): Record<Operation, number[]> => ({
  create: [],
  cancel: [],
  board: [],
  read: [],
  login: [],
  delivery: [],
});

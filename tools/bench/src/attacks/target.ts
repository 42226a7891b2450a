import { Agent, request, type Dispatcher } from "undici";

/** What an attacker knows of the system: its public origins, and what one restaurant gave away. */
export interface Place {
  readonly api: string;
  readonly gateway: string;
  /** Host of the attacker's restaurant, and of the platform. */
  readonly host: string;
  readonly apex: string;
  readonly tableTokens: readonly string[];
  readonly tableIds: readonly string[];
  /** Of guests of the restaurant, and of its owner: attackers may hold a session. */
  readonly guests: readonly string[];
  readonly owner: { readonly email: string; readonly password: string };
  readonly ownerToken: string;
}

/** What became of the attacker's requests, connections and messages. */
export type Outcome = "answered" | "refused" | "cut";
export type Outcomes = Record<Outcome, number>;

/** One attack's view: the place, its end, and the outcomes. */
export class Target {
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly outcomes: Outcomes = { answered: 0, refused: 0, cut: 0 };
  readonly agent = new Agent({ connections: 500, bodyTimeout: 10_000, headersTimeout: 10_000 });
  #address = 0;

  constructor(place: Place, signal: AbortSignal) {
    this.place = place;
    this.signal = signal;
  }

  get gatewayPort(): number {
    return Number(new URL(this.place.gateway).port);
  }
  get apiPort(): number {
    return Number(new URL(this.place.api).port);
  }

  count(outcome: Outcome): void {
    this.outcomes[outcome] += 1;
  }

  /** Another address of the attacker's at each call: the launcher's services trust the header. */
  elsewhere(): Record<string, string> {
    this.#address += 1;
    const [high, low] = [(this.#address >> 8) & 255, this.#address & 255];
    return { "x-forwarded-for": `198.18.${high}.${low}` };
  }

  /** One HTTP request; what it answers is counted, and undefined when the connection was cut. */
  async ask(
    path: string,
    options: Partial<Omit<Dispatcher.RequestOptions, "path" | "origin">> & { base?: string } = {},
  ): Promise<{ readonly status: number; readonly text: string } | undefined> {
    const { base = this.place.api, headers, ...rest } = options;
    try {
      const { statusCode, body } = await request(base + path, {
        ...rest,
        method: rest.method ?? "GET",
        headers: { host: this.place.host, ...(headers as Record<string, string>) },
        dispatcher: this.agent,
        signal: this.signal,
      });
      const text = await body.text();
      this.count(statusCode < 400 ? "answered" : "refused");
      return { status: statusCode, text };
    } catch {
      if (!this.signal.aborted) this.count("cut");
      return undefined;
    }
  }

  /** Repeats the work in `lanes` loops until the attack's time is over. */
  async until(lanes: number, work: (lane: number, round: number) => Promise<unknown>) {
    const lane = async (index: number): Promise<void> => {
      for (let round = 0; !this.signal.aborted; round += 1) {
        await work(index, round).catch(() => this.count("cut"));
        // A synchronous failure must not keep the loop from its timers.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  }
}

export const json = { "content-type": "application/json" };
export const bearer = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});
/** An attack sends until the target's time is over. */
export type Attack = (target: Target) => Promise<void>;

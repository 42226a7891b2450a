import { io, type Socket } from "socket.io-client";
import type { RefusalCode } from "@waiter/contracts";
import { Bell } from "./bell.ts";
import { ClientError } from "./client-error.ts";
import { onPageReturn } from "./page-signals.ts";
import { persist } from "./persist.ts";
import { judgeRefusal, type Verdict } from "./refusals.ts";
import { backoff, jitter, type Timing } from "./timing.ts";

/**
 * - `connecting`: on the way, or catching up
 * - `live`: connected and caught up
 * - `degraded`: the same, but the gateway lost its Redis: news may be some seconds late
 * - `stale`: connected as far as we know, but silent for too long; a probe is under way
 * - `polling`: no gateway is reached, HTTP answers
 * - `offline`: nothing answers
 * - `closed`: by `close()`, or because it will never be let in
 */
export type ConnectionState =
  | "connecting"
  | "live"
  | "degraded"
  | "stale"
  | "polling"
  | "offline"
  | "closed";

/** Rises with the payloads of the sockets; equals `protocolVersion` of the contracts. */
export const protocol = 1;

export interface LinkOptions {
  readonly namespace: "/staff" | "/guest";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timing: Timing;
  readonly random: () => number;
  /** The token to connect with; may ask the server for one. */
  readonly token: () => Promise<string>;
  /** The gateway refused the token: get another one. @throws ClientError; not retryable when there is none to be had. */
  readonly renew: () => Promise<unknown>;
  /** Adds the listeners of a new socket, before it connects. */
  readonly prepare: (socket: Socket) => void;
  /** Catches up over the connected socket; repeated while it fails and the socket stays. */
  readonly resume: (socket: Socket) => Promise<void>;
  /** A question that any healthy gateway answers; rejects after `probeMs`. */
  readonly probe: (socket: Socket) => Promise<unknown>;
  /** One round over HTTP, while no gateway is reached. */
  readonly poll: () => Promise<void>;
  readonly onState: (state: ConnectionState) => void;
  /** The end: the gateway or the API said that this client will not be let in. */
  readonly onRefused: (code: string) => void;
  readonly report: (error: unknown) => void;
}

/**
 * Keeps one client connected: a new connection for every attempt (socket.io-client does not come back from a refusal),
 * back-off, planned moves (`draining`), a watch for silence, polling where no gateway is reached.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #bell = new Bell();
  #socket: Socket | undefined;
  #told: ConnectionState | undefined;
  #closed = false;
  #started = false;
  #synced = false;
  #degraded = false;
  #stale = false;
  #polling = false;
  #pollFailed: boolean | undefined;
  #lastFrame = 0;
  /** When a draining gateway asked to be left, on the local clock. */
  #moveAt: number | undefined;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #forgetSignals: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#told ?? "connecting";
  }

  /** The socket, while it is connected. */
  get socket(): Socket | undefined {
    return this.#socket?.connected === true ? this.#socket : undefined;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#forgetSignals = onPageReturn((why) => this.#returned(why));
    this.#tell();
    void this.#run();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#moveTimer);
    clearTimeout(this.#watchTimer);
    this.#forgetSignals?.();
    this.#drop();
    this.#bell.ring();
    this.#tell();
  }

  /** One attempt after the other: each ends when its connection does. */
  async #run(): Promise<void> {
    for (let attempt = 0; !this.#closed;) {
      const verdict = await this.#connectOnce(attempt);
      if (this.#closed) return;
      if (verdict === undefined) {
        attempt = 0;
        await this.#bell.wait(this.#delayAfterLoss());
        continue;
      }
      if (verdict.action === "stop") return this.#refuse(verdict.code);
      if (verdict.action === "renew") await this.#renew();
      void this.#poll();
      await this.#bell.wait(verdict.delayMs);
      attempt++;
    }
  }

  /** Resolves with a verdict when the connection was not made, with undefined when it was and is no more. */
  async #connectOnce(attempt: number): Promise<Verdict | undefined> {
    const { namespace, url, headers, timing, random } = this.#options;
    let token: string;
    try {
      token = await this.#options.token();
    } catch (error) {
      this.#options.report(error);
      if (error instanceof ClientError && !error.retryable)
        return { action: "stop", code: error.code as RefusalCode };
      const asked = error instanceof ClientError ? error.retryAfterMs : undefined;
      return {
        action: "retry",
        delayMs:
          asked === undefined
            ? backoff(attempt, timing, random)
            : Math.min(timing.reconnectMaxMs, jitter(asked, 0.25, random)),
      };
    }
    if (this.#closed) return undefined;
    const socket = io(url + namespace, {
      path: "/socket.io",
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      timeout: timing.connectTimeoutMs,
      auth: { token, protocol },
      extraHeaders: { ...headers },
    });
    this.#socket = socket;
    this.#moveAt = undefined;
    this.#options.prepare(socket);
    socket.on("status", (message: unknown) => {
      this.#degraded = (message as { degraded?: unknown } | null)?.degraded === true;
      this.#tell();
    });
    socket.on("draining", (message: unknown) =>
      this.#moveLater((message as { reconnectInMs?: unknown } | null)?.reconnectInMs),
    );
    socket.io.on("open", () => socket.io.engine.on("packet", () => this.#heard()));
    return await new Promise((resolve) => {
      socket.on("connect", () => {
        this.#heard();
        void this.#resume(socket);
      });
      const end = (verdict: Verdict | undefined) => {
        if (this.#socket === socket) this.#drop();
        this.#tell();
        resolve(verdict);
      };
      socket.on("connect_error", (error) => end(judgeRefusal(error, attempt, timing, random)));
      socket.on("disconnect", () => end(undefined));
    });
  }

  async #resume(socket: Socket): Promise<void> {
    const { resume, report } = this.#options;
    const check = (failure?: unknown) => {
      if (failure !== undefined) report(failure);
      if (socket !== this.socket) throw new ClientError("closed", "Closed.");
    };
    try {
      await persist(
        { ...this.#options, bell: this.#bell },
        { run: () => resume(socket), check, mayPass: () => true },
      );
      check();
      this.#synced = true;
      this.#tell();
    } catch {
      // The next connection resumes.
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#options.renew();
    } catch (error) {
      this.#options.report(error);
      if (error instanceof ClientError && !error.retryable) this.#refuse(error.code);
    }
  }

  #refuse(code: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onRefused(code);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#synced = this.#degraded = this.#stale = false;
    clearTimeout(this.#watchTimer);
    clearTimeout(this.#moveTimer);
    socket?.removeAllListeners("event");
    socket?.disconnect();
  }

  /** A lost gateway's clients come back spread over a second or two; those of a draining one when it said. */
  #delayAfterLoss(): number {
    const planned = this.#moveAt === undefined ? undefined : this.#moveAt - Date.now();
    return planned === undefined
      ? backoff(0, this.#options.timing, this.#options.random)
      : Math.min(this.#options.timing.reconnectMaxMs, Math.max(0, planned));
  }

  #moveLater(reconnectInMs: unknown): void {
    const delay = typeof reconnectInMs === "number" && reconnectInMs >= 0 ? reconnectInMs : 1_000;
    this.#moveAt = Date.now() + delay;
    clearTimeout(this.#moveTimer);
    const socket = this.#socket;
    this.#moveTimer = setTimeout(() => socket?.disconnect(), delay);
  }

  #heard(): void {
    this.#lastFrame = Date.now();
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(() => void this.#probe(true), this.#options.timing.staleMs);
    if (!this.#stale) return;
    this.#stale = false;
    this.#tell();
  }

  /** Asks something; a connection that does not answer is given up. */
  async #probe(silent: boolean): Promise<void> {
    const socket = this.socket;
    if (socket === undefined) return;
    if (silent) {
      this.#stale = true;
      this.#tell();
    }
    const asked = Date.now();
    await this.#options.probe(socket).catch(this.#options.report);
    if (socket === this.socket && this.#lastFrame < asked) socket.io.engine.close();
  }

  #returned(why: "visible" | "online"): void {
    if (this.socket !== undefined) {
      if (why === "online" || Date.now() - this.#lastFrame > this.#options.timing.probeMs)
        void this.#probe(Date.now() - this.#lastFrame > this.#options.timing.staleMs);
    } else setTimeout(() => this.#bell.ring(), this.#options.random() * 500);
  }

  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    const { poll, report, timing, random } = this.#options;
    while (!this.#closed && this.socket === undefined) {
      try {
        await poll();
        this.#pollFailed = false;
      } catch (error) {
        report(error);
        this.#pollFailed = true;
      }
      this.#tell();
      await this.#bell.wait(jitter(timing.pollMs, 0.25, random));
    }
    this.#polling = false;
    this.#pollFailed = undefined;
  }

  #tell(): void {
    const state = this.#judge();
    if (state === this.#told) return;
    this.#told = state;
    this.#options.onState(state);
  }

  #judge(): ConnectionState {
    if (this.#closed) return "closed";
    if (this.socket !== undefined) {
      if (this.#stale) return "stale";
      if (!this.#synced) return "connecting";
      return this.#degraded ? "degraded" : "live";
    }
    return this.#pollFailed === undefined ? "connecting" : this.#pollFailed ? "offline" : "polling";
  }
}

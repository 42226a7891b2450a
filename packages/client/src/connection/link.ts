import { io, type Socket } from "socket.io-client";
import type { RefusalCode } from "@waiter/contracts";
import { Wakeup } from "../shared/wakeup.ts";
import { ClientError } from "../shared/client-error.ts";
import type { ConnectionState } from "./connection-state.ts";
import { onPageReturn } from "./page-signals.ts";
import { protocolVersion } from "../shared/protocol-version.ts";
import { retry } from "../shared/retry.ts";
import { judgeRefusal, type Verdict } from "./refusals.ts";
import { backoff, jitter, type Timing } from "../shared/timing.ts";

export interface LinkOptions {
  readonly namespace: "/staff" | "/guest";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timing: Timing;
  readonly random: () => number;
  /** Returns the token for the handshake; may call the api. */
  readonly token: () => Promise<string>;
  /** Renews a refused token. @throws ClientError, not retryable when the session has ended. */
  readonly renew: () => Promise<unknown>;
  /** Adds listeners to a new socket before it connects. */
  readonly prepare: (socket: Socket) => void;
  /** Catches up over the connected socket; retried until it succeeds or the socket closes. */
  readonly resume: (socket: Socket) => Promise<void>;
  /** A message that a healthy gateway acknowledges; rejects after `probeMs`. */
  readonly probe: (socket: Socket) => Promise<unknown>;
  /** One polling round over HTTP. */
  readonly poll: () => Promise<void>;
  readonly onState: (state: ConnectionState) => void;
  /** The gateway or the api refused this client for good. */
  readonly onRefused: (code: string) => void;
  readonly report: (error: unknown) => void;
}

/**
 * Keeps one client connected: a new socket per attempt (socket.io-client does not retry after a namespace
 * refusal), back-off, planned moves (`draining`), a watch for silence, polling without a gateway.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #wakeup = new Wakeup();
  #socket: Socket | undefined;
  #published: ConnectionState | undefined;
  #closed = false;
  #started = false;
  #synced = false;
  #degraded = false;
  #stale = false;
  #polling = false;
  #pollFailed: boolean | undefined;
  #lastFrame = 0;
  /** When to leave a draining gateway (local clock). */
  #moveAt: number | undefined;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #removeSignals: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#published ?? "connecting";
  }

  /** The connected socket, if any. */
  get socket(): Socket | undefined {
    return this.#socket?.connected === true ? this.#socket : undefined;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#removeSignals = onPageReturn((why) => this.#returned(why));
    this.#publishState();
    void this.#run();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#moveTimer);
    clearTimeout(this.#watchTimer);
    this.#removeSignals?.();
    this.#drop();
    this.#wakeup.wake();
    this.#publishState();
  }

  /** Runs connection attempts one after another; each ends with its connection. */
  async #run(): Promise<void> {
    for (let attempt = 0; !this.#closed;) {
      const verdict = await this.#connectOnce(attempt);
      if (this.#closed) return;
      if (verdict === undefined) {
        attempt = 0;
        await this.#wakeup.wait(this.#delayAfterLoss());
        continue;
      }
      if (verdict.action === "stop") return this.#refuse(verdict.code);
      if (verdict.action === "renew") await this.#renew();
      void this.#poll();
      await this.#wakeup.wait(verdict.delayMs);
      attempt++;
    }
  }

  /** Resolves with a verdict if the handshake failed, with undefined after a connection was lost. */
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
      auth: { token, protocol: protocolVersion },
      extraHeaders: { ...headers },
    });
    this.#socket = socket;
    this.#moveAt = undefined;
    this.#options.prepare(socket);
    socket.on("status", (message: unknown) => {
      this.#degraded = (message as { degraded?: unknown } | null)?.degraded === true;
      this.#publishState();
    });
    socket.on("draining", (message: unknown) =>
      this.#moveLater((message as { reconnectInMs?: unknown } | null)?.reconnectInMs),
    );
    socket.io.on("open", () => socket.io.engine.on("packet", () => this.#frameReceived()));
    return await new Promise((resolve) => {
      socket.on("connect", () => {
        this.#frameReceived();
        void this.#resume(socket);
      });
      const end = (verdict: Verdict | undefined) => {
        if (this.#socket === socket) this.#drop();
        this.#publishState();
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
      await retry(
        { ...this.#options, wakeup: this.#wakeup },
        { run: () => resume(socket), check, isRetryable: () => true },
      );
      check();
      this.#synced = true;
      this.#publishState();
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

  /** Back-off after a lost connection, or the time that a draining gateway asked for. */
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

  #frameReceived(): void {
    this.#lastFrame = Date.now();
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(() => void this.#probe(true), this.#options.timing.staleMs);
    if (!this.#stale) return;
    this.#stale = false;
    this.#publishState();
  }

  /** Probes the connection and closes it if no frame arrives. */
  async #probe(silent: boolean): Promise<void> {
    const socket = this.socket;
    if (socket === undefined) return;
    if (silent) {
      this.#stale = true;
      this.#publishState();
    }
    const asked = Date.now();
    await this.#options.probe(socket).catch(this.#options.report);
    if (socket === this.socket && this.#lastFrame < asked) socket.io.engine.close();
  }

  #returned(why: "visible" | "online"): void {
    if (this.socket !== undefined) {
      if (why === "online" || Date.now() - this.#lastFrame > this.#options.timing.probeMs)
        void this.#probe(Date.now() - this.#lastFrame > this.#options.timing.staleMs);
    } else setTimeout(() => this.#wakeup.wake(), this.#options.random() * 500);
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
      this.#publishState();
      await this.#wakeup.wait(jitter(timing.pollMs, 0.25, random));
    }
    this.#polling = false;
    this.#pollFailed = undefined;
  }

  #publishState(): void {
    const state = this.#currentState();
    if (state === this.#published) return;
    this.#published = state;
    this.#options.onState(state);
  }

  #currentState(): ConnectionState {
    if (this.#closed) return "closed";
    if (this.socket !== undefined) {
      if (this.#stale) return "stale";
      if (!this.#synced) return "connecting";
      return this.#degraded ? "degraded" : "live";
    }
    return this.#pollFailed === undefined ? "connecting" : this.#pollFailed ? "offline" : "polling";
  }
}

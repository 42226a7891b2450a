import type { Socket } from "socket.io-client";
import { ClientError } from "../shared/client-error.ts";
import { isRecord } from "../shared/guards.ts";
import { retry } from "../shared/retry.ts";
import { retryDelay } from "../shared/timing.ts";
import { Wakeup } from "../shared/wakeup.ts";
import { pathOf, type ConnectionState, type PathState } from "./connection-state.ts";
import { connected, createSocket, loadSocketIo } from "./handshake.ts";
import type { LinkOptions } from "./link-options.ts";
import { onPageReturn } from "./page-signals.ts";
import { PlannedMove } from "./planned-move.ts";
import { Poller } from "./poller.ts";
import { ReconnectSchedule } from "./reconnect-schedule.ts";
import { judgeRefusal } from "./refusals.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** The client polls when a connection is not live after this time. */
const slowMs = 2_000;

/**
 * Keeps one client connected: a new socket per attempt (socket.io-client does not retry after a
 * namespace refusal), back-off, planned moves (`draining`), a watch for silence, polling while the
 * connection is not live.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #schedule: ReconnectSchedule;
  readonly #poller: Poller;
  readonly #wakeup = new Wakeup();
  #socket: Socket | undefined;
  #watch: SilenceWatch | undefined;
  #abandon: (() => void) | undefined;
  #published: { readonly state: ConnectionState; readonly path: PathState } | undefined;
  #closed = false;
  #started = false;
  #synced = false;
  #settled = false;
  #degraded = false;
  #doubtful = false;
  #apiReachable: boolean | undefined;
  /** Whether the outcome of polling decides the state. */
  #pollingShows = false;
  #waitsForToken = false;
  /** The last unexpected error: a bug, not a fault of the network. */
  #fault: unknown;
  #slow: ReturnType<typeof setTimeout> | undefined;
  readonly #move = new PlannedMove();
  #timers: ReturnType<typeof setTimeout>[] = [];
  #removeSignals: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#schedule = new ReconnectSchedule(options.timing, options.random);
    this.#poller = new Poller({ ...options, onRound: () => this.#polled() });
  }

  get state(): ConnectionState {
    if (this.#closed) return "closed";
    if (this.socket !== undefined) {
      if (this.#doubtful) return "stale";
      if (this.#synced) return this.#degraded || this.#apiReachable === false ? "degraded" : "live";
    }
    const { reached } = this.#poller;
    if (reached === undefined || !this.#pollingShows) return "connecting";
    return reached ? "polling" : "offline";
  }

  get path(): PathState {
    return pathOf(this.state, this.#apiReachable);
  }

  /** The connected socket, if any. */
  get socket(): Socket | undefined {
    return this.#socket?.connected === true ? this.#socket : undefined;
  }

  get fault(): unknown {
    return this.#fault;
  }

  start(): void {
    if (this.#started || this.#closed) return;
    this.#started = true;
    this.#removeSignals = onPageReturn((why) => this.#returned(why));
    if (this.#options.pollAtOnce) this.#poller.start(0);
    this.#publishState();
    void this.#run();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#removeSignals?.();
    this.#drop();
    this.#abandon?.();
    this.#poller.stop();
    this.#wakeup.wake();
    this.#publishState();
  }

  /** An acknowledgement is missing: probes the connection now. */
  suspect(): void {
    this.#watch?.probe();
  }

  /** Runs connection attempts one after another; each ends with its connection. */
  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#slow = setTimeout(() => this.#pollNow(), slowMs);
      const delayMs = await this.#attempt().catch((error: unknown) => this.#failed(error));
      this.#publishState();
      if (!this.#closed) await this.#wakeup.wait(delayMs);
    }
  }

  /** One connection, from its token to its loss. @returns the delay before the next one */
  async #attempt(): Promise<number> {
    const { timing, random, token, auth } = this.#options;
    this.#waitsForToken = false;
    const accessToken = await token();
    const io = await loadSocketIo(timing.httpMs);
    if (this.#closed) return 0;
    const socket = createSocket(io, {
      ...this.#options,
      url: this.#options.url + this.#options.namespace,
      timeoutMs: timing.connectTimeoutMs,
      auth: { ...auth(), token: accessToken },
    });
    this.#adopt(socket);
    const lost = new Promise<void>((resolve) => socket.on("disconnect", () => resolve()));
    const error = await connected(socket, timing.connectTimeoutMs, (abandon) => {
      this.#abandon = abandon;
    });
    this.#abandon = undefined;
    if (this.#closed) return 0;
    if (error !== undefined) {
      this.#drop();
      const verdict = judgeRefusal(error, this.#schedule.failures, timing, random);
      this.#schedule.fail();
      if (verdict.action === "stop") return this.#refuse(verdict.code);
      if (verdict.action === "renew") await this.#options.renew();
      else this.#pollNow();
      return verdict.delayMs;
    }
    void this.#resume(socket);
    await lost;
    return this.#afterLoss();
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    const watch = (this.#watch = new SilenceWatch({
      ...this.#options,
      probe: (routine) => void this.#options.probe(socket, routine).catch(this.#options.report),
      onDoubt: (doubtful) => {
        this.#doubtful = doubtful;
        if (doubtful) this.#pollNow();
        else if (this.#settled) this.#stopPolling();
        this.#publishState();
      },
      onDead: () => socket.io.engine.close(),
    }));
    this.#options.prepare(socket);
    socket.on("connect", () => watch.heard());
    socket.on("status", (message: unknown) => this.#takeStatus(message));
    socket.on("draining", (message: unknown) => this.#move.plan(socket, message));
    socket.io.on("open", () =>
      socket.io.engine.on("packet", () => {
        if (socket.connected) watch.heard();
      }),
    );
  }

  async #resume(socket: Socket): Promise<void> {
    const { resume, report, timing } = this.#options;
    const check = (failure?: unknown) => {
      if (failure !== undefined) report(failure);
      if (socket !== this.socket) throw new ClientError("closed", "Closed.");
    };
    const late = setTimeout(() => socket.io.engine.close(), timing.resumeMs);
    this.#timers.push(late);
    try {
      const task = { run: () => resume(socket), check, isRetryable: () => true };
      await retry({ ...this.#options, wakeup: this.#wakeup }, task);
      check();
      this.#synced = true;
      this.#fault = undefined;
      clearTimeout(this.#slow);
      if (this.#schedule.failures === 0) this.#stopPolling();
      this.#timers.push(setTimeout(() => this.#settle(), timing.settleMs));
      this.#publishState();
    } catch {
      // The next connection resumes.
    } finally {
      clearTimeout(late);
    }
  }

  #settle(): void {
    this.#settled = true;
    this.#schedule.settle();
    if (!this.#doubtful) this.#stopPolling();
  }

  /** A token could not be had, or the SDK has a bug. @returns the delay before the next attempt */
  #failed(error: unknown): number {
    const { report, timing, random } = this.#options;
    this.#drop();
    report(error);
    if (error instanceof ClientError) {
      if (!error.retryable) return this.#refuse(error.code);
      this.#waitsForToken = true;
      this.#pollNow();
      this.#poller.note(false);
    } else this.#fault = error;
    const asked = error instanceof ClientError ? error.retryAfterMs : undefined;
    const delayMs = retryDelay(this.#schedule.failures, asked, timing, random);
    this.#schedule.fail();
    return delayMs;
  }

  #refuse(code: string): number {
    if (!this.#closed) {
      this.close();
      this.#options.onRefused(code);
    }
    return 0;
  }

  /** @returns the rest of the time that a draining gateway asked for, else the schedule's delay. */
  #afterLoss(): number {
    const [settled, remainingMs] = [this.#settled, this.#move.remainingMs];
    this.#drop();
    if (remainingMs !== undefined) return remainingMs;
    if (!settled) this.#pollNow();
    return this.#schedule.afterLoss(settled);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#watch?.stop();
    this.#move.cancel();
    this.#watch = undefined;
    this.#synced = this.#settled = this.#degraded = this.#doubtful = false;
    this.#apiReachable = undefined;
    for (const timer of [this.#slow, ...this.#timers.splice(0)]) clearTimeout(timer);
    socket?.removeAllListeners("event");
    socket?.disconnect();
  }

  #takeStatus(message: unknown): void {
    if (!isRecord(message)) return;
    this.#degraded = message.degraded === true;
    if (typeof message.api === "boolean") this.#apiReachable = message.api;
    this.#publishState();
  }

  #pollNow(): void {
    if (this.#closed) return;
    this.#pollingShows = true;
    const { firstPollMs, random } = this.#options;
    this.#poller.start(random() * firstPollMs());
  }

  #stopPolling(): void {
    this.#pollingShows = false;
    this.#poller.stop();
  }

  #polled(): void {
    if (this.#poller.reached === true && this.#waitsForToken) this.#wakeup.wake();
    this.#publishState();
  }

  /**
   * The page is visible, or the network is back: waiting and hanging attempts have become
   * pointless.
   */
  #returned(why: "visible" | "online"): void {
    const silentForMs = this.#watch?.silentForMs ?? 0;
    if (this.socket !== undefined) {
      if (why === "online" || silentForMs > this.#options.timing.probeMs) this.#watch?.probe();
      return;
    }
    if (why === "online") this.#abandon?.();
    setTimeout(() => {
      this.#wakeup.wake();
      this.#poller.wake();
    }, this.#options.random() * 500);
  }

  #publishState(): void {
    const { state, path } = this;
    const { state: before, path: pathBefore } = this.#published ?? {};
    this.#published = { state, path };
    if (state !== before) this.#options.onState(state);
    if (path !== pathBefore) this.#options.onPath(path);
  }
}

import type { GuestRequestsAnswer } from "../protocol/types.ts";
import type { Socket } from "socket.io-client";
import { ClientError } from "../shared/client-error.ts";
import { isGuestRequests, isHead, isRecord } from "../shared/guards.ts";
import { askedDelay, jitter, type Timing } from "../shared/timing.ts";
import { Wakeup } from "../shared/wakeup.ts";

/** Longest `withinMs` of a `resync` that the client accepts; a longer one is shortened. */
const longestSpreadMs = 120_000;
/** The same while a connection joins: the page waits for it. */
const longestJoinSpreadMs = 5_000;

interface Position {
  readonly epoch: string;
  readonly seq: number;
}
export interface GuestSyncOptions {
  readonly timing: Timing;
  readonly random: () => number;
  readonly socket: () => Socket | undefined;
  /** GET /api/guest/requests. */
  readonly read: () => Promise<GuestRequestsAnswer>;
  readonly take: (state: GuestRequestsAnswer) => void;
  /** Whether a request is open or not confirmed. */
  readonly isBusy: () => boolean;
  /** Reads the session after `ms`: staff muted the table, or ended the mute. */
  readonly renewIn: (ms: number) => void;
  readonly report: (error: unknown) => void;
}

/**
 * Keeps a guest's requests equal to the server's (guarantee G3). Each connection begins with a
 * comparison: by the gateway where both know a position, by `sync` otherwise. Later the gateway
 * names a table that changed (`resync`). While a request is open or pending, and for a minute after
 * the last change, the client repairs lost messages: every few seconds it asks whether the table
 * changed after its position (`check`), and every 20 s it reads all requests.
 */
export class GuestSync {
  readonly #options: GuestSyncOptions;
  readonly #wakeup = new Wakeup();
  /**
   * What the gateway said about the present connection: unchanged, or the spread of a `resync` in
   * ms.
   */
  #comparison: "unchanged" | number | undefined;
  #joining = false;
  #position: Position | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When something was last open, pending or changed, ms. */
  #activeAt = -Infinity;
  /** When the next periodic reading of all requests is due, ms. */
  #readAt = 0;
  /** Whether the gateway answers `check`; one of release 0.2 answers everything in full. */
  #knowsChecks = true;
  #closed = false;

  constructor(options: GuestSyncOptions) {
    this.#options = options;
  }

  /** The position up to which the table's requests are known; presented at the handshake. */
  get position(): Position | undefined {
    return this.#position;
  }

  start(): void {
    this.#readAt = this.#nextReading();
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#wakeup.wake();
  }

  /** A request of the table changed: a later message about it may be lost. */
  noteChange(): void {
    this.#activeAt = Date.now();
  }

  /** A full answer was read at this position. */
  moveTo(state: { readonly epoch?: string | undefined; readonly seq?: number | undefined }): void {
    if (isHead(state)) this.#position = { epoch: state.epoch, seq: state.seq };
  }

  /**
   * Reads all requests of the table. Callers share an answer only if they asked before it was
   * requested.
   * @throws ClientError
   */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.catch(() => undefined).then(() => this.#begin());
    return this.#next;
  }

  /** Listens to what the gateway says about changes, before the socket connects. */
  prepare(socket: Socket): void {
    this.#comparison = undefined;
    this.#joining = true;
    this.#knowsChecks = true;
    socket.on("status", (message: unknown) => {
      if (!isHead(message)) return;
      this.moveTo(message);
      this.#compared("unchanged");
    });
    socket.on("resync", (message: unknown) => this.#resync(message));
  }

  /**
   * Compares after joining. Resolves when the requests are those of the server. @throws ClientError
   */
  async join(): Promise<void> {
    const { timing, random } = this.#options;
    if (this.#position !== undefined && this.#comparison === undefined)
      await this.#wakeup.wait(timing.joinMs);
    const comparison = this.#comparison;
    if (typeof comparison === "number")
      await this.#wakeup.wait(random() * Math.min(comparison, longestJoinSpreadMs));
    if (comparison !== "unchanged") await this.sync();
    this.#comparison = "unchanged";
    this.#joining = false;
  }

  #compared(comparison: "unchanged" | number): void {
    if (!this.#joining || this.#comparison !== undefined) return;
    this.#comparison = comparison;
    this.#wakeup.wake();
  }

  /**
   * Without a position the message is meant for all tables, and concerns only guests who wait for
   * something.
   */
  #resync(message: unknown): void {
    const spreadMs = askedDelay(
      isRecord(message) ? message.withinMs : undefined,
      5_000,
      longestSpreadMs,
    );
    if (isRecord(message) && message.mutedUntil !== undefined)
      return this.#options.renewIn(spreadMs * this.#options.random());
    if (this.#joining && this.#comparison === undefined) return this.#compared(spreadMs);
    if (isHead(message) && this.#isKnown(message)) return;
    if (!isHead(message) && !this.#options.isBusy()) return;
    this.#schedule(spreadMs * this.#options.random());
  }

  #isKnown({ epoch, seq }: Position): boolean {
    return this.#position?.epoch === epoch && this.#position.seq >= seq;
  }

  #begin(check = false): Promise<void> {
    if (!check) this.#next = undefined;
    const running = this.#ask(check).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #ask(check: boolean): Promise<void> {
    const { socket, read, timing } = this.#options;
    const answer: unknown = await socket()
      ?.timeout(timing.ackMs)
      .emitWithAck("sync", { ...this.#position, ...(check && { check }) })
      .catch(() => undefined);
    if (isRecord(answer) && answer.unchanged === true && isHead(answer)) return this.moveTo(answer);
    if (isGuestRequests(answer)) {
      if (check) this.#knowsChecks = isHead(answer) && !this.#isKnown(answer);
      return this.#take(answer);
    }
    throwIfBusy(answer);
    this.#take(await read());
  }

  #take(state: GuestRequestsAnswer): void {
    this.#readAt = this.#nextReading();
    this.#options.take(state);
  }

  #nextReading(): number {
    const { timing, random } = this.#options;
    return Date.now() + jitter(timing.guestSyncMs, 0.25, random);
  }

  #schedule(delayMs?: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const { timing, random, socket, report } = this.#options;
    this.#timer = setTimeout(
      () => {
        if (socket() !== undefined) this.#look(delayMs !== undefined).catch(report);
        this.#schedule();
      },
      delayMs ?? jitter(Math.min(timing.guestCheckMs, timing.guestSyncMs), 0.25, random),
    );
  }

  /** Repairs what a lost message left wrong. */
  async #look(isNamed: boolean): Promise<void> {
    const { timing, isBusy } = this.#options;
    const isWaiting = isBusy();
    if (isWaiting) this.noteChange();
    const now = Date.now();
    if (isNamed || (isWaiting && now >= this.#readAt)) return this.sync();
    const isChecked = this.#knowsChecks && this.#position !== undefined;
    const isActive = now - this.#activeAt < timing.guestActiveMs;
    if (isChecked && isActive && this.#running === undefined) await this.#begin(true);
  }
}

/** If the gateway is overloaded, the client does not ask the api instead at once. */
function throwIfBusy(answer: unknown): void {
  if (!isRecord(answer) || !isRecord(answer.error)) return;
  const { code } = answer.error;
  if (code === "overloaded" || code === "rate_limited" || code === "unavailable")
    throw new ClientError(code, "The gateway is busy.");
}

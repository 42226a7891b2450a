import type { GuestRequest, GuestRequestsAnswer, GuestSessionAnswer } from "@waiter/contracts";
import type { Socket } from "socket.io-client";
import { ClientError } from "./client-error.ts";
import { clientBase, type ClientBase, type ClientOptions } from "./client-options.ts";
import { Courier } from "./courier.ts";
import { Emitter } from "./emitter.ts";
import {
  isGuestRequest,
  isGuestRequestAnswer,
  isGuestRequests,
  isGuestSession,
  isRecord,
} from "./guards.ts";
import { GuestOutbox, type CallStorage, type GuestCall, type PendingCall } from "./guest-outbox.ts";
import { GuestRows } from "./guest-rows.ts";
import { KeptToken } from "./kept-token.ts";
import type { ConnectionState } from "./link.ts";
import { randomKey } from "./random-key.ts";
import { ServerClock } from "./server-clock.ts";
import { jitter } from "./timing.ts";

export interface GuestClientOptions extends ClientOptions {
  /** From the table's QR code. */
  readonly tableToken: string;
  /** Keeps unsent calls, and who this guest is, over a reload. */
  readonly storage?: CallStorage;
}

export type GuestClientEvents = {
  state: [state: ConnectionState];
  /** The rows, the unsent calls, the session or `staffOnline` changed. */
  change: [];
  /** The server has the call. */
  sent: [call: PendingCall, request: GuestRequest];
  /** A call was refused for good, or grew too old. */
  callDropped: [call: PendingCall, error: ClientError];
  /** It will not be let in: `not_found` is a table that does not exist (any more), `tenant_*` a wrong address. */
  refused: [code: string];
  /** Something failed that the client deals with by itself. For logs. */
  error: [error: unknown];
};

/** How fresh a session's rows must be for a first connection to ask nothing. */
const freshMs = 10_000;

/** A guest at a table: calls that are never lost, and what becomes of them. */
export class GuestClient extends Emitter<GuestClientEvents> {
  readonly #base: ClientBase;
  readonly #tableToken: string;
  readonly #courier: Courier;
  readonly #outbox: GuestOutbox;
  readonly #rows = new GuestRows();
  readonly #clock = new ServerClock();
  readonly #kept: KeptToken;
  #session: GuestSessionAnswer | undefined;
  #opening: Promise<GuestSessionAnswer> | undefined;
  #staffOnline: boolean | null = null;
  /** When a session's rows were read; 0 once a connection has used them. */
  #freshAt = 0;
  #asking: Promise<void> | undefined;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(given: GuestClientOptions) {
    super();
    const base = (this.#base = clientBase(given));
    this.#tableToken = given.tableToken;
    this.#kept = new KeptToken(`waiter:guest:${given.tableToken}`, given.storage);
    this.#courier = new Courier(base, {
      namespace: "/guest",
      session: () => this.#session,
      renew: () => this.#renew(),
      prepare: (socket) => this.#listen(socket),
      resume: async () => {
        if (Date.now() - this.#freshAt > freshMs) await this.sync();
        this.#freshAt = 0;
      },
      probe: (socket) => this.#ask(socket, base.timing.probeMs),
      poll: () => this.sync(),
      onState: (state) => this.emit("state", state),
      onRefused: (code) => {
        this.close();
        this.emit("refused", code);
      },
      report: (error) => this.emit("error", error),
    });
    this.#outbox = new GuestOutbox({
      ...base,
      name: `waiter:calls:${given.tableToken}`,
      storage: given.storage,
      bell: this.#courier.bell,
      send: (pending) => this.#send(pending),
      onSent: (pending, request) => this.#sent(pending, request),
      onDropped: (pending, error) => this.emit("callDropped", pending, error),
      onChange: () => this.emit("change"),
    });
  }

  get state(): ConnectionState {
    return this.#courier.link.state;
  }
  /** Restaurant, table and request types; undefined until the first answer. */
  get session(): GuestSessionAnswer | undefined {
    return this.#session;
  }
  /** The table's requests, closed ones of this visit included, the oldest first. */
  get requests(): readonly GuestRequest[] {
    return this.#rows.all;
  }
  /** Calls that the server has not confirmed. */
  get pending(): readonly PendingCall[] {
    return this.#outbox.pending;
  }
  /** Whether a staff screen is connected; null while that cannot be known. */
  get staffOnline(): boolean | null {
    return this.#staffOnline;
  }
  /** The server's time, in milliseconds since the epoch. */
  serverNow(): number {
    return this.#clock.now();
  }

  /** Opens a session, connects and stays so until `close`. */
  connect(): void {
    this.#courier.link.start();
    this.#outbox.start();
    this.#syncLater();
  }

  close(): void {
    this.#courier.close();
    clearTimeout(this.#syncTimer);
    this.#outbox.close();
  }

  /** Makes a call. It is kept and tried with the same key until the server has it. @throws ClientError `queue_full`. */
  call(call: GuestCall): PendingCall {
    const pending = { key: randomKey(), call, at: Date.now() };
    this.#outbox.add(pending);
    return pending;
  }

  /** Takes back a call that was not sent yet; if it was under way, it is cancelled when it arrives. */
  withdraw(key: string): void {
    this.#outbox.withdraw(key);
  }

  /** @throws ClientError, `conflict` when it is no longer open. */
  async cancel(id: string): Promise<GuestRequest> {
    try {
      const { request } = await this.#courier.command({
        event: "request:cancel",
        path: `/api/guest/requests/${id}/cancel`,
        key: randomKey(),
        body: {},
        fields: { id },
        accept: isGuestRequestAnswer,
      });
      this.#take(request);
      return request;
    } catch (error) {
      if (error instanceof ClientError && isGuestRequestAnswer(error)) this.#take(error.request);
      throw error;
    }
  }

  /** Opens a completed request again. @throws ClientError. */
  async reopen(id: string): Promise<GuestRequest> {
    const { request } = await this.#courier.call(
      "POST",
      `/api/guest/requests/${id}/reopen`,
      isGuestRequestAnswer,
      {},
      randomKey(),
    );
    this.#take(request);
    return request;
  }

  /** Asks for the state of all requests now; several at once ask once. @throws ClientError. */
  sync(): Promise<void> {
    this.#asking ??= this.#askAnyhow().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askAnyhow(): Promise<void> {
    const { socket } = this.#courier.link;
    if (
      socket !== undefined &&
      (await this.#ask(socket, this.#base.timing.ackMs).catch(() => false))
    )
      return;
    this.#takeState(await this.#courier.call("GET", "/api/guest/requests", isGuestRequests));
  }

  /** @returns whether the answer was of use. */
  async #ask(socket: Socket, timeoutMs: number): Promise<boolean> {
    const answer: unknown = await socket.timeout(timeoutMs).emitWithAck("sync", {});
    if (!isGuestRequests(answer)) return false;
    this.#takeState(answer);
    return true;
  }

  async #send(pending: PendingCall): Promise<GuestRequest> {
    await this.#courier.session();
    const { request } = await this.#courier.command({
      event: "request:create",
      path: "/api/guest/requests",
      key: pending.key,
      body: pending.call,
      accept: isGuestRequestAnswer,
    });
    return request;
  }

  #sent(pending: PendingCall, request: GuestRequest): void {
    this.#take(request);
    if (this.#outbox.wasWithdrawn(pending.key))
      this.cancel(request.id).catch((error: unknown) => this.emit("error", error));
    else this.emit("sent", pending, request);
  }

  #renew(): Promise<GuestSessionAnswer> {
    this.#opening ??= this.#renewOnce().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #renewOnce(): Promise<GuestSessionAnswer> {
    if (this.#courier.closed) throw new ClientError("closed", "Closed.");
    const call = { body: { tableToken: this.#tableToken }, token: this.#kept.token };
    const session = await this.#base.api.call("POST", "/api/guest/sessions", isGuestSession, call);
    this.#session = session;
    this.#kept.keep(session.accessToken);
    this.#takeState(session);
    this.#freshAt = Date.now();
    this.#courier.renewed(session);
    return session;
  }

  #listen(socket: Socket): void {
    socket.on("request", (message: unknown) => {
      if (isRecord(message) && isGuestRequest(message.request)) this.#take(message.request);
    });
    socket.on("resync", (message: unknown) => {
      const withinMs =
        isRecord(message) && typeof message.withinMs === "number" ? message.withinMs : 5_000;
      this.#syncLater(withinMs * this.#base.random());
    });
  }

  #take(request: GuestRequest): void {
    if (this.#rows.take(request)) this.emit("change");
  }

  #takeState(state: GuestRequestsAnswer): void {
    this.#clock.observe(state.now);
    this.#rows.takeAll(state.requests, state.now);
    this.#staffOnline = state.staffOnline;
    this.emit("change");
  }

  /** The next own `sync`: by default every `guestSyncMs` or so, and only while a request is open. */
  #syncLater(ms?: number): void {
    clearTimeout(this.#syncTimer);
    if (this.#courier.closed) return;
    this.#syncTimer = setTimeout(
      () => {
        const wanted = ms !== undefined || this.#rows.anyOpen;
        if (wanted && this.#courier.link.socket !== undefined)
          this.sync().catch((error: unknown) => this.emit("error", error));
        this.#syncLater();
      },
      ms ?? jitter(this.#base.timing.guestSyncMs, 0.5, this.#base.random),
    );
  }
}

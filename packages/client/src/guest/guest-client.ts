import type { GuestRequest, GuestRequestsAnswer, GuestSessionAnswer } from "@waiter/contracts";
import type { Socket } from "socket.io-client";
import { ClientError } from "../shared/client-error.ts";
import {
  createClientContext,
  type ClientContext,
  type ClientOptions,
} from "../connection/client-options.ts";
import { SessionConnection } from "../connection/session-connection.ts";
import { Emitter } from "../shared/emitter.ts";
import {
  isGuestRequest,
  isGuestRequestAnswer,
  isGuestRequests,
  isGuestSession,
  isRecord,
} from "../shared/guards.ts";
import { GuestOutbox, type CallStorage, type GuestCall, type PendingCall } from "./guest-outbox.ts";
import { GuestRows } from "./guest-rows.ts";
import { StoredToken } from "./stored-token.ts";
import type { ConnectionState } from "../connection/connection-state.ts";
import { randomKey } from "../shared/random-key.ts";
import { ServerClock } from "../shared/server-clock.ts";
import { jitter } from "../shared/timing.ts";

export interface GuestClientOptions extends ClientOptions {
  /** Token of the table's QR code. */
  readonly tableToken: string;
  /** Keeps unsent requests and the guest's identity over a reload. */
  readonly storage?: CallStorage;
}

export type GuestClientEvents = {
  state: [state: ConnectionState];
  /** Requests, pending requests, session or `staffOnline` changed. */
  change: [];
  /** The server stored the request. */
  sent: [call: PendingCall, request: GuestRequest];
  /** The server refused the request for good, or it expired. */
  callDropped: [call: PendingCall, error: ClientError];
  /** The client is refused for good: `not_found`: unknown table code; `tenant_*`: wrong host. */
  refused: [code: string];
  /** A failure that the client handles itself. For logs. */
  error: [error: unknown];
};

/** A first connection skips `sync` if the session's rows are younger. */
const freshMs = 10_000;

/** A guest at a table: sends requests reliably and follows the table's requests. */
export class GuestClient extends Emitter<GuestClientEvents> {
  readonly #context: ClientContext;
  readonly #tableToken: string;
  readonly #connection: SessionConnection;
  readonly #outbox: GuestOutbox;
  readonly #rows = new GuestRows();
  readonly #clock = new ServerClock();
  readonly #storedToken: StoredToken;
  #session: GuestSessionAnswer | undefined;
  #opening: Promise<GuestSessionAnswer> | undefined;
  #staffOnline: boolean | null = null;
  /** When the session's rows were read (local clock); 0 after the first connection. */
  #freshAt = 0;
  #asking: Promise<void> | undefined;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(given: GuestClientOptions) {
    super();
    const base = (this.#context = createClientContext(given));
    this.#tableToken = given.tableToken;
    this.#storedToken = new StoredToken(`waiter:guest:${given.tableToken}`, given.storage);
    this.#connection = new SessionConnection(base, {
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
      wakeup: this.#connection.wakeup,
      send: (pending) => this.#send(pending),
      onSent: (pending, request) => this.#sent(pending, request),
      onDropped: (pending, error) => this.emit("callDropped", pending, error),
      onChange: () => this.emit("change"),
    });
  }

  get state(): ConnectionState {
    return this.#connection.link.state;
  }
  /** Restaurant, table and request types; undefined before the first answer. */
  get session(): GuestSessionAnswer | undefined {
    return this.#session;
  }
  /** The table's requests, oldest first, including closed ones of this visit. */
  get requests(): readonly GuestRequest[] {
    return this.#rows.all;
  }
  /** Requests that the server has not confirmed. */
  get pending(): readonly PendingCall[] {
    return this.#outbox.pending;
  }
  /** Whether a staff screen is connected; null if unknown. */
  get staffOnline(): boolean | null {
    return this.#staffOnline;
  }
  /** The server's time, in milliseconds since the epoch. */
  serverNow(): number {
    return this.#clock.now();
  }

  /** Opens a session and stays connected until `close`. */
  connect(): void {
    this.#connection.link.start();
    this.#outbox.start();
    this.#syncLater();
  }

  close(): void {
    this.#connection.close();
    clearTimeout(this.#syncTimer);
    this.#outbox.close();
  }

  /** Sends a request; retried with the same key until confirmed. @throws ClientError `queue_full`. */
  call(call: GuestCall): PendingCall {
    const pending = { key: randomKey(), call, at: Date.now() };
    this.#outbox.add(pending);
    return pending;
  }

  /** Withdraws a pending request; one that is already being sent is cancelled on arrival. */
  withdraw(key: string): void {
    this.#outbox.withdraw(key);
  }

  /** Cancels an open request. @throws ClientError, `conflict` when it is no longer open. */
  async cancel(id: string): Promise<GuestRequest> {
    try {
      const { request } = await this.#connection.command({
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

  /** Reopens a completed request. @throws ClientError. */
  async reopen(id: string): Promise<GuestRequest> {
    const { request } = await this.#connection.call(
      "POST",
      `/api/guest/requests/${id}/reopen`,
      isGuestRequestAnswer,
      {},
      randomKey(),
    );
    this.#take(request);
    return request;
  }

  /** Reads all requests of the table; concurrent calls share one answer. @throws ClientError. */
  sync(): Promise<void> {
    this.#asking ??= this.#askAnyhow().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askAnyhow(): Promise<void> {
    const { socket } = this.#connection.link;
    if (
      socket !== undefined &&
      (await this.#ask(socket, this.#context.timing.ackMs).catch(() => false))
    )
      return;
    this.#takeState(await this.#connection.call("GET", "/api/guest/requests", isGuestRequests));
  }

  /** @returns whether the answer was valid. */
  async #ask(socket: Socket, timeoutMs: number): Promise<boolean> {
    const answer: unknown = await socket.timeout(timeoutMs).emitWithAck("sync", {});
    if (!isGuestRequests(answer)) return false;
    this.#takeState(answer);
    return true;
  }

  async #send(pending: PendingCall): Promise<GuestRequest> {
    await this.#connection.session();
    const { request } = await this.#connection.command({
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
    if (this.#connection.closed) throw new ClientError("closed", "Closed.");
    const call = { body: { tableToken: this.#tableToken }, token: this.#storedToken.token };
    const session = await this.#context.api.call(
      "POST",
      "/api/guest/sessions",
      isGuestSession,
      call,
    );
    this.#session = session;
    this.#storedToken.keep(session.accessToken);
    this.#takeState(session);
    this.#freshAt = Date.now();
    this.#connection.renewed(session);
    return session;
  }

  #listen(socket: Socket): void {
    socket.on("request", (message: unknown) => {
      if (isRecord(message) && isGuestRequest(message.request)) this.#take(message.request);
    });
    socket.on("resync", (message: unknown) => {
      const withinMs =
        isRecord(message) && typeof message.withinMs === "number" ? message.withinMs : 5_000;
      this.#syncLater(withinMs * this.#context.random());
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

  /** Schedules the next periodic `sync`, which runs only while a request is open. */
  #syncLater(ms?: number): void {
    clearTimeout(this.#syncTimer);
    if (this.#connection.closed) return;
    this.#syncTimer = setTimeout(
      () => {
        const wanted = ms !== undefined || this.#rows.anyOpen;
        if (wanted && this.#connection.link.socket !== undefined)
          this.sync().catch((error: unknown) => this.emit("error", error));
        this.#syncLater();
      },
      ms ?? jitter(this.#context.timing.guestSyncMs, 0.5, this.#context.random),
    );
  }
}

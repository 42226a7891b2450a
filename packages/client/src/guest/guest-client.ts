import type { GuestRequest, GuestRequestsAnswer, GuestSessionAnswer } from "../protocol/types.ts";
import type { Socket } from "socket.io-client";
import { createClientContext, type ClientContext } from "../connection/client-options.ts";
import type { ConnectionState, PathState } from "../connection/connection-state.ts";
import { SessionConnection } from "../connection/session-connection.ts";
import { ClientError } from "../shared/client-error.ts";
import { Emitter } from "../shared/emitter.ts";
import {
  isGuestRequest,
  isGuestRequestAnswer,
  isGuestRequests,
  isGuestSession,
  isRecord,
} from "../shared/guards.ts";
import { present } from "../shared/present.ts";
import { randomKey } from "../shared/random-key.ts";
import { ServerClock } from "../shared/server-clock.ts";
import { Cancellations } from "./cancellations.ts";
import type { GuestClientEvents, GuestClientOptions } from "./guest-client-events.ts";
import { GuestOutbox, type GuestCall, type PendingCall } from "./guest-outbox.ts";
import { GuestRows } from "./guest-rows.ts";
import { GuestSync } from "./guest-sync.ts";
import { isShut, untilShutEnds } from "./shut.ts";
import { StaffPresence, type StaffReach } from "./staff-presence.ts";
import { StoredToken } from "./stored-token.ts";
import { WithdrawnCalls } from "./withdrawn-calls.ts";

/** A guest at a table: sends requests reliably and follows the table's requests. */
export class GuestClient extends Emitter<GuestClientEvents> {
  readonly #context: ClientContext;
  readonly #tableToken: string;
  readonly #connection: SessionConnection;
  readonly #cancellations: Cancellations;
  readonly #withdrawn: WithdrawnCalls;
  readonly #outbox: GuestOutbox;
  readonly #sync: GuestSync;
  readonly #rows = new GuestRows();
  readonly #presence = new StaffPresence();
  readonly #clock = new ServerClock();
  readonly #storedToken: StoredToken;
  #session: GuestSessionAnswer | undefined;
  #opening: Promise<GuestSessionAnswer> | undefined;
  /** When to renew again: asked for during a renewal, whose answer may be older than its reason. */
  #renewAgainAt = Infinity;

  constructor(given: GuestClientOptions) {
    super();
    const context = (this.#context = createClientContext(given));
    const { timing } = context;
    const report = (error: unknown) => this.emit("error", error);
    this.#tableToken = given.tableToken;
    this.#storedToken = new StoredToken(`waiter:guest:${given.tableToken}`, given.storage);
    this.#connection = new SessionConnection(context, {
      namespace: "/guest",
      session: () => this.#session,
      renew: () => this.#renew(),
      auth: () => ({ ...this.#sync.position, silenceMs: timing.staleMs }),
      prepare: (socket) => this.#listen(socket),
      resume: () => this.#sync.join(),
      silenceMs: () => (this.#isBusy() ? timing.busyStaleMs : timing.staleMs),
      probe: (socket, routine) => this.#probe(socket, routine),
      poll: () => this.sync(),
      pollAtOnce: false,
      firstPollMs: () => (this.#isBusy() ? timing.reconnectMinMs : timing.idlePollMs),
      intervalMs: () => (this.#isBusy() ? timing.pollMs : timing.idlePollMs),
      onState: (state) => this.emit("state", state),
      onPath: (path) => this.emit("path", path),
      onRefused: (code) => {
        if (code === "not_found") this.#storedToken.forget();
        this.#outbox.refuse(new ClientError(code, "The client is refused."));
        this.close();
        this.emit("refused", code);
      },
      report,
    });
    this.#sync = new GuestSync({
      ...context,
      socket: () => this.#connection.healthySocket,
      read: () => this.#connection.call("GET", "/api/guest/requests", isGuestRequests),
      take: (state) => this.#takeState(state),
      isBusy: () => this.#isBusy(),
      renewIn: (ms) => {
        if (this.#opening !== undefined) this.#renewAgainAt = performance.now() + ms;
        this.#connection.renewIn(ms);
      },
      report,
    });
    this.#cancellations = new Cancellations({
      connection: this.#connection,
      versionOf: (id) => this.#rows.get(id)?.version,
      take: (request) => this.#take(request),
    });
    this.#withdrawn = new WithdrawnCalls({
      ...context,
      name: `waiter:withdrawn:${given.tableToken}`,
      storage: given.storage,
      connection: this.#connection,
      take: (request) => this.#take(request),
      report,
    });
    this.#outbox = new GuestOutbox({
      ...context,
      name: `waiter:calls:${given.tableToken}`,
      storage: given.storage,
      wakeup: this.#connection.wakeup,
      send: (pending, check) => this.#send(pending, check),
      onSent: (pending, request) => {
        this.#take(request);
        this.emit("sent", pending, request);
      },
      onDropped: (pending, error) => {
        const tell = () => this.emit("callDropped", pending, error);
        if (isShut(error)) void this.#renew().then(tell, tell);
        else tell();
      },
      onWithdrawn: (key) => this.#withdrawn.add(key),
      onNeedsConfirmation: (pending) => this.emit("callNeedsConfirmation", pending),
      onChange: () => this.emit("change"),
    });
  }

  get state(): ConnectionState {
    return this.#connection.link.state;
  }
  /** Whether a request reaches the staff now. */
  get path(): PathState {
    return this.#connection.link.path;
  }
  /** The last unexpected error of the SDK while connecting; undefined when it works. */
  get fault(): unknown {
    return this.#connection.link.fault;
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
    return this.#presence.online;
  }
  /** Which way reaches the staff; null if unknown. */
  get reach(): StaffReach {
    return this.#presence.reach;
  }
  /** The server's time, in milliseconds since the epoch. */
  serverNow(): number {
    return this.#clock.now();
  }

  /** Opens a session and stays connected until `close`. */
  connect(): void {
    this.#connection.link.start();
    this.#outbox.start();
    this.#withdrawn.start();
    this.#sync.start();
  }

  close(): void {
    this.#connection.close();
    this.#sync.close();
    this.#outbox.close();
  }

  /**
   * Sends a request, with one key until confirmed. @throws ClientError `queue_full`, `closed`.
   */
  call(call: GuestCall): PendingCall {
    const pending = { key: randomKey(), call, at: Date.now() };
    this.#outbox.add(pending);
    return pending;
  }

  /** Sends a pending request with `needsConfirmation`, with its key. */
  confirm(key: string): void {
    this.#outbox.confirm(key);
  }

  /** Withdraws a pending request; a request under way is cancelled on arrival. */
  withdraw(key: string): void {
    this.#outbox.withdraw(key);
  }

  /**
   * Cancels an open request. A repeat after a lost answer is the same command to the server: it
   * changes nothing when the first one arrives late. @throws ClientError, `conflict` when it is no
   * longer open.
   */
  cancel(id: string): Promise<GuestRequest> {
    return this.#cancellations.cancel(id);
  }

  /**
   * Takes back one's own last change of a request within 30 s. @throws ClientError, `conflict` when
   * it is too late.
   */
  async undo(id: string, version?: number): Promise<GuestRequest> {
    // The gateway has no such command for guests.
    const { request } = await this.#connection.call(
      "POST",
      `/api/guest/requests/${id}/undo`,
      isGuestRequestAnswer,
      present({ version }),
      randomKey(),
    );
    this.#take(request);
    return request;
  }

  /** Reopens a completed request. @throws ClientError. */
  async reopen(id: string): Promise<GuestRequest> {
    const path = `/api/guest/requests/${id}/reopen`;
    const answer = await this.#connection.call("POST", path, isGuestRequestAnswer, {}, randomKey());
    this.#take(answer.request);
    return answer.request;
  }

  /** Reads all requests of the table. @throws ClientError. */
  sync(): Promise<void> {
    return this.#sync.sync();
  }

  /** Whether anything of this table is open or not confirmed. */
  #isBusy(): boolean {
    return this.#rows.anyOpen || this.#outbox.pending.length > 0;
  }

  /** Any acknowledgement will do; a question to the api only where its answer may matter. */
  #probe(socket: Socket, routine: boolean): Promise<unknown> {
    const asking = socket.timeout(this.#context.timing.probeMs);
    if ((this.#isBusy() && !routine) || this.#session === undefined) return this.sync();
    const { accessToken: token, ticket } = this.#session;
    return asking.emitWithAck("auth:refresh", { token, ticket });
  }

  async #send(pending: PendingCall, check: () => void): Promise<GuestRequest> {
    await this.#connection.session();
    const { request } = await this.#connection.command({
      event: "request:create",
      path: "/api/guest/requests",
      key: pending.key,
      body: pending.call,
      accept: isGuestRequestAnswer,
      check,
    });
    return request;
  }

  #renew(): Promise<GuestSessionAnswer> {
    return (this.#opening ??= this.#renewOnce().finally(() => (this.#opening = undefined)));
  }

  async #renewOnce(): Promise<GuestSessionAnswer> {
    if (this.#connection.closed) throw new ClientError("closed", "Closed.");
    const call = { body: { tableToken: this.#tableToken }, token: this.#storedToken.token };
    const { api } = this.#context;
    const session = await api.call("POST", "/api/guest/sessions", isGuestSession, call);
    this.#session = session;
    this.#storedToken.keep(session.accessToken);
    this.#takeState(session);
    const againMs = Math.max(0, this.#renewAgainAt - performance.now());
    this.#renewAgainAt = Infinity;
    const shutMs = untilShutEnds(session, this.#clock.now(), this.#context);
    this.#connection.renewed(session, Math.min(againMs, shutMs));
    return session;
  }

  #listen(socket: Socket): void {
    this.#sync.prepare(socket);
    socket.on("request", (message: unknown) => {
      if (!isRecord(message) || !isGuestRequest(message.request)) return;
      this.#presence.prove(this.#rows.get(message.request.id), message.request);
      this.#take(message.request);
    });
    socket.on("status", (message: unknown) => {
      if (isRecord(message) && this.#presence.take(message)) this.emit("change");
    });
  }

  #take(request: GuestRequest): void {
    if (!this.#rows.take(request)) return;
    this.#sync.noteChange();
    this.emit("change");
  }

  #takeState(state: GuestRequestsAnswer): void {
    this.#clock.observe(state.now);
    this.#rows.takeAll(state.requests, state.now);
    this.#presence.take(state);
    this.#sync.moveTo(state);
    this.emit("change");
  }
}

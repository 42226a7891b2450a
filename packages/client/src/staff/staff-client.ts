import type { Board, Envelope, Request, RequestType, StaffMember, Table } from "@waiter/contracts";
import type { Socket } from "socket.io-client";
import { BoardState } from "./board-state.ts";
import { ClientError } from "../shared/client-error.ts";
import {
  createClientContext,
  type ClientContext,
  type ClientOptions,
} from "../connection/client-options.ts";
import { CommandQueue } from "./command-queue.ts";
import { SessionConnection } from "../connection/session-connection.ts";
import { Emitter } from "../shared/emitter.ts";
import type { Position } from "./event-sequencer.ts";
import {
  isBoard,
  isEventsAnswer,
  isPresence,
  isRecord,
  isRequestAnswer,
  isSyncAnswer,
} from "../shared/guards.ts";
import type { ConnectionState } from "../connection/connection-state.ts";
import { present } from "../shared/present.ts";
import { randomKey } from "../shared/random-key.ts";
import { ServerClock } from "../shared/server-clock.ts";
import { StaffFeed } from "./staff-feed.ts";
import { StaffTokens, type StaffSession } from "./staff-session.ts";

export interface StaffClientOptions extends ClientOptions {
  /** A session of an earlier login. Without it, `login` or the refresh cookie creates one. */
  readonly session?: StaffSession;
  /** Where the refresh token is kept: `cookie` in browsers (default), `body` elsewhere. */
  readonly refresh?: "cookie" | "body";
  /**
   * Receives every event exactly once and in order while it is applied. If it throws, the event counts as
   * applied, the error is reported and one reset follows.
   */
  readonly onEvent?: (event: Envelope) => void;
  /** Fetch the events that a reset would skip, so that `onEvent` receives them too. For checkers. */
  readonly everyEvent?: boolean;
}

export type StaffCommand = "claim" | "release" | "complete" | "dismiss";

export type StaffClientEvents = {
  /** The connection state changed. */
  state: [state: ConnectionState];
  /** The board changed: rows, presence, session or pending commands. */
  change: [];
  /** An event was applied. */
  event: [event: Envelope];
  /** A snapshot replaced the board; it contains the events from `from` (exclusive) to `to` (inclusive). */
  reset: [skipped: { readonly from: Position | undefined; readonly to: Position }];
  /** A command was not sent in time and is dropped. */
  commandDropped: [command: { readonly command: StaffCommand; readonly id: string }];
  /** The session was renewed; undefined: it ended. */
  session: [session: StaffSession | undefined];
  /** The client is refused for good: `unauthorized`: log in again; `tenant_*`: wrong host. */
  refused: [code: string];
  /** A failure that the client handles itself. For logs. */
  error: [error: unknown];
};

/** A staff screen: the live board of one tenant and its commands. `StaffFeed` keeps guarantees G2 and G3. */
export class StaffClient extends Emitter<StaffClientEvents> {
  readonly #context: ClientContext;
  readonly #connection: SessionConnection;
  readonly #tokens: StaffTokens;
  readonly #feed: StaffFeed;
  readonly #queue: CommandQueue;
  readonly #board = new BoardState();
  readonly #clock = new ServerClock();
  #online: ReadonlySet<string> = new Set();
  #seenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(given: StaffClientOptions = {}) {
    super();
    const base = (this.#context = createClientContext(given));
    const report = (error: unknown) => this.emit("error", error);
    this.#tokens = new StaffTokens(
      base.api,
      given.refresh ?? "cookie",
      given.session,
      (session) => {
        if (session !== undefined) this.#connection.renewed(session);
        this.emit("session", session);
        this.emit("change");
      },
    );
    const connection = (this.#connection = new SessionConnection(base, {
      namespace: "/staff",
      session: () => this.#tokens.session,
      renew: () => this.#tokens.refresh(),
      prepare: (socket) => this.#listen(socket),
      resume: () => this.#feed.resume(),
      probe: (socket) => this.#probe(socket),
      poll: () => this.#feed.poll(),
      onState: (state) => this.emit("state", state),
      onRefused: (code) => {
        this.close();
        this.emit("refused", code);
      },
      report,
    }));
    this.#queue = new CommandQueue({
      ...base,
      wakeup: connection.wakeup,
      onChange: () => this.emit("change"),
    });
    this.#feed = new StaffFeed({
      ...base,
      board: () => connection.call("GET", "/api/board", isBoard),
      events: ({ epoch, seq }) =>
        connection.call("GET", `/api/events?epoch=${epoch}&since=${seq}`, isEventsAnswer),
      ask: () => {
        const { socket } = connection.link;
        return socket === undefined
          ? undefined
          : (body) => socket.timeout(base.timing.ackMs).emitWithAck("sync", body);
      },
      apply: (event) => this.#apply(event, given.onEvent),
      adopt: (board, skipped) => this.#adopt(board, skipped),
      report,
      fill: given.everyEvent ?? false,
      wakeup: connection.wakeup,
    });
  }

  get state(): ConnectionState {
    return this.#connection.link.state;
  }
  get session(): StaffSession | undefined {
    return this.#tokens.session;
  }
  /** Position of the last applied event. */
  get position(): Position | undefined {
    return this.#feed.position;
  }
  /** Open requests, oldest first. */
  get requests(): readonly Request[] {
    return this.#board.requests;
  }
  get tables(): readonly Table[] {
    return this.#board.tables;
  }
  get staff(): readonly StaffMember[] {
    return this.#board.staff;
  }
  get requestTypes(): readonly RequestType[] {
    return this.#board.requestTypes;
  }
  /** Ids of the staff members with an open screen. */
  get online(): ReadonlySet<string> {
    return this.#online;
  }
  /** Commands without an answer yet. */
  get pendingCommands(): number {
    return this.#queue.size;
  }
  /** The server's time, in milliseconds since the epoch. */
  serverNow(): number {
    return this.#clock.now();
  }

  /** @throws ClientError. */
  login(email: string, password: string): Promise<StaffSession> {
    return this.#tokens.login(email, password);
  }

  /** Continues the session of the refresh token, for example after a reload. @throws ClientError. */
  resumeSession(): Promise<StaffSession> {
    return this.#tokens.refresh();
  }

  /** Ends the session and the connection. @throws ClientError if the api did not answer. */
  async logout(): Promise<void> {
    this.close();
    await this.#tokens.logout();
  }

  /** Connects and stays connected until `close`. */
  connect(): void {
    const { session } = this.#tokens;
    if (session !== undefined) this.#connection.renewed(session);
    this.#connection.link.start();
  }

  close(): void {
    this.#connection.close();
    clearTimeout(this.#seenTimer);
    this.#feed.close();
    this.#queue.close();
  }

  claim(id: string, version?: number): Promise<Request> {
    return this.#command("claim", id, { version });
  }
  release(id: string, version?: number): Promise<Request> {
    return this.#command("release", id, { version });
  }
  complete(id: string, version?: number): Promise<Request> {
    return this.#command("complete", id, { version });
  }
  dismiss(id: string, reason: string, version?: number): Promise<Request> {
    return this.#command("dismiss", id, { version, reason });
  }

  /** Creates a request on a guest's behalf. @throws ClientError. */
  async create(
    body: { tableId: string; type: string; note?: string; payment?: "cash" | "card" },
    key = randomKey(),
  ): Promise<Request> {
    const { request } = await this.#queue.run(body.tableId, () =>
      this.#connection.call("POST", "/api/requests", isRequestAnswer, body, key),
    );
    this.#take(request);
    return request;
  }

  /** Reports that this screen shows everything up to the position; sent at most once per `seenMs`. */
  markSeen(): void {
    this.#seenTimer ??= setTimeout(() => {
      this.#seenTimer = undefined;
      const seq = this.#feed.position?.seq;
      if (seq !== undefined) this.#connection.link.socket?.emit("seen", { seq });
    }, this.#context.timing.seenMs);
  }

  async #command(
    command: StaffCommand,
    id: string,
    fields: { version: number | undefined; reason?: string },
  ): Promise<Request> {
    const key = randomKey();
    const body = present<string | number>(fields);
    try {
      const { request } = await this.#queue.run(id, () =>
        this.#connection.command({
          event: `request:${command}`,
          path: `/api/requests/${id}/${command}`,
          key,
          body,
          fields: { id },
          accept: isRequestAnswer,
        }),
      );
      this.#take(request);
      return request;
    } catch (error) {
      if (error instanceof ClientError && error.code === "expired")
        this.emit("commandDropped", { command, id });
      if (error instanceof ClientError && isRequestAnswer(error)) this.#take(error.request);
      throw error;
    }
  }

  #listen(socket: Socket): void {
    socket.on("event", (event: unknown) => this.#feed.receive(event));
    socket.on("head", (head: unknown) => {
      if (isRecord(head) && typeof head.now === "string") this.#clock.observe(head.now);
      this.#feed.compareHead(head);
    });
    socket.on("presence", (presence: unknown) => {
      if (!isPresence(presence)) return;
      this.#online = new Set(presence.staff.map(({ id }) => id));
      this.emit("change");
    });
  }

  async #probe(socket: Socket): Promise<void> {
    const { epoch, seq } = this.#feed.position ?? { epoch: undefined, seq: 0 };
    const answer: unknown = await socket
      .timeout(this.#context.timing.probeMs)
      .emitWithAck("sync", present({ epoch, since: seq }));
    if (isSyncAnswer(answer)) this.#feed.compareHead({ epoch: answer.epoch, seq: answer.head });
  }

  #apply(event: Envelope, onEvent: StaffClientOptions["onEvent"]): void {
    try {
      this.#board.apply(event);
    } finally {
      this.emit("event", event);
      this.emit("change");
      onEvent?.(event);
    }
  }

  #adopt(
    board: Board,
    skipped: { readonly from: Position | undefined; readonly to: Position },
  ): void {
    this.#clock.observe(board.now);
    this.#board.adopt(board);
    this.emit("reset", skipped);
    this.emit("change");
  }

  #take(request: Request): void {
    if (this.#board.take(request)) this.emit("change");
  }
}

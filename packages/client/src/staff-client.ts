import type { Board, Envelope, Request, RequestType, StaffMember, Table } from "@waiter/contracts";
import type { Socket } from "socket.io-client";
import { BoardState } from "./board-state.ts";
import { ClientError } from "./client-error.ts";
import { clientBase, type ClientBase, type ClientOptions } from "./client-options.ts";
import { CommandQueue } from "./command-queue.ts";
import { Courier } from "./courier.ts";
import { Emitter } from "./emitter.ts";
import type { Position } from "./event-sequencer.ts";
import {
  isBoard,
  isEventsAnswer,
  isPresence,
  isRecord,
  isRequestAnswer,
  isSyncAnswer,
} from "./guards.ts";
import type { ConnectionState } from "./link.ts";
import { present } from "./present.ts";
import { randomKey } from "./random-key.ts";
import { ServerClock } from "./server-clock.ts";
import { StaffFeed } from "./staff-feed.ts";
import { StaffTokens, type StaffSession } from "./staff-session.ts";

export interface StaffClientOptions extends ClientOptions {
  /** A session from an earlier login; without one, `login` or the refresh cookie makes it. */
  readonly session?: StaffSession;
  /** Where the refresh token lives: `cookie` in browsers (default), `body` elsewhere. */
  readonly refresh?: "cookie" | "body";
  /**
   * Receives every event, exactly once and in order, as part of its application: when it throws, the event counts as
   * applied, the error is reported and one reset follows.
   */
  readonly onEvent?: (event: Envelope) => void;
  /** Also fetch what a reset would skip, so that `onEvent` misses nothing the server still has. For checkers. */
  readonly everyEvent?: boolean;
}

export type StaffCommand = "claim" | "release" | "complete" | "dismiss";

export type StaffClientEvents = {
  /** The connection's state, when it changes. */
  state: [state: ConnectionState];
  /** The board changed: rows, presence, session or waiting commands. */
  change: [];
  /** An event was applied. */
  event: [event: Envelope];
  /** The board became a snapshot; events from `from` (exclusive) to `to` (inclusive) are contained in it. */
  reset: [skipped: { readonly from: Position | undefined; readonly to: Position }];
  /** A command was dropped because it could not be sent in time. */
  commandDropped: [command: { readonly command: StaffCommand; readonly id: string }];
  /** The session was renewed; undefined when it ended. */
  session: [session: StaffSession | undefined];
  /** It will not be let in: `unauthorized` asks for a new login, `tenant_*` for another address. */
  refused: [code: string];
  /** Something failed that the client deals with by itself. For logs. */
  error: [error: unknown];
};

/** A staff screen: a live board of one tenant and the commands on it. Guarantees G2 and G3 are kept by `StaffFeed`. */
export class StaffClient extends Emitter<StaffClientEvents> {
  readonly #base: ClientBase;
  readonly #courier: Courier;
  readonly #tokens: StaffTokens;
  readonly #feed: StaffFeed;
  readonly #queue: CommandQueue;
  readonly #board = new BoardState();
  readonly #clock = new ServerClock();
  #online: ReadonlySet<string> = new Set();
  #seenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(given: StaffClientOptions = {}) {
    super();
    const base = (this.#base = clientBase(given));
    const report = (error: unknown) => this.emit("error", error);
    this.#tokens = new StaffTokens(
      base.api,
      given.refresh ?? "cookie",
      given.session,
      (session) => {
        if (session !== undefined) this.#courier.renewed(session);
        this.emit("session", session);
        this.emit("change");
      },
    );
    const courier = (this.#courier = new Courier(base, {
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
      bell: courier.bell,
      onChange: () => this.emit("change"),
    });
    this.#feed = new StaffFeed({
      ...base,
      board: () => courier.call("GET", "/api/board", isBoard),
      events: ({ epoch, seq }) =>
        courier.call("GET", `/api/events?epoch=${epoch}&since=${seq}`, isEventsAnswer),
      ask: () => {
        const { socket } = courier.link;
        return socket === undefined
          ? undefined
          : (body) => socket.timeout(base.timing.ackMs).emitWithAck("sync", body);
      },
      apply: (event) => this.#apply(event, given.onEvent),
      adopt: (board, skipped) => this.#adopt(board, skipped),
      report,
      fill: given.everyEvent ?? false,
      bell: courier.bell,
    });
  }

  get state(): ConnectionState {
    return this.#courier.link.state;
  }
  get session(): StaffSession | undefined {
    return this.#tokens.session;
  }
  /** The last event applied. */
  get position(): Position | undefined {
    return this.#feed.position;
  }
  /** The open requests, the oldest first. */
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
  /** Ids of the staff members who have a screen open. */
  get online(): ReadonlySet<string> {
    return this.#online;
  }
  /** Commands given and not yet answered. */
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

  /** Takes up the session that the refresh token stands for, as after a reload. @throws ClientError. */
  resumeSession(): Promise<StaffSession> {
    return this.#tokens.refresh();
  }

  /** Ends the session and the connection. @throws ClientError when the server could not be told. */
  async logout(): Promise<void> {
    this.close();
    await this.#tokens.logout();
  }

  /** Connects and stays so until `close`. */
  connect(): void {
    const { session } = this.#tokens;
    if (session !== undefined) this.#courier.renewed(session);
    this.#courier.link.start();
  }

  close(): void {
    this.#courier.close();
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

  /** Enters a call on a guest's behalf. @throws ClientError. */
  async create(
    body: { tableId: string; type: string; note?: string; payment?: "cash" | "card" },
    key = randomKey(),
  ): Promise<Request> {
    const { request } = await this.#queue.run(body.tableId, () =>
      this.#courier.call("POST", "/api/requests", isRequestAnswer, body, key),
    );
    this.#take(request);
    return request;
  }

  /** Says that this screen shows everything up to the position; sent at most once per `seenMs`. */
  markSeen(): void {
    this.#seenTimer ??= setTimeout(() => {
      this.#seenTimer = undefined;
      const seq = this.#feed.position?.seq;
      if (seq !== undefined) this.#courier.link.socket?.emit("seen", { seq });
    }, this.#base.timing.seenMs);
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
        this.#courier.command({
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
      .timeout(this.#base.timing.probeMs)
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

import type {
  Board,
  Duty,
  Envelope,
  Request,
  RequestType,
  Settings,
  StaffMember,
  Table,
  Zone,
} from "../protocol/types.ts";
import type { Socket } from "socket.io-client";
import { createClientContext } from "../connection/client-options.ts";
import type { ConnectionState, PathState } from "../connection/connection-state.ts";
import { SessionConnection } from "../connection/session-connection.ts";
import { Emitter } from "../shared/emitter.ts";
import { isBoard, isEventsAnswer, isPresence, isRecord, isSyncAnswer } from "../shared/guards.ts";
import { present } from "../shared/present.ts";
import { ServerClock } from "../shared/server-clock.ts";
import { BoardState } from "./board-state.ts";
import { CommandQueue } from "./command-queue.ts";
import type { Position } from "./event-sequencer.ts";
import { ScreenReport, type ScreenState } from "./screen-report.ts";
import type { StaffClientEvents, StaffClientOptions } from "./staff-client-events.ts";
import { StaffCommands, type CommandOptions, type NewRequest } from "./staff-commands.ts";
import { HouseRefresh } from "./house-refresh.ts";
import { StaffFeed } from "./staff-feed.ts";
import { StaffTokens, type StaffSession } from "./staff-session.ts";

/**
 * A staff screen: the live board of one tenant and its commands. `StaffFeed` keeps guarantees G2
 * and G3.
 */
export class StaffClient extends Emitter<StaffClientEvents> {
  readonly #probeMs: number;
  readonly #connection: SessionConnection;
  readonly #tokens: StaffTokens;
  readonly #feed: StaffFeed;
  readonly #queue: CommandQueue;
  readonly #commands: StaffCommands;
  readonly #screen: ScreenReport;
  readonly #house: HouseRefresh;
  readonly #board = new BoardState();
  readonly #clock = new ServerClock();
  #online: ReadonlySet<string> = new Set();

  constructor(given: StaffClientOptions = {}) {
    super();
    const context = createClientContext(given);
    this.#probeMs = context.timing.probeMs;
    const report = (error: unknown) => this.emit("error", error);
    this.#tokens = new StaffTokens(
      context.api,
      given.refresh ?? (context.cookies ? "cookie" : "body"),
      context.timing.lockMs,
      given.session,
      (session) => {
        if (session !== undefined) this.#connection.renewed(session);
        this.emit("session", session);
        this.emit("change");
      },
    );
    const connection = (this.#connection = new SessionConnection(context, {
      namespace: "/staff",
      session: () => this.#tokens.session,
      renew: () => this.#tokens.refresh(),
      auth: () => ({ silenceMs: context.timing.boardStaleMs }),
      prepare: (socket) => this.#listen(socket),
      resume: () => this.#feed.resume(),
      silenceMs: () => context.timing.boardStaleMs,
      probe: (socket) => this.#probe(socket),
      poll: async () => {
        await this.#feed.poll();
        await this.#screen.poll();
      },
      pollAtOnce: true,
      firstPollMs: () => context.timing.reconnectMinMs,
      intervalMs: () => context.timing.pollMs,
      onState: (state) => this.emit("state", state),
      onPath: (path) => this.emit("path", path),
      onRefused: (code) => {
        this.close();
        this.emit("refused", code);
      },
      report,
    }));
    this.#queue = new CommandQueue({
      ...context,
      wakeup: connection.wakeup,
      onChange: () => this.emit("change"),
    });
    this.#commands = new StaffCommands({
      connection,
      queue: this.#queue,
      take: (request) => this.#take(request),
      onDropped: (command, id) => this.emit("commandDropped", { command, id }),
    });
    this.#screen = new ScreenReport({
      connection,
      seenMs: context.timing.seenMs,
      position: () => this.#feed.position,
    });
    const board = () => connection.call("GET", "/api/board", isBoard);
    this.#house = new HouseRefresh({
      ...context,
      board,
      adopt: (answer) => {
        this.#board.adoptHouse(answer);
        this.emit("change");
      },
      report,
      wakeup: connection.wakeup,
    });
    this.#feed = new StaffFeed({
      ...context,
      board,
      events: ({ epoch, seq }) =>
        connection.call("GET", `/api/events?epoch=${epoch}&since=${seq}`, isEventsAnswer),
      ask: () => {
        const socket = connection.healthySocket;
        return socket === undefined
          ? undefined
          : (body) => socket.timeout(context.timing.ackMs).emitWithAck("sync", body);
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
  /** Whether a guest's request reaches this screen now. */
  get path(): PathState {
    return this.#connection.link.path;
  }
  /** The last unexpected error of the SDK while connecting; undefined when it works. */
  get fault(): unknown {
    return this.#connection.link.fault;
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
  get zones(): readonly Zone[] {
    return this.#board.zones;
  }
  /** Who is on duty, for which tables and zones; `dutyUsed`: a person was within 14 days. */
  get duty(): readonly Duty[] {
    return this.#board.duty;
  }
  get dutyUsed(): boolean | undefined {
    return this.#board.dutyUsed;
  }
  /** The restaurant's settings; undefined before the first board. */
  get settings(): Settings | undefined {
    return this.#board.settings;
  }
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

  /**
   * Continues the session of the refresh token, for example after a reload. @throws ClientError.
   */
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
    this.#screen.close();
    this.#feed.close();
    this.#house.close();
    this.#queue.close();
  }

  claim(id: string, options?: number | CommandOptions): Promise<Request> {
    return this.#commands.run("claim", id, options);
  }
  release(id: string, options?: number | CommandOptions): Promise<Request> {
    return this.#commands.run("release", id, options);
  }
  complete(id: string, options?: number | CommandOptions): Promise<Request> {
    return this.#commands.run("complete", id, options);
  }
  dismiss(id: string, reason: string, options?: number | CommandOptions): Promise<Request> {
    return this.#commands.run("dismiss", id, options, { reason });
  }
  /**
   * Takes back one's own last change of a request within 30 s. @throws ClientError, `conflict` when
   * it is too late.
   */
  undo(id: string, options?: number | CommandOptions): Promise<Request> {
    return this.#commands.run("undo", id, options);
  }

  /** Creates a request on a guest's behalf. @throws ClientError. */
  create(request: NewRequest, key?: string): Promise<Request> {
    return this.#commands.create(request, key);
  }

  /**
   * Reports that this screen shows everything up to the position; sent at most once per `seenMs`.
   */
  markSeen(screen: ScreenState = {}): void {
    this.#screen.mark(screen);
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
      .timeout(this.#probeMs)
      .emitWithAck("sync", present({ epoch, since: seq }));
    if (isSyncAnswer(answer)) this.#feed.compareHead({ epoch: answer.epoch, seq: answer.head });
  }

  #apply(event: Envelope, onEvent: StaffClientOptions["onEvent"]): void {
    try {
      this.#board.apply(event);
      if (!event.type.startsWith("request.")) this.#house.request();
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

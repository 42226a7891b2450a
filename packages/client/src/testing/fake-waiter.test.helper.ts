import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { Server as SocketServer, type Socket } from "socket.io";
import type {
  Envelope,
  GuestRequest,
  GuestSessionAnswer,
  Refusal,
  Request,
  RequestType,
  StaffMember,
} from "@waiter/contracts";

/** Delays short enough for tests. */
export const fast = {
  gapWaitMs: 20,
  reconnectMinMs: 20,
  reconnectMaxMs: 100,
  lossSpreadMs: 20,
  settleMs: 100,
  joinMs: 200,
  doubtMs: 100,
  probeMs: 200,
  pollMs: 30,
  idlePollMs: 30,
  ackMs: 300,
  seenMs: 10,
};

type RefreshBody = { token: string; ticket?: string };

/**
 * An in-memory api and gateway of one tenant that follow the protocol, with switches for faults.
 */
export class FakeWaiter {
  readonly #http: Server;
  readonly io: SocketServer;
  readonly staffId = randomUUID();
  readonly tableId = randomUUID();
  epoch = randomUUID();
  events: Envelope[] = [];
  requests = new Map<string, Request>();
  /** Those that this guest made. */
  readonly own = new Set<string>();
  answers = new Map<string, { status: number; body: object }>();
  /** Calls received, such as `GET /api/board` or `sync`. */
  readonly asked: string[] = [];
  /** `commandId` of each cancellation that came by the socket. */
  readonly cancelKeys: string[] = [];
  readonly hosts = new Set<string | undefined>();
  readonly seen: number[] = [];
  /** Code with which sockets refuse the next tokens; `unauthorized`: they are another person's. */
  refreshRefusal: string | undefined;
  /** Whether the api hands out tickets: an older one does not. */
  apiIssuesTickets = false;
  /** The ticket of each handshake, or undefined. */
  readonly tickets: unknown[] = [];
  /** The ticket of each `auth:refresh` of staff, or undefined. */
  readonly refreshTickets: unknown[] = [];
  /** The access token of each handshake. */
  readonly shownTokens: unknown[] = [];
  /** Refusals of the next handshakes, one each. */
  refusals: Refusal[] = [];
  /** Expired tokens. */
  readonly expired = new Set<string>();
  /** The access token sent with each new guest session. */
  readonly seatedWith: (string | undefined)[] = [];
  refreshable = true;
  /** All HTTP calls answer 503. */
  down = false;
  /** Socket commands get no acknowledgement. */
  mute = false;
  /** Closes every connection as soon as its namespace is joined. */
  cutAtOnce = false;
  /** When namespaces were joined, ms. */
  readonly connectedAt: number[] = [];
  /** Bodies of the commands received over the socket. */
  readonly commands: object[] = [];
  /** Answers instead of the api, once per route, as something between client and api does. */
  intruder: ((response: ServerResponse) => void) | undefined;
  readonly #intruded = new Set<string>();
  /** What the gateway says to a guest that joined. */
  onGuest: (socket: Socket) => void = () => undefined;
  /** Adds the position to guests' answers, as an api does that gateways can compare with. */
  positioned = false;
  /** Answers to guests' next `sync` messages that are lost. */
  lostAnswers = 0;
  /** Answers `check` as a gateway does that knows it. */
  knowsChecks = true;
  /** The next sync answers `reset`. */
  resetNext = false;
  staffOnline: boolean | null = true;
  staff: StaffMember[] = [];
  tables: { id: string; label: string }[] = [];
  requestTypes: RequestType[] = [
    { key: "waiter", label: "Call waiter", icon: "🙋", asksPayment: false },
  ];
  /** What the session says about the opening hours and a mute. */
  shut: Pick<GuestSessionAnswer, "open" | "opensAt" | "mutedUntil"> = {};
  /** A guest session's answer is made at once and sent after this. */
  seatingHeld: Promise<void> = Promise.resolve();
  /** A board's answer is made at once and sent after this. */
  boardHeld: Promise<void> = Promise.resolve();
  /** Keys of the calls that guests took back. */
  readonly withdrawn = new Set<string>();
  /** Refuses new requests with this code. */
  refusing: string | undefined;
  #tokens = 0;

  private constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.io = new SocketServer(this.#http, { transports: ["websocket"], pingInterval: 25_000 });
    for (const namespace of ["/staff", "/guest"]) {
      this.io.of(namespace).use((socket, next) => {
        this.asked.push(`connect ${namespace}`);
        this.hosts.add(socket.handshake.headers.host);
        this.tickets.push(socket.handshake.auth.ticket);
        this.shownTokens.push(socket.handshake.auth.token);
        const refusal =
          this.refusals.shift() ??
          (this.expired.has(String(socket.handshake.auth.token))
            ? { code: "token_expired" as const }
            : undefined);
        next(
          refusal === undefined
            ? undefined
            : Object.assign(new Error(refusal.code), { data: refusal }),
        );
      });
    }
    for (const namespace of ["/staff", "/guest"])
      this.io.of(namespace).on("connection", (socket) => {
        if (socket.handshake.auth.ticket === undefined)
          socket.emit("ticket", { ticket: `of ${String(socket.handshake.auth.token)}` });
      });
    this.io.of("/staff").on("connection", (socket) => this.#staff(socket));
    this.io.of("/guest").on("connection", (socket) => this.#guest(socket));
  }

  static async start(): Promise<FakeWaiter> {
    const fake = new FakeWaiter();
    await new Promise<void>((resolve) => fake.#http.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get head(): number {
    return this.events.length;
  }

  async stop(): Promise<void> {
    await this.io.close();
    this.#http.closeAllConnections();
  }

  /** Closes every connection, like a crash. */
  cut(): void {
    for (const namespace of ["/staff", "/guest"]) this.io.of(namespace).disconnectSockets(true);
  }

  open(): Request[] {
    return [...this.requests.values()].filter(
      ({ state }) => state === "new" || state === "claimed",
    );
  }

  /** Commits a change; with `lost` the sockets do not receive it. */
  change(kind: string, fields: Partial<Request> & { id: string }, { lost = false } = {}): Request {
    const known = this.requests.get(fields.id);
    const now = new Date().toISOString();
    const request: Request = {
      table: { id: this.tableId, label: "1" },
      type: "waiter",
      state: "new",
      level: 0,
      createdAt: now,
      ...known,
      ...fields,
      updatedAt: now,
      version: (known?.version ?? 0) + 1,
    };
    this.requests.set(request.id, request);
    const event: Envelope = {
      epoch: this.epoch,
      seq: this.events.length + 1,
      id: randomUUID(),
      type: `request.${kind}`,
      at: now,
      data: { request },
    };
    this.events.push(event);
    if (!lost) {
      this.io.of("/staff").emit("event", event);
      this.io.of("/guest").emit("request", { request: forGuest(request) });
    }
    return request;
  }

  /** Commits a change of the restaurant, whose shape is not a request's. */
  changeHouse(type: string): void {
    const at = new Date().toISOString();
    const seq = this.events.length + 1;
    const event = { epoch: this.epoch, seq, id: randomUUID(), type, at, data: {} };
    this.events.push(event);
    this.io.of("/staff").emit("event", event);
  }

  create(fields: Partial<Request> = {}, options: { lost?: boolean } = {}): Request {
    return this.change("created", { id: randomUUID(), ...fields }, options);
  }

  session() {
    const accessToken = `token-${++this.#tokens}`;
    return {
      accessToken,
      expiresAt: new Date(Date.now() + 900_000).toISOString(),
      ...(this.apiIssuesTickets && { ticket: `api ${accessToken}` }),
      staff: { id: this.staffId, name: "Ada", role: "waiter" as const },
      refreshToken: `refresh-${this.#tokens}`,
    };
  }

  #staff(socket: Socket): void {
    this.connectedAt.push(Date.now());
    if (this.cutAtOnce) {
      socket.conn.close();
      return;
    }
    socket.on("sync", (body: { epoch?: string; since: number }, ack: (answer: unknown) => void) => {
      this.asked.push("sync");
      const reset = this.resetNext || body.epoch !== this.epoch || body.since > this.head;
      this.resetNext = false;
      ack(
        reset
          ? { status: "reset", epoch: this.epoch, head: this.head, afterMs: 10 }
          : {
              status: "ok",
              epoch: this.epoch,
              events: this.events.slice(body.since),
              head: this.head,
            },
      );
    });
    socket.on("seen", ({ seq }: { seq: number }) => this.seen.push(seq));
    socket.on("auth:refresh", ({ token, ticket }: RefreshBody, ack: (answer: unknown) => void) => {
      this.asked.push(`auth:refresh ${token}`);
      this.refreshTickets.push(ticket);
      const expiresAt = new Date(Date.now() + 900_000).toISOString();
      const code = this.refreshRefusal;
      if (code !== undefined) return ack({ ok: false, error: { code } });
      ack({ ok: true, expiresAt, ...(ticket === undefined && { ticket: `of ${token}` }) });
    });
    for (const command of ["claim", "release", "complete", "dismiss", "undo"]) {
      socket.on(
        `request:${command}`,
        (body: { id: string; commandId: string }, ack: (answer: unknown) => void) => {
          this.asked.push(`socket ${command}`);
          this.commands.push({ command, ...body });
          if (this.mute) return;
          const { status, body: answer } = this.#command(command, body.id, body.commandId);
          ack(status === 200 ? { ok: true, ...answer } : { ok: false, error: answer });
        },
      );
    }
  }

  #guest(socket: Socket): void {
    this.onGuest(socket);
    socket.on(
      "sync",
      (body: { check?: boolean; epoch?: string; seq?: number }, ack: (answer: unknown) => void) => {
        const { check, epoch, seq } = body;
        this.asked.push(check === true ? "guest check" : "guest sync");
        if (this.lostAnswers > 0) {
          this.lostAnswers -= 1;
          return;
        }
        if (check === true && this.knowsChecks && epoch === this.epoch && seq === this.head)
          ack({ ok: true, unchanged: true, epoch, seq });
        else ack({ ok: true, ...this.#guestState() });
      },
    );
    socket.on(
      "request:create",
      (body: { type: string; commandId: string }, ack: (answer: unknown) => void) => {
        this.asked.push("socket create");
        if (this.mute) return;
        const { status, body: answer } = this.#create(body, body.commandId);
        ack(status === 201 ? { ok: true, ...answer } : { ok: false, error: answer });
      },
    );
    socket.on(
      "request:cancel",
      ({ id, commandId }: Record<"id" | "commandId", string>, ack: (answer: unknown) => void) => {
        this.cancelKeys.push(commandId);
        if (this.mute) return;
        ack({ ok: true, request: forGuest(this.change("cancelled", { id, state: "cancelled" })) });
      },
    );
  }

  #guestState() {
    return {
      requests: this.open().map((request) => ({
        ...forGuest(request),
        own: this.own.has(request.id),
      })),
      now: new Date().toISOString(),
      staffOnline: this.staffOnline,
      ...(this.positioned ? { epoch: this.epoch, seq: this.head } : {}),
    };
  }

  #create(
    { type, note }: { type: string; note?: string },
    key: string,
  ): { status: number; body: object } {
    if (this.refusing !== undefined)
      return { status: 409, body: { code: this.refusing, message: "Not now.", title: "Not now" } };
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    if (this.withdrawn.has(key))
      return { status: 409, body: { code: "idempotency_key_reused", title: "Withdrawn" } };
    const made = this.create({ type, ...(note === undefined ? {} : { note }) });
    this.own.add(made.id);
    const answer = { status: 201, body: { request: { ...forGuest(made), own: true } } };
    this.answers.set(key, answer);
    return answer;
  }

  /** As the api does: cancels what the key has created, and refuses what arrives later with it. */
  #withdraw(key: string): object {
    this.withdrawn.add(key);
    const made = this.answers.get(key)?.body as { request: GuestRequest } | undefined;
    if (made === undefined) return {};
    const { id } = made.request;
    return { request: forGuest(this.change("cancelled", { id, state: "cancelled" })) };
  }

  #command(command: string, id: string, key: string): { status: number; body: object } {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const state =
      (
        {
          undo: "new",
          claim: "claimed",
          release: "new",
          complete: "completed",
          dismiss: "dismissed",
        } as const
      )[command] ?? "new";
    const request = this.requests.get(id);
    const answer =
      request === undefined || request.state === state
        ? {
            status: 409,
            body: {
              code: "conflict",
              message: "Claimed by a colleague.",
              title: "Conflict",
              request,
            },
          }
        : {
            status: 200,
            body: {
              request: this.change(
                command === "complete" ? "completed" : state === "new" ? "released" : state,
                { id, state },
              ),
            },
          };
    this.answers.set(key, answer);
    return answer;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    const route = `${request.method} ${url.pathname}`;
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = (text === "" ? {} : JSON.parse(text)) as {
      type: string;
      note?: string;
      refreshToken?: string;
      key?: string;
      seq?: number;
    };
    this.asked.push(route);
    this.hosts.add(request.headers.host);
    if (this.intruder !== undefined && !this.#intruded.has(route)) {
      this.#intruded.add(route);
      return this.intruder(response);
    }
    if (this.down) return void answer(503, { code: "unavailable", title: "Unavailable" });
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const seating = route === "POST /api/guest/sessions";
    if (seating) this.seatedWith.push(token === "" ? undefined : token);
    if (!seating && this.expired.has(token))
      return void answer(401, { code: "token_expired", title: "Expired" });
    const key = String(request.headers["idempotency-key"]);
    if (route === "POST /api/auth/login") return void answer(200, this.session());
    if (route === "POST /api/auth/refresh")
      return void (this.refreshable
        ? answer(200, this.session())
        : answer(401, { code: "unauthorized", title: "Sign in" }));
    if (seating) {
      const seated = {
        ...this.session(),
        restaurant: { name: "Demo", slug: "demo" },
        table: { id: this.tableId, label: "1" },
        requestTypes: this.requestTypes,
        ...this.shut,
        ...this.#guestState(),
      };
      return void this.seatingHeld.then(() => answer(201, seated));
    }
    if (route === "POST /api/seen") {
      this.seen.push(body.seq ?? 0);
      return void response.writeHead(204).end();
    }
    if (route === "GET /api/guest/requests") return void answer(200, this.#guestState());
    if (route === "POST /api/guest/requests/withdraw")
      return void answer(200, this.#withdraw(body.key ?? ""));
    if (route === "POST /api/guest/requests") {
      const { status, body: made } = this.#create(body, key);
      return void answer(status, made);
    }
    if (route === "GET /api/board") {
      const board = {
        epoch: this.epoch,
        seq: this.head,
        now: new Date().toISOString(),
        requests: this.open(),
        tables: this.tables,
        staff: this.staff,
        requestTypes: this.requestTypes,
      };
      return void this.boardHeld.then(() => answer(200, board));
    }
    if (route === "GET /api/events") {
      const since = Number(url.searchParams.get("since"));
      if (url.searchParams.get("epoch") !== this.epoch || since > this.head)
        return void answer(410, { code: "reset_required", title: "Reset" });
      return void answer(200, {
        epoch: this.epoch,
        events: this.events.slice(since),
        head: this.head,
      });
    }
    const [, id = "", command = ""] = /^\/api\/requests\/([^/]+)\/(\w+)$/u.exec(url.pathname) ?? [];
    if (command !== "") {
      const { status, body: made } = this.#command(command, id, key);
      return void answer(status, made);
    }
    answer(404, { code: "not_found", title: "Not found" });
  }
}

const forGuest = ({
  claimedBy,
  reason: _reason,
  createdBy: _createdBy,
  ...request
}: Request): GuestRequest => ({
  ...request,
  ...(claimedBy === undefined ? {} : { claimedBy: { name: claimedBy.name } }),
});

/** Resolves when `condition` holds; bounded by the test's time-out. */
export const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => (condition() ? resolve() : void setTimeout(look, 5));
    look();
  });

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
import { isRequest } from "../shared/guards.ts";
import { byAge } from "../shared/by-age.ts";
import type { Position } from "./event-sequencer.ts";

const maxClosed = 1_000;
const isOpen = (request: Request): boolean =>
  request.state === "new" || request.state === "claimed";

/**
 * The rows of a board. Events arrive in order, but the answer to a command may overtake them: a row
 * is taken if its version is at least the known one. Versions of closed requests are kept, so a
 * late event does not reopen them.
 */
export class BoardState {
  #requests = new Map<string, Request>();
  #closed = new Map<string, number>();
  #sorted: readonly Request[] | undefined;
  /** Where the history was when everything but the requests was read. */
  #houseAt: Position | undefined;
  tables: readonly Table[] = [];
  staff: readonly StaffMember[] = [];
  requestTypes: readonly RequestType[] = [];
  zones: readonly Zone[] = [];
  duty: readonly Duty[] = [];
  dutyUsed: boolean | undefined;
  settings: Settings | undefined;

  /** Open requests, oldest first; the same array until something changes. */
  get requests(): readonly Request[] {
    this.#sorted ??= [...this.#requests.values()].sort(byAge);
    return this.#sorted;
  }

  request(id: string): Request | undefined {
    return this.#requests.get(id);
  }

  /** Replaces all rows by a snapshot. */
  adopt(board: Board): void {
    this.#requests = new Map(board.requests.map((request) => [request.id, request]));
    this.#closed = new Map();
    this.#sorted = undefined;
    this.#houseAt = undefined;
    this.adoptHouse(board);
  }

  /**
   * Replaces everything but the requests. Of two readings the later one counts, whichever answers
   * first; one of another epoch is of before a reset, or a reset follows.
   */
  adoptHouse(board: Board): void {
    const at = this.#houseAt;
    if (at !== undefined && (board.epoch !== at.epoch || board.seq < at.seq)) return;
    this.#houseAt = { epoch: board.epoch, seq: board.seq };
    this.tables = board.tables;
    this.staff = board.staff;
    this.requestTypes = board.requestTypes;
    this.zones = board.zones ?? [];
    this.duty = board.duty ?? [];
    this.dutyUsed = board.dutyUsed;
    this.settings = board.settings;
  }

  /**
   * Applies one event: any `request.*` by its request, whatever the type; others change nothing.
   * @throws if its request is invalid.
   */
  apply(event: Envelope): void {
    if (!event.type.startsWith("request.")) return;
    const { request } = event.data as { request?: unknown };
    if (request === undefined) return;
    if (!isRequest(request)) throw new Error(`${event.type} ${event.seq} carries no valid request`);
    this.take(request);
  }

  /** Takes one row. @returns whether its version is new. */
  take(request: Request): boolean {
    const row = this.#requests.get(request.id);
    const version = row?.version ?? this.#closed.get(request.id) ?? 0;
    if (request.version < version) return false;
    this.#sorted = undefined;
    if (isOpen(request)) {
      this.#closed.delete(request.id);
      // `seenAt` is outside the version: an older event must not clear it.
      const seenAt = request.seenAt ?? row?.seenAt;
      this.#requests.set(request.id, seenAt === undefined ? request : { ...request, seenAt });
    } else {
      this.#requests.delete(request.id);
      this.#remember(request.id, request.version);
    }
    return request.version > version;
  }

  #remember(id: string, version: number): void {
    this.#closed.delete(id);
    this.#closed.set(id, version);
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= maxClosed) break;
      this.#closed.delete(oldest);
    }
  }
}

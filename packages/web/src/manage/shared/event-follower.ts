import { ManageError, type ManageApi } from "../../shared/manage-api.ts";
import { showSuspended } from "../../shared/show-suspended.ts";
import { isSuspended } from "../../staff/is-suspended.ts";

interface Position {
  readonly epoch: string;
  readonly seq: number;
}
export interface FollowedEvent {
  readonly type: string;
  readonly data?: unknown;
}
interface EventsPage {
  readonly epoch: string;
  readonly events: readonly (FollowedEvent & { readonly seq: number })[];
  readonly head: number;
}
type Listener = (types: readonly string[]) => void;
type EventListener = (event: FollowedEvent) => void;

/** What others change shows within so long while the page is on top. */
const everyMs = 2_000;
const afterFailureMs = 5_000;

/**
 * Follows the restaurant's events by asking the api. It opens no socket: a person at a desk would
 * count as a staff screen, and guests would read that the team sees their request.
 */
export class EventFollower {
  readonly #api: ManageApi;
  readonly #listeners = new Set<Listener>();
  readonly #eventListeners = new Set<EventListener>();
  #position: Position | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  /** Of two looks the later one counts: the first one's events would come twice. */
  #turn = 0;

  constructor(api: ManageApi) {
    this.#api = api;
  }

  /** `listener` receives the types of what happened; `["*"]` when some events are unknown. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `listener` receives each event in order; those that happened unseen are left out. */
  onEvent(listener: EventListener): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** @returns a function that ends it. `onEnded`: the person's session is over. */
  start(onEnded: () => void): () => void {
    this.#running = true;
    const shown = () => {
      if (document.visibilityState === "visible") this.#schedule(0, onEnded);
    };
    document.addEventListener("visibilitychange", shown);
    this.#schedule(0, onEnded);
    return () => {
      this.#running = false;
      this.#turn++;
      clearTimeout(this.#timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }

  #schedule(ms: number, onEnded: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    const turn = ++this.#turn;
    this.#timer = setTimeout(() => {
      if (document.visibilityState === "hidden") return;
      this.#look(turn).then(
        () => {
          if (turn === this.#turn) this.#schedule(everyMs, onEnded);
        },
        (error: unknown) => {
          if (turn !== this.#turn) return;
          if (isSuspended(error)) showSuspended();
          else if (error instanceof ManageError && error.code === "unauthorized") onEnded();
          else this.#schedule(afterFailureMs, onEnded);
        },
      );
    }, ms);
  }

  async #look(turn: number): Promise<void> {
    if (this.#position === undefined) {
      const { epoch, seq } = await this.#api.call<Position>("GET", "/api/board");
      if (turn !== this.#turn) return;
      this.#position = { epoch, seq };
      this.#tell(["*"]);
      return;
    }
    const { epoch, seq } = this.#position;
    try {
      const path = `/api/events?epoch=${epoch}&since=${seq}`;
      const { events } = await this.#api.call<EventsPage>("GET", path);
      if (turn !== this.#turn) return;
      const last = events[events.length - 1];
      if (last === undefined) return;
      this.#position = { epoch, seq: last.seq };
      for (const event of events) for (const listener of this.#eventListeners) listener(event);
      this.#tell([...new Set(events.map(({ type }) => type))]);
    } catch (error) {
      if (!(error instanceof ManageError) || error.code !== "reset_required") throw error;
      if (turn !== this.#turn) return;
      this.#position = undefined;
    }
  }

  #tell(types: readonly string[]): void {
    for (const listener of this.#listeners) listener(types);
  }
}

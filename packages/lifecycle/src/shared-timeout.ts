import { TimeoutError } from "./with-timeout.ts";

/**
 * A time-out for many tasks at a time, by one timer for all: a timer of its own costs as much as
 * half of a command of Redis. The timer does not keep the process alive.
 */
export class SharedTimeout {
  readonly #ms: number;
  /** When each task is late, by `performance.now()`; the first one is the earliest. */
  readonly #tasks = new Map<() => void, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `onLate` once after `ms`, unless it is passed to `end` before. */
  begin(onLate: () => void): void {
    this.#tasks.set(onLate, performance.now() + this.#ms);
    if (this.#timer === undefined) this.#lookIn(this.#ms);
  }

  end(onLate: () => void): void {
    this.#tasks.delete(onLate);
  }

  /**
   * The promise, or a rejection with `TimeoutError`. The promise itself goes on; a later rejection
   * of it is handled.
   */
  limit<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onLate = (): void => reject(new TimeoutError(this.#ms));
      this.begin(onLate);
      const end = (): void => this.end(onLate);
      promise.then(end, end);
      promise.then(resolve, reject);
    });
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  /** The timer stays set meanwhile: a late task that begins another one starts none of its own. */
  #look(): void {
    const now = performance.now();
    try {
      for (const [onLate, lateAt] of this.#tasks) {
        if (lateAt > now) break;
        this.#tasks.delete(onLate);
        onLate();
      }
    } finally {
      this.#timer = undefined;
      const [next] = this.#tasks.values();
      if (next !== undefined) this.#lookIn(next - now);
    }
  }
}

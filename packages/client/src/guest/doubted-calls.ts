import type { GuestRequest } from "../protocol/types.ts";

interface DoubtedCallsOptions {
  /** How long a call may still be on its way, ms. */
  readonly lifeMs: number;
  /** The table's requests as the client knows them. */
  readonly rows: () => readonly GuestRequest[];
  /** Reads the table again, which tells whose its requests are. */
  readonly read: () => void;
  readonly cancel: (id: string) => void;
}

/**
 * Calls that were withdrawn while the answers to their attempts were lost: the server may have
 * them, or get them late. The open request of such a type is cancelled if it is this guest's own;
 * another guest's is left alone.
 */
export class DoubtedCalls {
  readonly #options: DoubtedCallsOptions;
  /** Ends of the doubts, by request type. */
  readonly #ends = new Map<string, number>();
  /** Requests that were read and are not this guest's, or are not known to be. */
  readonly #read = new Set<string>();

  constructor(options: DoubtedCallsOptions) {
    this.#options = options;
  }

  add(type: string): void {
    this.#ends.set(type, Date.now() + this.#options.lifeMs);
    this.#options.read();
  }

  /** The guest wants it again. */
  forget(type: string): void {
    this.#ends.delete(type);
  }

  /** After each change of the rows. */
  settle(): void {
    const { rows, read, cancel } = this.#options;
    for (const [type, end] of this.#ends) {
      if (Date.now() > end) {
        this.forget(type);
        continue;
      }
      const open = rows().find((row) => row.type === type && row.state === "new");
      if (open?.own === true) {
        this.forget(type);
        cancel(open.id);
      }
      // An event of the table does not tell whose it is.
      else if (open?.own === undefined && open !== undefined && !this.#read.has(open.id)) {
        this.#read.add(open.id);
        read();
      }
    }
    if (this.#ends.size === 0) this.#read.clear();
  }
}

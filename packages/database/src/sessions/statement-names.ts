/** Texts that get a name; further ones run unnamed, so that a session keeps a bounded number. */
const maxNames = 500;

export interface StatementLogger {
  warn(message: string, fields?: object): void;
}

/**
 * Names of prepared statements, so that Postgres plans each text once per session instead of at
 * each execution. Planning is most of a short statement's cost.
 *
 * A pooler that hands sessions from server to server cannot keep them (PgBouncer before 1.21):
 * after the first such error the process continues without names.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #logger: StatementLogger | undefined;
  #enabled: boolean;

  constructor({ enabled, logger }: { enabled: boolean; logger?: StatementLogger | undefined }) {
    this.#enabled = enabled;
    this.#logger = logger;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** The name of a text; undefined when it must run unnamed. */
  nameOf(text: string): string | undefined {
    if (!this.#enabled) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= maxNames) return undefined;
    const name = `waiter_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }

  /** Ends the use of names; logs once. */
  disable(cause: unknown): void {
    if (!this.#enabled) return;
    this.#enabled = false;
    this.#names.clear();
    this.#logger?.warn("named statements are switched off: the server or a pooler refused one", {
      err: cause,
    });
  }
}

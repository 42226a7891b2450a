import type { Head } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { DeliveredPositions } from "../heads/delivered-positions.ts";
import type { ChangedTables, Changes } from "./changed-tables.ts";

/** The checks of a tenant's guests within this time are one question to the api, ms. */
const windowMs = 500;
/** A guest further behind is answered in full: its question would be about every table. */
const behindAtMost = 500;

interface Window {
  /** The oldest position of those who wait. */
  since: Head;
  readonly answer: Promise<Changes | undefined>;
}

/**
 * Answers the checks that guests send every few seconds while they wait for something: whether
 * their table changed in Postgres. A tenant costs at most two questions per second, whatever the
 * number of its guests; the questions of many tenants share a call.
 */
export class GuestChecks {
  readonly #changed: Pick<ChangedTables, "after">;
  readonly #positions: Pick<DeliveredPositions, "get">;
  readonly #windows = new Map<string, Window>();

  constructor(changed: Pick<ChangedTables, "after">, positions: Pick<DeliveredPositions, "get">) {
    this.#changed = changed;
    this.#positions = positions;
  }

  /**
   * @returns up to where the table is as the guest knows it; undefined where it may have changed.
   * @throws AppError `unavailable` where the api does not answer.
   */
  async unchanged(tenantId: string, tableId: string, position: Head): Promise<Head | undefined> {
    const known = this.#positions.get(tenantId);
    if (known?.epoch === position.epoch && known.seq - position.seq > behindAtMost)
      return undefined;
    const changes = await this.#ask(tenantId, position);
    if (changes === undefined) throw new AppError("unavailable");
    return changes.concern(tableId, position) ? undefined : changes.head;
  }

  #ask(tenantId: string, position: Head): Promise<Changes | undefined> {
    const key = `${tenantId} ${position.epoch}`;
    const open = this.#windows.get(key);
    if (open !== undefined) {
      if (position.seq < open.since.seq) open.since = position;
      return open.answer;
    }
    const ask = async (): Promise<Changes | undefined> => {
      await new Promise((resolve) => setTimeout(resolve, windowMs));
      this.#windows.delete(key);
      return this.#changed.after(tenantId, window.since);
    };
    const window: Window = { since: position, answer: ask() };
    this.#windows.set(key, window);
    return window.answer;
  }
}

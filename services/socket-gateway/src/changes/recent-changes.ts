import type { Head } from "@waiter/contracts";
import type { Changes } from "./changed-tables.ts";
import type { GuestQuestions } from "./guest-questions.ts";

interface Known {
  changes: Changes | undefined;
  asking: Promise<unknown>;
}

/**
 * The last answer about each tenant. It answers later questions too while no event was published
 * since: a crowd that joins over seconds costs one question, not one per moment.
 */
export class RecentChanges {
  readonly #questions: Pick<GuestQuestions, "after">;
  readonly #tenants = new Map<string, Known>();

  constructor(questions: Pick<GuestQuestions, "after">) {
    this.#questions = questions;
  }

  /**
   * What changed after `position`, up to `published` at least: the newest published event, read
   * before this call, or undefined where it is not known. Never rejects; undefined where the api
   * does not answer.
   */
  async after(
    tenantId: string,
    position: Head,
    published: Head | undefined,
  ): Promise<Changes | undefined> {
    if (published === undefined) return this.#ask(tenantId, position);
    const asking = this.#tenants.get(tenantId)?.asking;
    if (asking !== undefined) await asking;
    const known = this.#tenants.get(tenantId)?.changes;
    return known?.cover(position, published) === true ? known : this.#ask(tenantId, position);
  }

  forget(tenantId: string): void {
    this.#tenants.delete(tenantId);
  }

  async #ask(tenantId: string, position: Head): Promise<Changes | undefined> {
    const asking = this.#questions.after(tenantId, position);
    const known: Known = { changes: this.#tenants.get(tenantId)?.changes, asking };
    this.#tenants.set(tenantId, known);
    const changes = await asking;
    if (changes !== undefined) known.changes = changes;
    return changes;
  }
}

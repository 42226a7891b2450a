import type { Head } from "@waiter/contracts";
import type { ChangedTables, Changes } from "./changed-tables.ts";

/** Shortest time between two questions about one tenant, ms. */
const pauseMs = 500;
/** Events that a question looks back for a guest; one further behind is answered in full. */
const behindAtMost = 500;

interface Question {
  since: Head;
  readonly answer: Promise<Changes | undefined>;
}
interface Tenant {
  /** As the api answered last; never a guest's word. */
  head: Head | undefined;
  nextAt: number;
  /** Not sent yet: shared by all who ask until then. */
  waiting: Question | undefined;
}

/**
 * The questions that guests cause: what changed after the positions that they present. Positions
 * are claims. Whatever epochs and numbers the guests of a tenant invent, they cause at most two
 * questions per second on this gateway, and none of more than 500 events once the tenant's head is
 * known. A position that the question does not cover counts as changed ({@link Changes.concern}).
 */
export class GuestQuestions {
  readonly #changed: Pick<ChangedTables, "after">;
  readonly #now: () => number;
  readonly #tenants = new Map<string, Tenant>();

  constructor(changed: Pick<ChangedTables, "after">, now: () => number = () => performance.now()) {
    this.#changed = changed;
    this.#now = now;
  }

  /** Read from Postgres after this call. Never rejects; undefined where the api does not answer. */
  after(tenantId: string, position: Head): Promise<Changes | undefined> {
    const tenant = this.#tenants.get(tenantId) ?? {
      head: undefined,
      nextAt: -Infinity,
      waiting: undefined,
    };
    this.#tenants.set(tenantId, tenant);
    const { head, waiting } = tenant;
    if (waiting === undefined) {
      const since = head === undefined || isPlausible(position, head) ? position : head;
      const question = { since, answer: this.#ask(tenantId, tenant) };
      tenant.waiting = question;
      return question.answer;
    }
    if (isPlausible(position, head ?? waiting.since)) {
      const { since } = waiting;
      if (since.epoch !== position.epoch || position.seq < since.seq) waiting.since = position;
    }
    return waiting.answer;
  }

  /** The tenant's last guest left. Not at once: a guest that returns causes no further question. */
  forget(tenantId: string): void {
    setTimeout(() => this.#tenants.delete(tenantId), pauseMs).unref();
  }

  async #ask(tenantId: string, tenant: Tenant): Promise<Changes | undefined> {
    const pause = Math.max(0, tenant.nextAt - this.#now());
    await new Promise((resolve) => setTimeout(resolve, pause));
    const since = tenant.waiting?.since;
    tenant.waiting = undefined;
    tenant.nextAt = this.#now() + pauseMs;
    const changes = since && (await this.#changed.after(tenantId, since));
    if (changes !== undefined) tenant.head = changes.head;
    return changes;
  }
}

const isPlausible = (position: Head, head: Head): boolean =>
  head.epoch === position.epoch && head.seq - position.seq <= behindAtMost;

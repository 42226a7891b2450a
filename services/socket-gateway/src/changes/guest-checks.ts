import type { Head } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { GuestQuestions } from "./guest-questions.ts";

/**
 * Answers the checks that guests send every few seconds while they wait for something: whether
 * their table changed in Postgres. A tenant costs at most two questions per second, whatever the
 * number of its guests and the positions that they present; the questions of many tenants share a
 * call.
 */
export class GuestChecks {
  readonly #questions: Pick<GuestQuestions, "after">;

  constructor(questions: Pick<GuestQuestions, "after">) {
    this.#questions = questions;
  }

  /**
   * @returns up to where the table is as the guest knows it; undefined where it may have changed.
   * @throws AppError `unavailable` where the api does not answer.
   */
  async unchanged(tenantId: string, tableId: string, position: Head): Promise<Head | undefined> {
    const changes = await this.#questions.after(tenantId, position);
    if (changes === undefined) throw new AppError("unavailable");
    return changes.concern(tableId, position) ? undefined : changes.head;
  }
}

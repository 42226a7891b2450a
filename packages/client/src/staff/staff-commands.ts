import type { Request } from "../protocol/types.ts";
import type { SessionConnection } from "../connection/session-connection.ts";
import { ClientError } from "../shared/client-error.ts";
import { isRequestAnswer } from "../shared/guards.ts";
import { present } from "../shared/present.ts";
import { randomKey } from "../shared/random-key.ts";
import type { CommandQueue } from "./command-queue.ts";

/** Commands on a request, each a method of `StaffClient`. */
export type StaffCommand = "claim" | "release" | "complete" | "dismiss";
/** Everything that `commandDropped` may name. */
export type QueuedCommand = StaffCommand | "undo";

/** Options of a command on a request. */
export interface CommandOptions {
  /** The command fails with `conflict` unless the request has this version. */
  readonly version?: number;
  /** Id of the person who acts; required from a `screen`, refused from others. */
  readonly as?: string;
}
/** A request that staff enter for a table. `as` is the person who acts, from a `screen`. */
export interface NewRequest {
  readonly tableId: string;
  readonly type: string;
  readonly note?: string;
  readonly payment?: "cash" | "card";
  readonly as?: string;
}
export interface StaffCommandsOptions {
  readonly connection: SessionConnection;
  readonly queue: CommandQueue;
  readonly take: (request: Request) => void;
  readonly onDropped: (command: QueuedCommand, id: string) => void;
}

/** Commands on requests: queued per request, sent with one key until answered or too old. */
export class StaffCommands {
  readonly #options: StaffCommandsOptions;

  constructor(options: StaffCommandsOptions) {
    this.#options = options;
  }

  /**
   * @throws ClientError: `conflict`, `expired` when it was not confirmed in time, other codes of
   * the api.
   */
  async run(
    command: QueuedCommand,
    id: string,
    options: number | CommandOptions = {},
    fields: { readonly reason?: string } = {},
  ): Promise<Request> {
    const { connection, queue, take, onDropped } = this.#options;
    const { version, as } = typeof options === "number" ? { version: options } : options;
    const key = randomKey();
    try {
      const { request } = await queue.run(id, (check) =>
        connection.command({
          event: `request:${command}`,
          path: `/api/requests/${id}/${command}`,
          key,
          body: present<string | number>({ version, as, ...fields }),
          fields: { id },
          accept: isRequestAnswer,
          check,
        }),
      );
      take(request);
      return request;
    } catch (error) {
      if (error instanceof ClientError && error.code === "expired") onDropped(command, id);
      if (error instanceof ClientError && isRequestAnswer(error)) take(error.request);
      throw error;
    }
  }

  /** @throws ClientError. */
  async create(body: NewRequest, key = randomKey()): Promise<Request> {
    const { connection, queue, take } = this.#options;
    const { request } = await queue.run(body.tableId, (check) =>
      connection.call("POST", "/api/requests", isRequestAnswer, body, key, check),
    );
    take(request);
    return request;
  }
}

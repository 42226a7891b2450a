import type { SessionConnection } from "../connection/session-connection.ts";
import type { GuestRequest } from "../protocol/types.ts";
import { ClientError } from "../shared/client-error.ts";
import { isGuestRequestAnswer } from "../shared/guards.ts";
import { randomKey } from "../shared/random-key.ts";

interface CancellationsOptions {
  readonly connection: Pick<SessionConnection, "command">;
  /** Of a request as the client knows it. */
  readonly versionOf: (id: string) => number | undefined;
  /** Takes what the server says of a request. */
  readonly take: (request: GuestRequest) => void;
}

/** Cancels requests, each as one command however often it is repeated. */
export class Cancellations {
  readonly #options: CancellationsOptions;
  /** Keys of those without an answer, by request, and the version that they were to cancel. */
  readonly #keys = new Map<
    string,
    { readonly key: string; readonly version: number | undefined }
  >();

  constructor(options: CancellationsOptions) {
    this.#options = options;
  }

  /**
   * A repeat after a lost answer has the key of the first command, so that it changes nothing when
   * the first one arrives late. A request that has changed since is another thing to cancel: the
   * server would answer the old key without cancelling.
   */
  async cancel(id: string): Promise<GuestRequest> {
    const version = this.#options.versionOf(id);
    const known = this.#keys.get(id);
    const key = (known?.version === version ? known?.key : undefined) ?? randomKey();
    this.#keys.set(id, { key, version });
    try {
      const { request } = await this.#options.connection.command({
        event: "request:cancel",
        path: `/api/guest/requests/${id}/cancel`,
        key,
        body: {},
        fields: { id },
        accept: isGuestRequestAnswer,
      });
      this.#keys.delete(id);
      this.#options.take(request);
      return request;
    } catch (error) {
      if (!(error instanceof ClientError && error.retryable)) this.#keys.delete(id);
      if (error instanceof ClientError && isGuestRequestAnswer(error))
        this.#options.take(error.request);
      throw error;
    }
  }
}

import { channels, invalidation, type Invalidation } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";

export interface InvalidationPublisher {
  publish(channel: string, message: string): Promise<unknown>;
}
export interface InvalidationSubscriber {
  readonly client: {
    subscribe(channel: string): Promise<unknown>;
    on(event: "message", listener: (channel: string, message: string) => void): unknown;
  };
  on(event: "ready", listener: () => void): unknown;
}

/**
 * Drops cached rows in every api process. Best effort: a message may be lost, so every cache has a
 * short life and no write decision reads one. After a reconnection every cache is emptied.
 */
export class InvalidationBus {
  readonly #publisher: InvalidationPublisher;
  readonly #logger: Logger;
  readonly #forget: (message: Invalidation) => void;

  constructor({
    publisher,
    logger,
    forget,
  }: {
    publisher: InvalidationPublisher;
    logger: Logger;
    forget: (message: Invalidation) => void;
  }) {
    this.#publisher = publisher;
    this.#logger = logger;
    this.#forget = forget;
  }

  /** Drops rows here at once, and notifies the other processes without waiting. */
  readonly announce = (tenantId: string, scope: Invalidation["scope"]): void => {
    this.#forget({ tenantId, scope });
    this.#publisher
      .publish(channels.invalidate(), JSON.stringify({ tenantId, scope }))
      .catch((error: unknown) => {
        this.#logger.debug("api could not publish an invalidation", { err: error });
      });
  };

  /**
   * Subscribes to the other processes; `missed` runs when messages may have been lost. Malformed
   * messages are ignored.
   */
  listen(subscriber: InvalidationSubscriber, missed: () => void): void {
    subscriber.client.on("message", (channel, message) => {
      if (channel === channels.invalidate()) this.#heard(message);
    });
    subscriber.on("ready", () => {
      const subscribed = subscriber.client.subscribe(channels.invalidate());
      subscribed.then(missed, (error: unknown) =>
        this.#logger.debug("api could not subscribe to invalidations", { err: error }),
      );
    });
  }

  #heard(message: string): void {
    try {
      this.#forget(invalidation.parse(JSON.parse(message)));
    } catch (error) {
      this.#logger.warn("api ignored a malformed invalidation", { err: error });
    }
  }
}

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
 * Drops cached rows in every api process. Best effort: a message may be lost, so every cache also has a short life, and no
 * write decision reads one. After a break everything is dropped, because what was said meanwhile is unknown.
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

  /** Forgets here and now, and tells the others without waiting. */
  readonly announce = (tenantId: string, scope: Invalidation["scope"]): void => {
    this.#forget({ tenantId, scope });
    this.#publisher
      .publish(channels.invalidate(), JSON.stringify({ tenantId, scope }))
      .catch((error: unknown) => {
        this.#logger.debug("an invalidation did not reach the others", { err: error });
      });
  };

  /** Hears the others from now on; `missed` is called when something may have gone unheard. Malformed messages are ignored. */
  listen(subscriber: InvalidationSubscriber, missed: () => void): void {
    subscriber.client.on("message", (channel, message) => {
      if (channel === channels.invalidate()) this.#heard(message);
    });
    subscriber.on("ready", () => {
      const subscribed = subscriber.client.subscribe(channels.invalidate());
      subscribed.then(missed, (error: unknown) =>
        this.#logger.debug("invalidations are not heard", { err: error }),
      );
    });
  }

  #heard(message: string): void {
    try {
      this.#forget(invalidation.parse(JSON.parse(message)));
    } catch (error) {
      this.#logger.warn("a malformed invalidation was ignored", { err: error });
    }
  }
}

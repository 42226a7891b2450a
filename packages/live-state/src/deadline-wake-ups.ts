import { setTimeout as delay } from "node:timers/promises";
import { channels } from "@waiter/contracts";

export interface WakeUpPublisher {
  publish(channel: string, message: string): Promise<unknown>;
}
export interface WakeUpSubscriber {
  readonly client: {
    subscribe(channel: string): Promise<unknown>;
    on(event: "message", listener: (channel: string) => void): unknown;
  };
  on(event: "ready", listener: () => void): unknown;
}

/** Shortest time between two messages of a process, and between two looks of a worker, ms. */
const gapMs = 200;
/** How long a process waits before its message: what a guest takes back at once rings no phone. */
const collectMs = 50;

/**
 * Announces that deadlines were written, 50 ms later and with at most one message in 200 ms. Only a
 * hint: a worker whose message was lost finds the deadline with its next look. Never throws, never
 * waits.
 */
export function announceDeadlines(
  publisher: WakeUpPublisher,
  { onError = () => undefined }: { readonly onError?: (error: unknown) => void } = {},
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let sentAt = -Infinity;
  const send = (): void => {
    timer = undefined;
    sentAt = performance.now();
    publisher.publish(channels.deadlines(), "").catch(onError);
  };
  return () => {
    const waitMs = Math.max(collectMs, sentAt + gapMs - performance.now());
    timer ??= setTimeout(send, waitMs).unref();
  };
}

/** A pause that wake-ups cut short. */
export class DeadlineWakeUps {
  #woken = false;
  #wake: (() => void) | undefined;
  #lastEnd = -Infinity;

  /** Also wakes at each (re)connection: messages may have been lost. */
  listen(subscriber: WakeUpSubscriber, onError: (error: unknown) => void): void {
    subscriber.client.on("message", (channel) => {
      if (channel === channels.deadlines()) this.wake();
    });
    subscriber.on("ready", () => {
      subscriber.client.subscribe(channels.deadlines()).then(() => this.wake(), onError);
    });
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /**
   * Waits for `ms` or a wake-up, a wake-up since the last pause included; two pauses end at least
   * 200 ms apart. Ends early, without rejecting, when the signal aborts.
   */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    this.#wake = () => stop.abort();
    if (!this.#woken) await sleep(ms, either);
    this.#wake = undefined;
    await sleep(this.#lastEnd + gapMs - performance.now(), signal);
    this.#woken = false;
    this.#lastEnd = performance.now();
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Aborted: the caller looks at the signal itself.
  }
}

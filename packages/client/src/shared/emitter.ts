type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/**
 * Typed events: `Events` maps a name to its arguments. A throwing listener does not stop the
 * others.
 */
export class Emitter<Events extends Record<string, readonly unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** @returns a function that removes the listener. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Resolves with the arguments of the next event for which `accept` returns true. */
  once<Name extends keyof Events>(
    name: Name,
    accept: (...args: Events[Name]) => boolean = () => true,
  ): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const remove = this.on(name, (...args) => {
        if (!accept(...args)) return;
        remove();
        resolve(args);
      });
    });
  }

  protected emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as unknown as Listener<Events[Name]>)(...args);
      } catch (error) {
        // Rethrow outside the caller: the error stays visible and the other listeners run.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Collects items for a moment and hands them over together. */
export class Batches<Item> {
  readonly #send: (items: readonly Item[]) => Promise<void>;
  readonly #waitMs: number;
  #items: Item[] = [];
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #release: (() => void) | undefined;

  constructor(send: (items: readonly Item[]) => Promise<void>, waitMs: number) {
    this.#send = send;
    this.#waitMs = waitMs;
  }

  /** Resolves when the batch that holds the item was handed over. */
  add(item: Item): Promise<void> {
    this.#items.push(item);
    this.#next ??= this.#begin();
    return this.#next;
  }

  /** Hands over what was collected, at once. */
  async flush(): Promise<void> {
    const next = this.#next;
    this.#release?.();
    await next;
  }

  async #begin(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      this.#timer = setTimeout(resolve, this.#waitMs);
    });
    clearTimeout(this.#timer);
    const items = this.#items;
    this.#items = [];
    this.#next = undefined;
    await this.#send(items);
  }
}

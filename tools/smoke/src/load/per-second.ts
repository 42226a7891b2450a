/** Counts moments, and says how many fell into the fullest second. */
export class PerSecond {
  readonly #counts = new Map<number, number>();

  count(): void {
    const second = Math.floor(performance.now() / 1_000);
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
  }
  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
  get peak(): number {
    return Math.max(0, ...this.#counts.values());
  }
}

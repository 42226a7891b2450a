/** Runs `run` for every item, at most `size` at a time; a slice begins when the last one is over. */
export async function inSlices<T>(
  items: readonly T[],
  size: number,
  run: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += size)
    await Promise.allSettled(items.slice(start, start + size).map(run));
}

/** Runs `run` for every item, at most `size` at a time; a slice begins when the last one is over. */
export async function inSlices<T>(
  items: Iterable<T>,
  size: number,
  run: (item: T) => Promise<unknown>,
): Promise<void> {
  let slice: Promise<unknown>[] = [];
  for (const item of items) {
    slice.push(run(item));
    if (slice.length < size) continue;
    await Promise.allSettled(slice);
    slice = [];
  }
  await Promise.allSettled(slice);
}

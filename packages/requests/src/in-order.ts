/**
 * Waits for statements that were sent together: the last one's result, or the first one's error, by
 * their order. A later statement's failure may only follow from an earlier one.
 */
export async function inOrder<Last>(
  ...sent: [...Promise<unknown>[], Promise<Last>]
): Promise<Last> {
  const outcomes = await Promise.allSettled(sent);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return await (sent.at(-1) as Promise<Last>);
}

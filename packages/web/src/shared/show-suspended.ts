const keptName = "waiter:suspended";
const againMs = 30_000;

/**
 * Loads the page again: the document of a suspended restaurant says so. Once in 30 s per tab: an
 * api that has not heard of the suspension, or a kept page, is the same page again.
 */
export function showSuspended(): void {
  setTimeout(() => location.reload(), pauseMs());
}

function pauseMs(): number {
  try {
    const now = Date.now();
    const sinceMs = Math.abs(now - Number(sessionStorage.getItem(keptName)));
    const waitMs = Math.max(0, againMs - sinceMs);
    sessionStorage.setItem(keptName, String(now + waitMs));
    return waitMs;
  } catch {
    return againMs;
  }
}

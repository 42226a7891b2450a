/** Kept from a sign-out until the api has confirmed it. */
const keptName = "waiter:sign-out";
const answerMs = 15_000;

/** Whether the person has signed out of this device, and the api has not confirmed it yet. */
export function isSigningOut(): boolean {
  try {
    return localStorage.getItem(keptName) !== null;
  } catch {
    return false;
  }
}

/** Notes a sign-out. @returns false without storage: it is then lost with the page. */
export function noteSignOut(): boolean {
  try {
    localStorage.setItem(keptName, String(Date.now()));
    return true;
  } catch {
    return false;
  }
}

/** The session has ended, or another one has taken its place. */
export function forgetSignOut(): void {
  try {
    localStorage.removeItem(keptName);
  } catch {
    // There was none.
  }
}

/**
 * Ends the session of this device's refresh cookie, if it is still to be ended. `ending` aborts it.
 *
 * @throws without an answer of the api: the session is still alive
 */
export async function endNotedSession(ending: AbortSignal): Promise<void> {
  if (!isSigningOut()) return;
  const aborting = new AbortController();
  const abort = () => aborting.abort();
  const timer = setTimeout(abort, answerMs);
  ending.addEventListener("abort", abort);
  try {
    const { status, headers } = await fetch("/api/auth/logout", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      keepalive: true,
      signal: aborting.signal,
    });
    const isProblem = headers.get("content-type")?.includes("problem+json") === true;
    const isRefused = isProblem && status < 500 && status !== 429;
    if (status !== 204 && !isRefused) throw new Error(`the sign-out was answered ${status}`);
  } finally {
    clearTimeout(timer);
    ending.removeEventListener("abort", abort);
  }
  forgetSignOut();
}

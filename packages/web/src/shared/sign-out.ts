/** Kept from a sign-out until the api has confirmed it. */
const keptName = "waiter:sign-out";
/** When a person began to sign in, on any tab of this origin. */
const signInName = "waiter:sign-in";
/** A tab that was closed meanwhile has not taken it back. */
const signInMs = 30_000;
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
    localStorage.removeItem(signInName);
  } catch {
    // There was none.
  }
}

/** Stops sign-outs in every tab: a late answer would take the new session's cookie away. */
export function noteSignIn(): void {
  try {
    if (isSigningOut()) localStorage.setItem(signInName, String(Date.now()));
  } catch {
    // A full storage: this tab's own sign-out has stopped.
  }
}

/** The sign-in has failed. */
export function forgetSignIn(): void {
  try {
    localStorage.removeItem(signInName);
  } catch {
    // There was none.
  }
}

const isSigningIn = (): boolean =>
  Math.abs(Date.now() - Number(localStorage.getItem(signInName))) < signInMs;

/**
 * Ends the session of this device's refresh cookie, if it is still to be ended. `ending` and a
 * sign-in in another tab abort it.
 *
 * @throws without an answer of the api, and where the restaurant is suspended: the session is alive
 */
export async function endNotedSession(ending: AbortSignal): Promise<void> {
  if (!isSigningOut()) return;
  if (isSigningIn()) throw new Error("a person signs in");
  const aborting = new AbortController();
  const abort = () => aborting.abort();
  const timer = setTimeout(abort, answerMs);
  ending.addEventListener("abort", abort);
  const abortForSignIn = ({ key }: StorageEvent) => {
    if (key === signInName) abort();
  };
  addEventListener("storage", abortForSignIn);
  try {
    // Without `keepalive`: Chromium sends such a call although it was aborted.
    const answer = await fetch("/api/auth/logout", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal: aborting.signal,
    });
    const { status } = answer;
    if (status !== 204 && !(await isRefused(answer)))
      throw new Error(`the sign-out was answered ${status}`);
  } finally {
    clearTimeout(timer);
    ending.removeEventListener("abort", abort);
    removeEventListener("storage", abortForSignIn);
  }
  forgetSignOut();
}

/** Whether the api will never end it. The sessions of a suspended restaurant may be good again. */
async function isRefused(answer: Response): Promise<boolean> {
  const { status, headers } = answer;
  const isProblem = headers.get("content-type")?.includes("problem+json") === true;
  if (!isProblem || status >= 500 || status === 429) return false;
  const { code } = (await answer.json()) as { readonly code?: unknown };
  return code !== "tenant_suspended";
}

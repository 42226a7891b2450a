import { tableTokenOf } from "./table-token.ts";

interface EarlySession {
  readonly authorization: string | undefined;
  readonly body: string;
  readonly answer: Promise<Response>;
}
type EarlyWindow = typeof globalThis & { waiterEarlySession?: EarlySession | undefined };

const path = "/api/guest/sessions";

/** Asks for the table's session as the SDK does; called by the boot script, in any browser. */
export function openEarlySession(): void {
  if (typeof fetch !== "function" || typeof Promise !== "function") return;
  const tableToken = tableTokenOf(location.pathname);
  const authorization = authorizationOf(tableToken);
  const body = JSON.stringify({ tableToken });
  const headers: Record<string, string> = {
    accept: "application/json",
    "content-type": "application/json",
  };
  if (authorization !== undefined) headers["authorization"] = authorization;
  const answer = fetch(path, { method: "POST", headers, body, redirect: "manual" });
  // A failure is the SDK's to tell.
  answer.catch(() => undefined);
  (globalThis as EarlyWindow).waiterEarlySession = { authorization, body, answer };
}

function authorizationOf(tableToken: string): string | undefined {
  try {
    const token = localStorage.getItem(`waiter:guest:${tableToken}`);
    return token === null ? undefined : `Bearer ${token}`;
  } catch {
    return undefined;
  }
}

/**
 * `fetch`, with the early session as the answer to the first such call; where that one was lost,
 * the call is made.
 */
export const fetchWithEarlySession: typeof fetch = (input, init) => {
  const early = takeEarlySession(input, init);
  return early === undefined ? fetch(input, init) : early.catch(() => fetch(input, init));
};

function takeEarlySession(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> | undefined {
  const page = globalThis as EarlyWindow;
  const early = page.waiterEarlySession;
  if (early === undefined || input !== location.origin + path) return undefined;
  page.waiterEarlySession = undefined;
  const authorization = new Headers(init?.headers).get("authorization") ?? undefined;
  const isSame = init?.body === early.body && authorization === early.authorization;
  return isSame ? early.answer : undefined;
}

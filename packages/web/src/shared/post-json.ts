export interface JsonAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: unknown;
}

export interface PostOptions {
  readonly token?: string;
  /** Gives up before `ms`. */
  readonly ending?: AbortSignal | undefined;
}

/**
 * Posts JSON and reads the whole answer. @throws when no answer came within `ms`, when `ending`
 * aborts, or when the answer is not JSON
 */
export async function postJson(
  path: string,
  body: object,
  ms: number,
  { token, ending }: PostOptions = {},
): Promise<JsonAnswer> {
  const aborting = new AbortController();
  const abort = () => aborting.abort();
  const timer = setTimeout(abort, ms);
  ending?.addEventListener("abort", abort);
  if (ending?.aborted === true) abort();
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: aborting.signal,
    });
    return { status: answer.status, ok: answer.ok, body: await answer.json() };
  } finally {
    clearTimeout(timer);
    ending?.removeEventListener("abort", abort);
  }
}

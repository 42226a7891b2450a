export interface JsonAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: unknown;
}

/**
 * Posts JSON and reads the whole answer. @throws when no answer came within `ms`, or when the
 * answer is not JSON
 */
export async function postJson(
  path: string,
  body: object,
  ms: number,
  token?: string,
): Promise<JsonAnswer> {
  const aborting = new AbortController();
  const timer = setTimeout(() => aborting.abort(), ms);
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
  }
}

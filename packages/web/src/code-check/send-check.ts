/** What became of a check; `signed-out` says nothing to anybody: the phone is a guest's now. */
export type Outcome =
  | { readonly kind: "checked"; readonly label: string }
  | { readonly kind: "wrong" | "failed" | "signed-out" };

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Ticks a table's code off, in the name of the person who is signed in here. Never rejects. */
export async function sendCheck(tableToken: string): Promise<Outcome> {
  try {
    const session = await refresh();
    const token = session.body["accessToken"];
    if (session.status === 401) return { kind: "signed-out" };
    if (typeof token !== "string") return { kind: "failed" };
    const { status, body } = await post("/api/tables/check", { tableToken }, token);
    if (status === 404 || status === 422) return { kind: "wrong" };
    const { label } = (body["table"] ?? {}) as { label?: string };
    return label === undefined ? { kind: "failed" } : { kind: "checked", label };
  } catch {
    return { kind: "failed" };
  }
}

/** One refresh at a time in all tabs, as the staff pages do: each replaces the token. */
function refresh(): Promise<Answer> {
  const { locks } = navigator as { locks?: LockManager };
  const run = () => post("/api/auth/refresh", {});
  return locks === undefined ? run() : locks.request("waiter:refresh", run);
}

async function post(path: string, body: object, token?: string): Promise<Answer> {
  const answer = await fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

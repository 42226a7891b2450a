import { postJson, type JsonAnswer } from "../shared/post-json.ts";
import { isSigningOut } from "../shared/sign-out.ts";
import { within } from "../shared/within.ts";

/** What became of a check; `signed-out` is shown to no one: the phone is a guest's now. */
export type Outcome =
  | { readonly kind: "checked"; readonly label: string }
  | { readonly kind: "wrong" | "failed" | "signed-out" };

const answerMs = 10_000;
/** Longest wait for another tab's refresh, as the SDK waits. */
const lockMs = 5_000;

/** Ticks a table's code off, in the name of the person who is signed in here. Never rejects. */
export async function sendCheck(tableToken: string): Promise<Outcome> {
  if (isSigningOut()) return { kind: "signed-out" };
  try {
    const session = await refresh();
    const token = fieldsOf(session)["accessToken"];
    if (session.status === 401) return { kind: "signed-out" };
    if (typeof token !== "string") return { kind: "failed" };
    const answer = await postJson("/api/tables/check", { tableToken }, answerMs, token);
    if (answer.status === 404 || answer.status === 422) return { kind: "wrong" };
    const { label } = (fieldsOf(answer)["table"] ?? {}) as { label?: string };
    return label === undefined ? { kind: "failed" } : { kind: "checked", label };
  } catch {
    return { kind: "failed" };
  }
}

const fieldsOf = ({ body }: JsonAnswer) => (body ?? {}) as Readonly<Record<string, unknown>>;

/**
 * One refresh at a time in all tabs, as the staff pages do: each replaces the token. A tab that was
 * frozen while it refreshed keeps its lock: after `lockMs` this one refreshes without it.
 */
async function refresh(): Promise<JsonAnswer> {
  const run = () => postJson("/api/auth/refresh", {}, answerMs);
  const { locks } = navigator as { locks?: LockManager };
  if (locks === undefined) return await run();
  let running: Promise<JsonAnswer> | undefined;
  let gaveUp = false;
  const locked = locks.request("waiter:refresh", async () => {
    if (gaveUp) return;
    running = run();
    await running.catch(() => undefined);
  });
  await within(lockMs, locked).catch(() => undefined);
  gaveUp = true;
  return await (running ?? run());
}

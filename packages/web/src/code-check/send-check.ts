import { postJson, type JsonAnswer } from "../shared/post-json.ts";
import { refreshSession } from "../shared/refresh-session.ts";
import { isSigningOut } from "../shared/sign-out.ts";

/** What became of a check; `signed-out` is shown to no one: the phone is a guest's now. */
export type Outcome =
  | { readonly kind: "checked"; readonly label: string }
  | { readonly kind: "wrong" | "failed" | "signed-out" };

const answerMs = 10_000;

/** Ticks a table's code off, in the name of the person who is signed in here. Never rejects. */
export async function sendCheck(tableToken: string): Promise<Outcome> {
  if (isSigningOut()) return { kind: "signed-out" };
  try {
    // Of a lost answer the api may have replaced the refresh token: within 2 minutes it answers the
    // same call again, later it takes the token for a stolen one and ends the session.
    const session = await refreshSession(answerMs).catch(() => refreshSession(answerMs));
    const token = fieldsOf(session)["accessToken"];
    if (session.status === 401) return { kind: "signed-out" };
    if (typeof token !== "string") return { kind: "failed" };
    const answer = await postJson("/api/tables/check", { tableToken }, answerMs, { token });
    if (answer.status === 404 || answer.status === 422) return { kind: "wrong" };
    const { label } = (fieldsOf(answer)["table"] ?? {}) as { label?: string };
    return label === undefined ? { kind: "failed" } : { kind: "checked", label };
  } catch {
    return { kind: "failed" };
  }
}

const fieldsOf = ({ body }: JsonAnswer) => (body ?? {}) as Readonly<Record<string, unknown>>;

import { postJson, type JsonAnswer } from "../shared/post-json.ts";
import { forgetSignIn, forgetSignOut, noteSignIn } from "../shared/sign-out.ts";
import { deviceKey, forgetSent, hasSent, keepSent } from "./device-key.ts";

/** What the api says about an invitation. */
export interface Invited {
  readonly restaurant: string;
  readonly name: string;
  readonly role: string;
}

/** Why an invitation cannot be used; `network` may pass by itself. */
export type JoinProblem =
  | "used"
  | "expired"
  | "replaced"
  | "unknown"
  | "limited"
  | "password"
  | "network";

const problems: Readonly<Record<string, JoinProblem>> = {
  invitation_used: "used",
  invitation_expired: "expired",
  invitation_replaced: "replaced",
  not_found: "unknown",
  tenant_unknown: "unknown",
  validation_failed: "unknown",
  rate_limited: "limited",
};

/** A {@link JoinProblem} as what is thrown. */
class JoinError extends Error {
  readonly problem: JoinProblem;
  constructor(problem: JoinProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** The problem that a call of this file threw. */
export const problemOf = (error: unknown): JoinProblem =>
  error instanceof JoinError ? error.problem : "network";

interface Refusal {
  readonly code?: unknown;
  readonly errors?: readonly { readonly path: string }[];
}

const answerMs = 15_000;

/** Throws a {@link JoinError}. An answer without a code of ours counts as a fault of the network. */
async function post(path: string, body: object): Promise<unknown> {
  let answer: JsonAnswer;
  try {
    answer = await postJson(path, body, answerMs);
  } catch {
    throw new JoinError("network");
  }
  if (answer.ok) return answer.body;
  const { code, errors } = (answer.body ?? {}) as Refusal;
  if (errors?.some(({ path: field }) => field === "password")) throw new JoinError("password");
  throw new JoinError(typeof code === "string" ? (problems[code] ?? "network") : "network");
}

/** Whom the invitation invites; it stays good. */
export async function readInvitation(invitation: string): Promise<Invited> {
  const { restaurant, name, role } = (await post("/api/auth/invitation", {
    invitation,
  })) as Invited;
  if (typeof restaurant !== "string" || typeof name !== "string") throw new JoinError("network");
  return { restaurant, name, role };
}

/**
 * Signs this device in; resolves to the person's role. The same device may ask again for 10 minutes
 * when the answer was lost, also after a reload: its key is kept.
 */
export async function join(
  invitation: string,
  { password, deviceName }: { readonly password: string; readonly deviceName: string },
): Promise<string> {
  const device = { key: deviceKey(), ...(deviceName !== "" && { name: deviceName }) };
  keepSent();
  noteSignIn();
  try {
    const { staff } = (await post("/api/auth/join", {
      invitation,
      device,
      ...(password !== "" && { password }),
    })) as { staff?: { role?: string } };
    forgetSent();
    forgetSignOut();
    return staff?.role ?? "waiter";
  } catch (error) {
    forgetSignIn();
    if (problemOf(error) !== "network") forgetSent();
    throw error;
  }
}

/** Whether this tab asked to join and never got its answer: it may ask again. */
export const mayAskAgain = hasSent;

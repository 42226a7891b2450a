/** What the api says about an invitation. */
export interface Invited {
  readonly restaurant: string;
  readonly name: string;
}

/** Why an invitation cannot be used; `network` may pass by itself. */
export type JoinProblem = "used" | "expired" | "replaced" | "unknown" | "limited" | "network";

const problems: Readonly<Record<string, JoinProblem>> = {
  invitation_used: "used",
  invitation_expired: "expired",
  invitation_replaced: "replaced",
  not_found: "unknown",
  tenant_unknown: "unknown",
  validation_failed: "unknown",
  rate_limited: "limited",
};

/**
 * Throws a {@link JoinProblem}. An answer without a code of ours counts as a fault of the network.
 */
async function post(path: string, body: object): Promise<unknown> {
  let answer: Response;
  let json: unknown;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    json = await answer.json();
  } catch {
    throw problemError("network");
  }
  if (answer.ok) return json;
  const code = (json as { code?: unknown }).code;
  throw problemError(typeof code === "string" ? (problems[code] ?? "network") : "network");
}

const problemError = (problem: JoinProblem): Error =>
  Object.assign(new Error(problem), { problem });

/** The problem that a call of this file threw. */
export const problemOf = (error: unknown): JoinProblem =>
  (error as { problem?: JoinProblem }).problem ?? "network";

/** Whom the invitation invites; it stays good. */
export async function readInvitation(invitation: string): Promise<Invited> {
  const { restaurant, name } = (await post("/api/auth/invitation", { invitation })) as Invited;
  if (typeof restaurant !== "string" || typeof name !== "string") throw problemError("network");
  return { restaurant, name };
}

/**
 * Signs this device in. The same device may ask again when the answer was lost: its key is kept.
 */
export async function join(
  invitation: string,
  { password, deviceName }: { readonly password: string; readonly deviceName: string },
): Promise<void> {
  const device = { key: deviceKey(), ...(deviceName !== "" && { name: deviceName }) };
  await post("/api/auth/join", {
    invitation,
    device,
    ...(password !== "" && { password }),
  });
}

const keyName = "waiter:device";
function deviceKey(): string {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  try {
    const kept = localStorage.getItem(keyName) ?? made;
    localStorage.setItem(keyName, kept);
    return kept;
  } catch {
    return made;
  }
}

/** iOS rings only for an installed page: Safari there shows how to install before it joins. */
export const needsInstall = (): boolean =>
  /iPhone|iPad|iPod/u.test(navigator.userAgent) &&
  (navigator as { standalone?: boolean }).standalone !== true;

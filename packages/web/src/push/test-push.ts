import type { ManageApi } from "../shared/manage-api.ts";

const lookEveryMs = 500;
/** A test that was not shown within this time has failed. */
const testMs = 15_000;

interface Answer {
  readonly subscription: { readonly lastTestShownAt?: string } | null;
}

/** When this device last showed a test, ISO 8601; undefined when it never did. */
export const readLastShown = async (api: ManageApi): Promise<string | undefined> =>
  (await api.call<Answer>("GET", "/api/push/subscription")).subscription?.lastTestShownAt;

/**
 * Sends this device a test and waits until the device reports that it has shown it.
 *
 * @param before - when it last showed one
 * @param isEnded - the page no longer wants to know
 * @returns when it was shown, ISO 8601
 * @throws with the reason as its message; `not_shown` when the push service took it and the device
 *   has reported nothing in 15 s
 */
export async function testPush(
  api: ManageApi,
  before: string | undefined,
  isEnded: () => boolean,
): Promise<string> {
  const sent = await api.call<{ status: string; reason?: string }>("POST", "/api/push/test");
  if (sent.status !== "sent") throw new Error(sent.reason ?? "failed");
  for (const end = Date.now() + testMs; Date.now() < end && !isEnded();) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    const at = await readLastShown(api);
    if (at !== undefined && at !== before) return at;
  }
  throw new Error("not_shown");
}

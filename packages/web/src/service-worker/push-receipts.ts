const attempts = 4;
const firstGapMs = 1_000;
const answerMs = 8_000;

export type ClaimOutcome =
  | { readonly kind: "mine" | "over" | "failed" }
  | { readonly kind: "taken"; readonly name: string | undefined };

/** Tells the server that a push was shown or opened; tried 4 times. Never rejects. */
export async function reportReceipt(receipt: string, state: "shown" | "opened"): Promise<void> {
  await send("/api/push/receipts", { receipt, state });
}

/** Claims the request of a push; tried 4 times, which the server answers alike. */
export async function sendClaim(receipt: string): Promise<ClaimOutcome> {
  const answer = await send("/api/push/claim", { receipt });
  if (answer === undefined) return { kind: "failed" };
  if (answer.ok) return { kind: "mine" };
  const problem = (await answer.json().catch(() => ({}))) as {
    code?: string;
    request?: { state?: string; claimedBy?: { name?: string } };
  };
  if (problem.code === "conflict" && problem.request?.state === "claimed")
    return { kind: "taken", name: problem.request.claimedBy?.name };
  return problem.code === "conflict" || problem.code === "receipt_ended"
    ? { kind: "over" }
    : { kind: "failed" };
}

/** @returns the api's answer; undefined when none came, or a failure of the server's. */
async function send(path: string, body: object): Promise<Response | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(firstGapMs * 2 ** (attempt - 1));
    const answer = await ask(path, body);
    const isApi =
      answer !== undefined &&
      (answer.ok || answer.headers.get("content-type")?.includes("problem+json") === true);
    if (isApi && answer.status < 500 && answer.status !== 429) return answer;
  }
  return undefined;
}

async function ask(path: string, body: object): Promise<Response | undefined> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), answerMs);
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      redirect: "error",
      signal: controller.signal,
    });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

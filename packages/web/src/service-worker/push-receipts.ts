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
  const problem = problemOf(answer.text);
  if (problem.code === "conflict" && problem.request?.state === "claimed")
    return { kind: "taken", name: problem.request.claimedBy?.name };
  return problem.code === "conflict" || problem.code === "receipt_ended"
    ? { kind: "over" }
    : { kind: "failed" };
}

interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly isProblem: boolean;
  readonly text: string;
}
interface Problem {
  readonly code?: string;
  readonly request?: { readonly state?: string; readonly claimedBy?: { readonly name?: string } };
}

function problemOf(text: string): Problem {
  try {
    return (JSON.parse(text) ?? {}) as Problem;
  } catch {
    return {};
  }
}

/** @returns the api's answer; undefined when none came, or a failure of the server's. */
async function send(path: string, body: object): Promise<Answer | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(firstGapMs * 2 ** (attempt - 1));
    const answer = await ask(path, body);
    const isApi = answer !== undefined && (answer.ok || answer.isProblem);
    if (isApi && answer.status < 500 && answer.status !== 429) return answer;
  }
  return undefined;
}

/** One attempt: the whole answer comes within `answerMs`. */
async function ask(path: string, body: object): Promise<Answer | undefined> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), answerMs);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      redirect: "error",
      signal: controller.signal,
    });
    const isProblem = answer.headers.get("content-type")?.includes("problem+json") === true;
    return { status: answer.status, ok: answer.ok, isProblem, text: await answer.text() };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

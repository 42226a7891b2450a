import { guestRequestAnswer } from "@waiter/contracts";
import type { Target } from "../target.ts";
import { command, type Commanded } from "./command.ts";
import type { Guest, Restaurant } from "./restaurant.ts";

/**
 * A guest's page repeats a call for five minutes and a cancellation as long as it is open. A minute
 * is six attempts that time out.
 */
const patienceMs = 60_000;

export interface Called {
  /** Why the guest gave up: every attempt. */
  readonly failure: string | undefined;
  /** What was asked in vain before it was answered. */
  readonly vain: readonly string[];
}

/**
 * One call and its end, so that the next call of that table is a new one. A call that a try before
 * it left open is a 200.
 */
export async function callAndCancel(
  { apiUrl, timeoutMs }: Target,
  { host }: Restaurant,
  { accessToken: token, type }: Guest,
): Promise<Called> {
  const call = await command(`${apiUrl}/api/guest/requests`, {
    host,
    timeoutMs,
    patienceMs,
    token,
    body: { type },
  });
  if (call.answer === undefined || ![200, 201].includes(call.answer.status))
    return { failure: refusal("a call", call), vain: call.vain };
  const { id } = guestRequestAnswer.parse(call.answer.body).request;
  const cancel = await command(`${apiUrl}/api/guest/requests/${id}/cancel`, {
    host,
    timeoutMs,
    patienceMs,
    token,
    body: {},
  });
  const vain = [...call.vain, ...cancel.vain];
  return { failure: cancel.answer?.status === 200 ? undefined : refusal("a cancel", cancel), vain };
}

const refusal = (what: string, { answer, vain }: Commanded): string =>
  answer === undefined
    ? `${what} was given up: ${vain.join("; ")}`
    : `${what} was answered ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`;

import { randomUUID } from "node:crypto";
import { guestRequestAnswer } from "@waiter/contracts";
import { send } from "../send.ts";
import type { Target } from "../target.ts";
import type { Guest, Restaurant } from "./restaurant.ts";

/** One call and its end, so that the next call of that table is a new one. Answers what went wrong, in words. */
export async function callAndCancel(target: Target, { host }: Restaurant, guest: Guest): Promise<string | undefined> {
  const common = { host, timeoutMs: target.timeoutMs };
  const authorization = `Bearer ${guest.accessToken}`;
  try {
    const call = await send("POST", `${target.apiUrl}/api/guest/requests`, {
      ...common,
      headers: { authorization, "idempotency-key": randomUUID() },
      body: { type: guest.type },
    });
    if (call.status !== 201) return `a call was answered ${call.status} ${JSON.stringify(call.body).slice(0, 200)}`;
    const { id } = guestRequestAnswer.parse(call.body).request;
    const cancel = await send("POST", `${target.apiUrl}/api/guest/requests/${id}/cancel`, {
      ...common,
      headers: { authorization, "idempotency-key": randomUUID() },
      body: {},
    });
    return cancel.status === 200 ? undefined : `a cancel was answered ${cancel.status} ${JSON.stringify(cancel.body).slice(0, 200)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

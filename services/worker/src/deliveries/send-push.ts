import type { PushPayload } from "@waiter/contracts";
import type { OutboundClient } from "@waiter/outbound";
import type { LiveSubscription } from "@waiter/push";
import webPush from "web-push";
import type { VapidSigner } from "../outbound/vapid-signer.ts";
import { readFailure, readStatus, type SendResult } from "./send-result.ts";

export interface Push {
  readonly subscription: LiveSubscription;
  readonly payload: PushPayload;
  /** How long the push service may keep it, s. */
  readonly ttlS: number;
  /** A later push of the same topic replaces it while it waits at the push service. */
  readonly topic?: string;
}

/** The request id's 16 bytes in base64url: 22 of the 32 characters that RFC 8030 allows. */
export const topicOf = (requestId: string): string =>
  Buffer.from(requestId.replaceAll("-", ""), "hex").toString("base64url");

/** Encrypts a push for its device (RFC 8188, 8291), signs it (RFC 8292) and sends it (RFC 8030). */
export async function sendPush(
  outbound: Pick<OutboundClient, "send">,
  vapid: VapidSigner | undefined,
  { subscription, payload, ttlS, topic }: Push,
): Promise<SendResult> {
  if (vapid === undefined) return { outcome: "refused", reason: "push_off" };
  const details = encrypt(vapid, { subscription, payload, ttlS, ...(topic && { topic }) });
  if (details === undefined) return { outcome: "gone", reason: "keys_invalid" };
  const { "Content-Length": _length, ...headers } = details.headers;
  try {
    const answer = await outbound.send({
      target: "push",
      url: subscription.endpoint,
      method: "POST",
      headers,
      body: details.body,
    });
    if (answer.status === 404 || answer.status === 410)
      return { outcome: "gone", reason: `http_${answer.status}` };
    return readStatus(answer);
  } catch (error) {
    return readFailure(error);
  }
}

/** Undefined where the device's key is no point of the curve. */
function encrypt(
  vapid: VapidSigner,
  { subscription: { endpoint, p256dh, auth }, payload, ttlS, topic }: Push,
): { readonly headers: Record<string, string>; readonly body: Buffer } | undefined {
  try {
    const { headers, body } = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(payload),
      {
        headers: { Authorization: vapid.authorization(endpoint) },
        TTL: ttlS,
        urgency: "high",
        ...(topic !== undefined && { topic }),
      },
    );
    return { headers: textsOf(headers), body };
  } catch {
    return undefined;
  }
}

const textsOf = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

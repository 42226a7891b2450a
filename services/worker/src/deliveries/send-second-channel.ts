import { createHmac } from "node:crypto";
import { tenantOrigin } from "@waiter/auth";
import type { WebhookBody } from "@waiter/contracts";
import type { SecondChannelRow } from "@waiter/database";
import type { OutboundClient } from "@waiter/outbound";
import { bodyOf, titleOf } from "./render-push.ts";
import { pushTexts } from "./push-texts.ts";
import type { Facts } from "./read-facts.ts";
import { readFailure, readStatus, type SendResult } from "./send-result.ts";

export interface ChannelMessage {
  readonly channel: SecondChannelRow;
  /** The same for each try of one delivery: receivers drop what they have seen. */
  readonly messageId: string;
  readonly restaurant: Facts["restaurant"];
  readonly language: Facts["language"];
  /** Absent: a test. */
  readonly facts?: Facts;
}

export interface ChannelSenders {
  readonly outbound: Pick<OutboundClient, "send">;
  /** Base of the tenants' hosts; absent: the message carries no link. */
  readonly domainUrl: string | undefined;
}

/** Sends a request that no one took, or a test, to the restaurant's own channel. */
export async function sendSecondChannel(
  { outbound, domainUrl }: ChannelSenders,
  message: ChannelMessage,
): Promise<SendResult> {
  const { kind, target } = message.channel;
  const link = domainUrl === undefined ? undefined : boardLink(domainUrl, message);
  const content = kind === "ntfy" ? ntfyContent(message, link) : webhookContent(message, link);
  try {
    return readStatus(
      await outbound.send({ target: kind, url: target, method: "POST", ...content }),
    );
  } catch (error) {
    return readFailure(error);
  }
}

/** The board, open at the request. */
function boardLink(domainUrl: string, { restaurant, facts }: ChannelMessage): string {
  const board = `${tenantOrigin(restaurant.slug, domainUrl)}/board`;
  return facts === undefined ? board : `${board}#${facts.requestId}`;
}

interface Content {
  readonly headers: Record<string, string>;
  readonly body: string;
}

function ntfyContent(
  { facts, language, restaurant }: ChannelMessage,
  link: string | undefined,
): Content {
  const texts = pushTexts[language];
  const title = facts === undefined ? texts.testTitle : titleOf(facts, language);
  const body = facts === undefined ? texts.testBody : bodyOf(facts, language);
  return {
    headers: {
      title: encodeHeader(`${restaurant.name}: ${title}`),
      priority: "urgent",
      ...(link !== undefined && { click: link }),
      "content-type": "text/plain; charset=utf-8",
    },
    body,
  };
}

/** RFC 2047, which ntfy reads: a header carries ASCII only. */
const encodeHeader = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** Standard Webhooks: the signature covers id, time and body. */
function webhookContent(message: ChannelMessage, link: string | undefined): Content {
  const body = JSON.stringify(webhookBodyOf(message, link));
  const seconds = String(Math.floor(Date.now() / 1_000));
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "Waiter",
      "webhook-id": message.messageId,
      "webhook-timestamp": seconds,
      "webhook-signature": signWebhook(message.channel.secret ?? "", [
        message.messageId,
        seconds,
        body,
      ]),
    },
    body,
  };
}

const webhookBodyOf = (
  { facts, restaurant }: ChannelMessage,
  link: string | undefined,
): WebhookBody => ({
  type: facts === undefined ? "test" : "request.unanswered",
  timestamp: new Date().toISOString(),
  data: {
    restaurant,
    ...(link !== undefined && { url: link }),
    ...(facts !== undefined && {
      request: {
        id: facts.requestId,
        table: { id: facts.tableId, label: facts.table },
        type: facts.type,
        state: facts.state,
        level: facts.level,
        createdAt: facts.createdAt.toISOString(),
      },
    }),
  },
});

/** @param secret `whsec_` and base64 */
function signWebhook(secret: string, parts: readonly string[]): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(parts.join(".")).digest("base64")}`;
}

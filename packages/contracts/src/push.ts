/** Web Push: bodies of the routes, and what a service worker receives. */
import { z } from "zod";
import { instant, uuid } from "./shapes.ts";
import { language } from "./restaurant.ts";

/** Longest endpoint of a subscription, characters: Postgres indexes at most 2,704 bytes. */
const endpointLength = 2_000;
/** It is stored as it is called: `ü` is six characters of it. */
const isShortWhenCalled = (url: string): boolean =>
  !URL.canParse(url) || new URL(url).href.length <= endpointLength;
/** Bytes of a fixed number as browsers write them, with or without padding. */
const base64url = (bytes: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}={0,2}$`),
      `must be ${bytes} bytes in base64url`,
    );

export const pushKeyAnswer = z.object({ key: z.string().describe("The VAPID public key") });

/** A browser's PushSubscription, as `toJSON()` gives it. */
export const pushSubscriptionBody = z.strictObject({
  endpoint: z
    .url()
    .max(endpointLength)
    .refine(isShortWhenCalled, `must have at most ${endpointLength} characters when encoded`),
  expirationTime: z.number().min(0).nullish(),
  keys: z.strictObject({ p256dh: base64url(65), auth: base64url(16) }),
});
export const pushSubscription = z.object({
  createdAt: instant,
  /** When this device last showed the push of a test. */
  lastTestShownAt: instant.optional(),
});
export type PushSubscription = z.infer<typeof pushSubscription>;
export const pushSubscriptionAnswer = z.object({ subscription: pushSubscription.nullable() });

/** How a test went; `reason` names why it failed, such as `http_410` or `timed_out`. */
export const channelTestAnswer = z.object({
  status: z.enum(["sent", "failed"]),
  reason: z.string().optional(),
});
export type ChannelTestAnswer = z.infer<typeof channelTestAnswer>;

const receipt = z.string().min(1).max(100);
export const pushReceiptBody = z.strictObject({ receipt, state: z.enum(["shown", "opened"]) });
export const pushClaimBody = z.strictObject({ receipt });

export const pushActions = ["claim", "open"] as const;
/**
 * The JSON that a push decrypts to, at most 3,000 bytes. It holds no note, code or address. The
 * service worker shows `title` and `body` under `tag`, reports `receipt`, and offers `actions`.
 */
export const pushPayload = z.looseObject({
  kind: z.enum(["request", "test"]),
  title: z.string(),
  body: z.string(),
  language,
  /** One notification per tag: a later push of the same request replaces the earlier one. */
  tag: z.string(),
  receipt,
  requestId: uuid.optional(),
  /** The table's label. */
  table: z.string().optional(),
  actions: z.array(z.enum(pushActions)),
});
export type PushPayload = z.infer<typeof pushPayload>;

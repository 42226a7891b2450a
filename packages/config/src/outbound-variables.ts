import { z } from "zod";
import { duration } from "./durations.ts";
import { integer, isCidr, list } from "./fields.ts";

/** A base64url text of a fixed number of bytes. */
const bytes = (count: number, what: string) =>
  z
    .string()
    .refine(
      (text) => /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, "base64url").length === count,
      `expected ${what} in base64url, as the \`keys\` command prints it`,
    );
const hostPattern = /^(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i;

/** Of api and worker. */
export const push = {
  VAPID_PUBLIC_KEY: bytes(65, "a P-256 public key of 65 bytes")
    .optional()
    .describe("Public key of Web Push (VAPID); unset: push is off; the `keys` command makes it"),
};

/** Of the worker, which sends. */
export const pushSender = {
  VAPID_PRIVATE_KEY: bytes(32, "a P-256 private key of 32 bytes")
    .optional()
    .describe("Private key of VAPID_PUBLIC_KEY"),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(?:mailto:\S+@\S+|https:\/\/\S+)$/, "expected mailto:ops@example.com or an https URL")
    .optional()
    .describe("Whom a push service may contact about this sender: mailto: or an https URL"),
};

/** Of the api, which accepts subscriptions. */
export const pushHosts = {
  PUSH_ALLOWED_HOSTS: list(
    (item) => hostPattern.test(item),
    "a host such as fcm.googleapis.com or *.push.apple.com",
  )
    .prefault(
      "fcm.googleapis.com,jmt17.google.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
    )
    .describe(
      "Hosts that a push subscription's endpoint may have; *.example.com is every host below it; a host without a port allows every port",
    ),
};

/** Of api and worker. */
export const outboundNetworks = {
  OUTBOUND_PRIVATE_NETWORKS: list(isCidr, "an address block such as 10.0.0.0/8")
    .prefault("")
    .describe(
      "CIDRs that outgoing HTTP may reach although they are private, also without TLS; unset: none",
    ),
};

/** Of the worker, which makes the calls. */
export const outbound = {
  OUTBOUND_TIMEOUT: duration(100)
    .prefault("10s")
    .describe("Longest outgoing HTTP call to a push service, ntfy or a webhook"),
  OUTBOUND_ANSWER_BYTES: integer(0, 1_000_000)
    .prefault("4096")
    .describe("Bytes that are read of an answer to an outgoing HTTP call; the rest is dropped"),
  OUTBOUND_PER_HOST: integer(1, 1_000)
    .prefault("25")
    .describe("Outgoing HTTP calls of one worker in flight to one host"),
  OUTBOUND_BREAK_AFTER: integer(1, 1_000)
    .prefault("5")
    .describe("Consecutive failures of a host that open its circuit"),
  OUTBOUND_HALF_OPEN_AFTER: duration(100)
    .prefault("10s")
    .describe("How long a host's circuit stays open until one call tries again"),
  DELIVERY_CONCURRENCY: integer(1, 10_000)
    .prefault("100")
    .describe(
      "Deliveries that one worker sends at once; ntfy and webhooks hold at most half of them each",
    ),
  DELIVERY_ATTEMPTS: integer(1, 100)
    .prefault("5")
    .describe("Tries of a delivery until it counts as failed; the pauses grow from 1 s"),
};

import type { Metrics } from "@waiter/metrics";
import { OutboundClient } from "@waiter/outbound";
import type { WorkerConfig } from "../config.ts";
import { VapidSigner } from "./vapid-signer.ts";

/** The worker's client for the outside world. */
export function createOutbound(config: WorkerConfig, metrics: Metrics): OutboundClient {
  const all = config.DELIVERY_CONCURRENCY;
  // Tenants choose these hosts: together they must leave room for pushes.
  const half = Math.max(1, Math.floor(all / 2));
  showSeries(metrics);
  return new OutboundClient({
    privateNetworks: config.OUTBOUND_PRIVATE_NETWORKS,
    timeoutMs: config.OUTBOUND_TIMEOUT,
    maxAnswerBytes: config.OUTBOUND_ANSWER_BYTES,
    perHost: config.OUTBOUND_PER_HOST,
    perTarget: { push: all, ntfy: half, webhook: half },
    breakAfter: config.OUTBOUND_BREAK_AFTER,
    halfOpenAfterMs: config.OUTBOUND_HALF_OPEN_AFTER,
    metrics,
  });
}

/** Each series exists from the start, so that an alert sees the first increase. */
function showSeries({ deliveries, outboundRequests }: Metrics): void {
  for (const channel of ["push", "ntfy", "webhook"]) {
    for (const outcome of ["sent", "failed"]) deliveries.inc({ channel, outcome }, 0);
    for (const outcome of ["2xx", "3xx", "4xx", "5xx", "timed_out", "unreachable"])
      outboundRequests.inc({ target: channel, outcome }, 0);
  }
}

/** Undefined where the operator has set no keys of Web Push. */
export function createVapidSigner({
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
  VAPID_SUBJECT: subject,
}: WorkerConfig): VapidSigner | undefined {
  if (publicKey === undefined || privateKey === undefined || subject === undefined)
    return undefined;
  return new VapidSigner({ publicKey, privateKey, subject });
}
